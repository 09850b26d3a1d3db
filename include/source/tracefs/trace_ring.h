/* trace_ring: reads the sub-buffers of every CPU and merges their records by time. Knows nothing of
 * tracefs: sub-buffers come from readers, so tests can make them by hand. */
#ifndef SOURCE_TRACEFS_TRACE_RING_H
#define SOURCE_TRACEFS_TRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/tracefs/trace_page.h"

/* Where the sub-buffers of one CPU come from. */
struct trace_reader {
	/* Lets *page be the next sub-buffer, full or not, which stays where it is until the next call.
	 * Returns its length, 0 or less when there is none now. Never blocks. */
	ssize_t (*read)(void *context, const void **page);
	void (*close)(void *context);
	void *context;
};

/* Where the records go, in the order of time. */
struct trace_sink {
	/* Takes the current record of page and all after it in this sub-buffer that are from before
	 * end_ns, in a loop with trace_page_next_before(): no other CPU has one until then. */
	void (*records)(void *context, struct trace_page *page, uint64_t end_ns);

	/* A gap in the records of a CPU: called when it begins, with the number of records that are
	 * missing (-1: nobody knows), and with 0 when it ends. Other CPUs' records may lie between.
	 * open: records are missing at this moment, of this CPU or of another one. */
	void (*lost)(void *context, int count, bool open);
	void *context;
};

struct trace_ring;

struct trace_ring *trace_ring_new(void) __attribute__((returns_nonnull));

/* Closes all readers. */
void trace_ring_free(struct trace_ring *ring);

/* Takes the reader of a CPU that has none yet. */
void trace_ring_add(struct trace_ring *ring, int cpu, struct trace_reader reader);
bool trace_ring_has(const struct trace_ring *ring, int cpu);

/* Hands all records up to horizon_ns to sink; later ones are kept for the next call. horizon_ns must
 * not be later than the moment of the call: what a thread did up to then is in the rings, whatever
 * CPUs it ran on, so no record of it can turn up after a later one was handed out.
 * Does at most a fixed amount of work. Returns the moment up to which all is done: horizon_ns, or an
 * earlier one when there was too much for one call. */
uint64_t trace_ring_merge(
	struct trace_ring *ring, uint64_t horizon_ns, const struct trace_sink *sink);

/* The most bytes that one CPU had to be read in the last merge. */
size_t trace_ring_busiest_bytes(const struct trace_ring *ring);

#endif
