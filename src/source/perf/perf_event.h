/* perf_event: one event that samples one thread, opened in the best way this host allows. */
#ifndef SOURCE_PERF_PERF_EVENT_H
#define SOURCE_PERF_PERF_EVENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "sample/hot_symbols.h"
#include "source/perf/perf_ring.h"

/* How events are opened. What this host refuses is changed at the first try, and stays so. */
struct perf_event_way {
	enum symbol_event event;
	unsigned hz;
	bool without_kernel; /* perf_event_paranoid forbids it */
	bool without_guest;  /* the hardware or its driver cannot */
	int ring_pages;      /* of data: a power of two */
};

struct perf_event {
	int fd;
	struct perf_ring ring;
	size_t mapped; /* bytes */
};

/* The best way there may be, at hz at most: the host's own limit (perf_event_max_sample_rate) may be lower. */
struct perf_event_way perf_event_best(unsigned hz, const char *proc);

/* Samples a thread from now on. Returns 0, or -errno: -ESRCH when there is no such thread, -EMFILE or -ENFILE when no
 * descriptor is left, -ENOBUFS when no memory may be locked for the ring, else what perf_event_open(2) says. */
int perf_event_start(struct perf_event *e, pid_t tid, struct perf_event_way *way);
void perf_event_stop(struct perf_event *e);

#endif
