#include "source/trace_ring.h"

#include <stdlib.h>

#include "core/mem.h"
#include "source/trace_page.h"

/* Sub-buffers read in one merge: about 300,000 records, some 10 ms of work. */
#define PAGES_PER_MERGE 4096

struct cpu {
	int number;
	struct trace_reader reader;
	void *bytes;            /* the sub-buffer that was read last */
	struct trace_page page; /* how far it is handed out */
	bool after_gap;         /* records are missing before the current one */
	size_t read_bytes;      /* in this merge */
};

struct trace_ring {
	size_t page_size;
	struct cpu **cpus;
	size_t count, capacity;
	struct cpu **heap; /* room for count: those with a record to hand out, the earliest first */
	size_t heaped;
	size_t pages_left; /* of this merge */
};

struct trace_ring *trace_ring_new(size_t page_size)
{
	struct trace_ring *ring = mem_calloc(1, sizeof *ring);

	ring->page_size = page_size;
	return ring;
}

void trace_ring_free(struct trace_ring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < ring->count; i++) {
		struct cpu *c = ring->cpus[i];

		c->reader.close(c->reader.context);
		free(c->bytes);
		free(c);
	}
	free(ring->cpus);
	free(ring->heap);
	free(ring);
}

void trace_ring_add(struct trace_ring *ring, int cpu, struct trace_reader reader)
{
	struct cpu *c = mem_calloc(1, sizeof *c);

	c->number = cpu;
	c->reader = reader;
	c->bytes = mem_calloc(1, ring->page_size);
	ring->cpus = mem_grow(ring->cpus, ring->count, &ring->capacity, sizeof *ring->cpus);
	ring->cpus[ring->count++] = c;
	ring->heap = mem_resize(ring->heap, ring->capacity, sizeof *ring->heap);
}

bool trace_ring_has(const struct trace_ring *ring, int cpu)
{
	for (size_t i = 0; i < ring->count; i++)
		if (ring->cpus[i]->number == cpu)
			return true;
	return false;
}

/* Reads sub-buffers until there is a record to hand out. False: none now. */
static bool load(struct trace_ring *ring, struct cpu *c, const struct trace_sink *sink)
{
	while (!c->page.record && ring->pages_left) {
		const ssize_t length = c->reader.read(c->reader.context, c->bytes, ring->page_size);
		int missing;

		if (length <= 0)
			return false;
		ring->pages_left--;
		c->read_bytes += (size_t)length;
		missing = trace_page_open(&c->page, c->bytes, (size_t)length);
		if (missing) {
			sink->lost(sink->context, missing);
			c->after_gap = true;
		}
	}
	return c->page.record;
}

/* Lets the one at the top sink to its place. */
static void sift_down(struct trace_ring *ring)
{
	struct cpu **heap = ring->heap, *top = heap[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < ring->heaped) {
		if (child + 1 < ring->heaped &&
			heap[child + 1]->page.time_ns < heap[child]->page.time_ns)
			child++;
		if (top->page.time_ns <= heap[child]->page.time_ns)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = top;
}

static void push(struct trace_ring *ring, struct cpu *c)
{
	struct cpu **heap = ring->heap;
	size_t at = ring->heaped++;

	while (at && c->page.time_ns < heap[(at - 1) / 2]->page.time_ns) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = c;
}

static void hand_out(struct cpu *c, const struct trace_sink *sink)
{
	if (c->after_gap) {
		sink->lost(sink->context, 0);
		c->after_gap = false;
	}
	sink->record(sink->context, c->page.record, c->page.size, c->page.time_ns);
	trace_page_next(&c->page);
}

uint64_t trace_ring_merge(
	struct trace_ring *ring, uint64_t horizon_ns, const struct trace_sink *sink)
{
	ring->pages_left = PAGES_PER_MERGE + ring->count;
	ring->heaped = 0;
	for (size_t i = 0; i < ring->count; i++) {
		struct cpu *c = ring->cpus[i];

		c->read_bytes = 0;
		if (load(ring, c, sink) && c->page.time_ns <= horizon_ns)
			push(ring, c);
	}
	while (ring->heaped) {
		struct cpu *c = ring->heap[0];

		hand_out(c, sink);
		if (!load(ring, c, sink) || c->page.time_ns > horizon_ns) {
			/* It is not known what comes next on this CPU. */
			if (!c->page.record && !ring->pages_left)
				return c->page.time_ns - 1;
			ring->heap[0] = ring->heap[--ring->heaped];
		}
		if (ring->heaped)
			sift_down(ring);
	}
	return horizon_ns;
}

size_t trace_ring_busiest_bytes(const struct trace_ring *ring)
{
	size_t most = 0;

	for (size_t i = 0; i < ring->count; i++)
		if (ring->cpus[i]->read_bytes > most)
			most = ring->cpus[i]->read_bytes;
	return most;
}
