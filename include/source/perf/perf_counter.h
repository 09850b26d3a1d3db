/* perf_counter: counts how often tracepoints fire, by perf_event_open(2) in counting mode. Knows nothing of what
 * they are. */
#ifndef SOURCE_PERF_PERF_COUNTER_H
#define SOURCE_PERF_PERF_COUNTER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is asked of the kernel: tests answer it themselves. */
struct perf_calls {
	/* Opens a counter of a tracepoint (its number in tracefs) for a thread on all CPUs (tid, cpu -1) or for a
	 * CPU (tid -1). leader: the group's first counter, or -1. Returns its descriptor or -errno. */
	int (*open)(void *context, uint64_t tracepoint, pid_t tid, int cpu, int leader);

	/* Reads a group by its leader. Returns bytes, or -errno. */
	ssize_t (*read)(void *context, int leader, void *buffer, size_t size);

	void (*close)(void *context, int fd);
	void *context;
};

/* The kernel's. */
extern const struct perf_calls perf_calls_kernel;

/* For how long counters were there, and for how long of it they counted: where there were more of them than the
 * kernel can serve at a time, a count is to be scaled up by enabled_ns / running_ns. */
struct perf_times {
	uint64_t enabled_ns, running_ns;
};

/* Reads the counts of a group, in the order in which its counters were opened, into values. Returns 0; -ENODATA
 * when the group is not whole any more (its CPU went offline); or -errno. */
int perf_counter_read(const struct perf_calls *calls, int leader, uint64_t *values, size_t count,
	struct perf_times *times);

#endif
