/* fake_proc: a copy of /proc in a temporary directory, with just the files that kvmtop reads. */
#ifndef TESTS_FAKE_PROC_H
#define TESTS_FAKE_PROC_H

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KERNEL_THREAD 0x00200000u

struct fake_thread {
	int pid, tid;
	const char *name;
	char state; /* 0: 'S' */
	unsigned flags;
	unsigned utime, stime, start, guest; /* ticks */
	unsigned long long cpu_ns, wait_ns;
};

static inline void fake_open(char *root, size_t size)
{
	snprintf(root, size, "/tmp/kvmtop-proc-XXXXXX");
	if (!mkdtemp(root) || chmod(root, 0755) != 0)
		abort();
}

static inline int fake_remove_one(
	const char *path, const struct stat *st, int type, struct FTW *position)
{
	(void)st;
	(void)type;
	(void)position;
	return remove(path);
}

/* Removes path and all below it. */
static inline void fake_remove(const char *path)
{
	if (nftw(path, fake_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		abort();
}

/* Makes the directories above path. */
static inline void fake_parents(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			abort();
		*p = '/';
	}
}

/* Writes a file, its path given as to printf. */
__attribute__((format(printf, 3, 4))) static inline void fake_write(
	const void *text, size_t length, const char *format, ...)
{
	char path[512];
	va_list args;
	FILE *f;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	fake_parents(path);
	f = fopen(path, "w");
	if (!f || fwrite(text, 1, length, f) != length || fclose(f) != 0)
		abort();
}

/* The line of a stat file. */
static inline void fake_stat_line(char *out, size_t size, const struct fake_thread *t)
{
	snprintf(out, size,
		"%d (%s) %c 1 1 1 0 -1 %u 98 0 0 0 %u %u 0 0 20 0 8 0 %u 3133440 383 "
		"18446744073709551615 1 1 0 0 0 0 268444224 4096 0 0 0 0 -1 1 0 0 0 %u 0 0 0 0 0 0 "
		"0 0 0\n",
		t->tid, t->name, t->state ? t->state : 'S', t->flags, t->utime, t->stime, t->start,
		t->guest);
}

/* A thread's two files; those of the first thread are the process' too. */
static inline void fake_thread(const char *root, const struct fake_thread *t)
{
	char stat[512], schedstat[64];

	fake_stat_line(stat, sizeof(stat), t);
	snprintf(schedstat, sizeof(schedstat), "%llu %llu 17\n", t->cpu_ns, t->wait_ns);
	fake_write(stat, strlen(stat), "%s/%d/task/%d/stat", root, t->pid, t->tid);
	fake_write(schedstat, strlen(schedstat), "%s/%d/task/%d/schedstat", root, t->pid, t->tid);
	if (t->tid == t->pid) {
		fake_write(stat, strlen(stat), "%s/%d/stat", root, t->pid);
		fake_write(schedstat, strlen(schedstat), "%s/%d/schedstat", root, t->pid);
	}
}

/* Descriptor fd of process pid is a link to target. */
static inline void fake_descriptor(const char *root, int pid, int fd, const char *target)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%d/fd/%d", root, pid, fd);
	fake_parents(path);
	if (symlink(target, path) != 0 && errno != EEXIST)
		abort();
}

#endif
