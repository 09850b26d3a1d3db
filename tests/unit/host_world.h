/* host_world: made-up folders of proc and sys below the current one, for tests of what is read of the host. Needs
 * cmocka.h before it. */
#ifndef TESTS_HOST_WORLD_H
#define TESTS_HOST_WORLD_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sample/wants.h"
#include "samples.h"
#include "scratch.h"
#include "source/host/host_detail.h"

#define STATUS(cpus, nodes)                                              \
	"Name:\tCPU 0/KVM\nCpus_allowed:\tff\nCpus_allowed_list:\t" cpus \
	"\nMems_allowed_list:\t" nodes "\n"

/* Writes a file, and makes the folders that it needs. */
static inline void put(const char *text, const char *format, ...)
{
	char path[512];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof path, format, args);
	va_end(args);
	for (char *p = path; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	write_file(path, text);
}

/* A thread that ran on cpu last. */
static inline void put_thread(pid_t pid, pid_t tid, int cpu, const char *status, const char *cgroup)
{
	char stat[256];

	snprintf(stat, sizeof stat,
		"%d (CPU 0) (x) S 1 1 1 0 -1 4194368 1 0 0 0 61 39 0 0 20 0 7 0 99 1 2 3 4 5 6 7 8 "
		"9 10 11 "
		"12 13 0 0 -1 %d 0 0\n",
		(int)tid, cpu);
	put(stat, "proc/%d/task/%d/stat", (int)pid, (int)tid);
	put(status, "proc/%d/task/%d/status", (int)pid, (int)tid);
	put(cgroup, "proc/%d/task/%d/cgroup", (int)pid, (int)tid);
}

static inline struct source *open_wanted(struct vm_id vm)
{
	struct source *source = host_detail_open(".");

	source_want(source, &(struct sample_wants){ WANT_HOST, vm });
	return source;
}

/* A sample of one VM with these threads. */
static inline struct sample *collect_threads(
	struct source *source, pid_t pid, const pid_t *tids, size_t count)
{
	struct sample *s = sample_at(0);
	struct sample_vm *vm = add_vm(s, pid, "vm");

	for (size_t i = 0; i < count; i++)
		add_thread(vm, tids[i], THREAD_VCPU, (int)i);
	source_collect(source, s);
	return s;
}

#endif
