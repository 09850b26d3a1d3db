#include "source/perf/perf_counter.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/mem.h"

/* A group is read in one go: one call, and one interrupt of the CPU that counts, for all of its counters. What the
 * thread starts is not counted along (attr.inherit): kernels before 6.12 refuse that for groups, and a thread that
 * is found later gets counters of its own. */
static int kernel_open(void *context, uint64_t tracepoint, pid_t tid, int cpu, int leader)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attr,
		.config = tracepoint,
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	const long fd = syscall(
		SYS_perf_event_open, &attr, tid, cpu, leader, (unsigned long)PERF_FLAG_FD_CLOEXEC);

	(void)context;
	return fd < 0 ? -errno : (int)fd;
}

static ssize_t kernel_read(void *context, int leader, void *buffer, size_t size)
{
	const ssize_t length = read(leader, buffer, size);

	(void)context;
	return length < 0 ? -errno : length;
}

static void kernel_close(void *context, int fd)
{
	(void)context;
	close(fd);
}

const struct perf_calls perf_calls_kernel = {
	.open = kernel_open,
	.read = kernel_read,
	.close = kernel_close,
};

/* As perf_event_open(2) says it: u64 nr, time_enabled, time_running, and nr values. */
int perf_counter_read(const struct perf_calls *calls, int leader, uint64_t *values, size_t count,
	struct perf_times *times)
{
	enum { NR, ENABLED, RUNNING, VALUES };
	const size_t size = (VALUES + count) * sizeof(uint64_t);
	uint64_t *words = mem_calloc(VALUES + count, sizeof *words);
	const ssize_t length = calls->read(calls->context, leader, words, size);
	int error = 0;

	if (length < 0)
		error = (int)length;
	else if ((size_t)length != size || words[NR] != count)
		error = -ENODATA;
	if (!error) {
		*times = (struct perf_times){ words[ENABLED], words[RUNNING] };
		memcpy(values, words + VALUES, count * sizeof *values);
	}
	free(words);
	return error;
}
