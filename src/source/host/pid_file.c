#include "source/host/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"

/* A file's time is that of the last timer tick, a process' start one of 10 ms. */
#define SLACK_NS (100 * NS_PER_MS)

static uint64_t to_ns(struct timespec t)
{
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Asks for a lock that only a write lock stands against: that takes somebody who may write the file, while everybody
 * who may read it can take a read lock. */
static pid_t find_writer(int fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_GETLK, &lock))
		return -1;
	if (lock.l_type == F_UNLCK)
		return 0;
	/* 0: a process outside of this pid namespace; -1: a lock of the open file, not of a process. */
	return lock.l_pid > 0 ? lock.l_pid : -1;
}

static int parse(struct pid_file *out, const char *text)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (errno || end == text || (*end && *end != '\n') || pid <= 0 || pid > INT_MAX)
		return -EINVAL;
	out->pid = (pid_t)pid;
	return 0;
}

static int read_open(struct pid_file *out, int fd, uid_t owner)
{
	char text[24];
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_uid != owner ||
		(status.st_mode & (S_IWGRP | S_IWOTH)))
		return -EPERM;
	length = read(fd, text, sizeof text - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	out->written_ns = to_ns(status.st_mtim);
	out->locked_by = find_writer(fd);
	return parse(out, text);
}

int pid_file_read(struct pid_file *out, const char *dir, const char *name, uid_t owner)
{
	char path[PATH_MAX];
	int fd, error;

	*out = (struct pid_file){ 0 };
	if (!*dir || strchr(name, '/') ||
		snprintf(path, sizeof path, "%s/%s.pid", dir, name) >= (int)sizeof path)
		return -EINVAL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	error = read_open(out, fd, owner);
	close(fd);
	return error;
}

/* When the process started, by CLOCK_REALTIME as it is set now; start_ticks counts from boot, suspended time
 * included. */
static uint64_t start_real_ns(uint64_t start_ticks)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	struct timespec boot;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	return clock_real_ns() - to_ns(boot) + start_ticks * (NS_PER_S / ticks_per_s);
}

bool pid_file_is_of(const struct pid_file *f, struct vm_id id)
{
	if (f->locked_by > 0)
		return f->locked_by == id.pid;
	return f->pid == id.pid && start_real_ns(id.start_ticks) <= f->written_ns + SLACK_NS;
}
