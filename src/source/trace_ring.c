#include "source/trace_ring.h"

#include <kbuffer.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* Sub-buffers read in one merge: about 300,000 records, some 10 ms of work. */
#define PAGES_PER_MERGE 4096

/* A sub-buffer begins with its time (u64) and the length of its data (long), which carries flags:
 * records before it are missing; their number stands (as a long) after the data. */
#define COMMIT_OFFSET 8
#define DATA_OFFSET (COMMIT_OFFSET + sizeof(unsigned long))
#define COMMIT_LENGTH ((1ul << 27) - 1)
#define COMMIT_MISSED (1ul << 31)
#define COMMIT_MISSED_STORED (1ul << 30)

struct cpu {
	int number;
	struct trace_reader reader;
	struct kbuffer *kbuf;
	unsigned char *page;
	const void *record; /* the next one; NULL: a sub-buffer must be read first */
	uint64_t time_ns;   /* its time; without one: the last one's */
	bool after_gap;     /* records are missing before it */
	size_t read_bytes;  /* in this merge */
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
		kbuffer_free(c->kbuf);
		free(c->page);
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
	c->page = mem_calloc(1, ring->page_size);
	c->kbuf = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST, KBUFFER_ENDIAN_SAME_AS_HOST);
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

/* How many records are missing before a sub-buffer; -1: nobody knows. Not kbuffer_missed_events(): in
 * libtraceevent 1.7 it overlooks them when the first record comes after a long pause. */
static int missed_records(const unsigned char *page)
{
	unsigned long commit, missed;

	memcpy(&commit, page + COMMIT_OFFSET, sizeof commit);
	if (!(commit & COMMIT_MISSED))
		return 0;
	if (!(commit & COMMIT_MISSED_STORED))
		return -1;
	memcpy(&missed, page + DATA_OFFSET + (commit & COMMIT_LENGTH), sizeof missed);
	return missed < INT_MAX ? (int)missed : INT_MAX;
}

/* Reads sub-buffers until there is a record to hand out. False: none now. */
static bool load(struct trace_ring *ring, struct cpu *c, const struct trace_sink *sink)
{
	while (!c->record && ring->pages_left) {
		const ssize_t length = c->reader.read(c->reader.context, c->page, ring->page_size);
		unsigned long long time_ns;
		int missed;

		if (length <= 0)
			return false;
		ring->pages_left--;
		c->read_bytes += (size_t)length;
		kbuffer_load_subbuffer(c->kbuf, c->page);
		missed = missed_records(c->page);
		if (missed) {
			sink->lost(sink->context, missed);
			c->after_gap = true;
		}
		c->record = kbuffer_read_event(c->kbuf, &time_ns);
		if (c->record)
			c->time_ns = time_ns;
	}
	return c->record;
}

/* Lets the one at the top sink to its place. */
static void sift_down(struct trace_ring *ring)
{
	struct cpu **heap = ring->heap, *top = heap[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < ring->heaped) {
		if (child + 1 < ring->heaped && heap[child + 1]->time_ns < heap[child]->time_ns)
			child++;
		if (top->time_ns <= heap[child]->time_ns)
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

	while (at && c->time_ns < heap[(at - 1) / 2]->time_ns) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = c;
}

static void hand_out(struct cpu *c, const struct trace_sink *sink)
{
	unsigned long long time_ns;

	if (c->after_gap) {
		sink->lost(sink->context, 0);
		c->after_gap = false;
	}
	sink->record(sink->context, c->record, (size_t)kbuffer_event_size(c->kbuf), c->time_ns);
	c->record = kbuffer_next_event(c->kbuf, &time_ns);
	if (c->record)
		c->time_ns = time_ns;
}

uint64_t trace_ring_merge(
	struct trace_ring *ring, uint64_t horizon_ns, const struct trace_sink *sink)
{
	ring->pages_left = PAGES_PER_MERGE + ring->count;
	ring->heaped = 0;
	for (size_t i = 0; i < ring->count; i++) {
		struct cpu *c = ring->cpus[i];

		c->read_bytes = 0;
		if (load(ring, c, sink) && c->time_ns <= horizon_ns)
			push(ring, c);
	}
	while (ring->heaped) {
		struct cpu *c = ring->heap[0];

		hand_out(c, sink);
		if (!load(ring, c, sink) || c->time_ns > horizon_ns) {
			/* It is not known what comes next on this CPU. */
			if (!c->record && !ring->pages_left)
				return c->time_ns - 1;
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
