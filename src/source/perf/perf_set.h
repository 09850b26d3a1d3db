/* perf_set: the same tracepoints, counted for several CPUs or several threads, and added up. Thousands of counters
 * take their time to be opened and closed: that is done one by one, as the caller has time for it. */
#ifndef SOURCE_PERF_PERF_SET_H
#define SOURCE_PERF_PERF_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/perf/perf_counter.h"

/* A CPU (tid -1), or a thread (cpu -1). */
struct perf_target {
	pid_t tid;
	int cpu;
	uint64_t start_ticks; /* of a thread: a tid can be used again */
};

struct perf_member;

/* All zero, with calls set, is an empty one that counts nothing. */
struct perf_set {
	const struct perf_calls *calls;
	const uint64_t *tracepoints; /* the caller's, as long as there are members */
	size_t count;                /* of them */
	struct perf_member *members;
	size_t member_count, member_capacity;
	size_t open_count; /* counters that are open, those being closed left out */
	uint64_t *gone;    /* what members counted that are not there any more */
	struct perf_times gone_times;
	int *closing; /* descriptors */
	size_t closing_count, closing_capacity;
};

/* Begins anew, with other tracepoints: what was counted is forgotten, open counters are to be closed. */
void perf_set_begin(struct perf_set *set, const uint64_t *tracepoints, size_t count);

/* Makes the targets those that are counted: new ones are to be opened, those that are not among them are to be
 * closed, and what they counted stays in the sums. Returns whether any came or went. */
bool perf_set_follow(struct perf_set *set, const struct perf_target *targets, size_t count);

/* Opens one counter. Returns 1; 0 when all are open; or -errno. A thread that is gone and a CPU that is offline are
 * no error: they are left out. */
int perf_set_open_one(struct perf_set *set);

/* Closes one descriptor that is to be closed; false: there is none. The last one of a tracepoint takes the kernel
 * some milliseconds, for it waits until no CPU is in the tracepoint any more. */
bool perf_set_close_one(struct perf_set *set);

/* Are all counters open? */
bool perf_set_is_open(const struct perf_set *set);

/* Adds up what was counted since perf_set_begin(), into sums: one for each tracepoint. A total never goes back. Returns
 * false when a member could not be read: it is left out from now on, with what it had last counted in the sums. */
bool perf_set_read(struct perf_set *set, uint64_t *sums, struct perf_times *times);

/* Frees the memory. What is open stays open: that is for the end of the process, which closes it without keeping the
 * terminal for as long. To close it before, begin with no tracepoints, and close one by one. */
void perf_set_fini(struct perf_set *set);

#endif
