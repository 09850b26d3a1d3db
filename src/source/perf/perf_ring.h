/* perf_ring: reads the records that perf_event_open(2) leaves in the ring of one event. Knows nothing of how
 * the ring came to be, so tests can make one by hand. */
#ifndef SOURCE_PERF_PERF_RING_H
#define SOURCE_PERF_PERF_RING_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/hot_symbols.h"

/* What a sample consists of: struct perf_ring_sample's two numbers, in this order. The ring is of one thread, so it
 * need not be told which. */
#define PERF_RING_SAMPLE_TYPE (PERF_SAMPLE_IP | PERF_SAMPLE_PERIOD)

struct perf_ring {
	struct perf_event_mmap_page *page; /* head is the kernel's, tail is the reader's */
	unsigned char *data;
	size_t size; /* of data: a power of two */
};

struct perf_ring_sample {
	enum symbol_space space;
	uint64_t address;
	uint64_t period;
};

/* Where the records go; each may be called any number of times in one read. */
struct perf_ring_sink {
	void (*sample)(void *context, const struct perf_ring_sample *sample);
	void (*lost)(void *context, uint64_t count);
	void (*thread)(void *context, pid_t pid, pid_t tid); /* a thread was made */
	void *context;
};

/* Hands over all records that are in the ring now, and makes their room free. Returns 0, or -EBADMSG when what is in
 * it is no record: then all that was in the ring is dropped. */
int perf_ring_read(struct perf_ring *ring, const struct perf_ring_sink *sink);

#endif
