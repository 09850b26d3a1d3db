#include "source/tracefs/trace_ring.h"

#include <stdlib.h>

#include "core/mem.h"

/* Sub-buffers read in one merge: about 300,000 records, some 10 ms of work. */
#define PAGES_PER_MERGE 4096

struct cpu {
	int number;
	struct trace_reader reader;
	struct trace_page page; /* how far the sub-buffer that was read last is handed out */
	bool after_gap;         /* records are missing before the current one */
	size_t read_bytes;      /* in this merge */
};

/* A CPU in the tournament: the time of its current record, NEVER when it has none to hand out. */
struct player {
	uint64_t time_ns;
	size_t cpu;
};

#define NEVER UINT64_MAX

struct trace_ring {
	struct cpu **cpus;
	size_t count, capacity;
	/* A complete binary tree: the CPUs are its leaves from [leaves] on, each node is the earlier
	 * of its two children, [1] the earliest of all. */
	struct player *tree;
	size_t leaves;     /* power of two, at least count */
	size_t gaps;       /* CPUs that are after_gap */
	size_t pages_left; /* of this merge */
};

struct trace_ring *trace_ring_new(void)
{
	return mem_calloc(1, sizeof(struct trace_ring));
}

void trace_ring_free(struct trace_ring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < ring->count; i++) {
		struct cpu *c = ring->cpus[i];

		c->reader.close(c->reader.context);
		free(c);
	}
	free(ring->cpus);
	free(ring->tree);
	free(ring);
}

void trace_ring_add(struct trace_ring *ring, int cpu, struct trace_reader reader)
{
	struct cpu *c = mem_calloc(1, sizeof *c);

	c->number = cpu;
	c->reader = reader;
	ring->cpus = mem_grow(ring->cpus, ring->count, &ring->capacity, sizeof *ring->cpus);
	ring->cpus[ring->count++] = c;
	if (ring->count > ring->leaves) {
		ring->leaves = ring->leaves ? 2 * ring->leaves : 1;
		ring->tree = mem_resize(ring->tree, 2 * ring->leaves, sizeof *ring->tree);
	}
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
		const void *page;
		const ssize_t length = c->reader.read(c->reader.context, &page);
		int missing;

		if (length <= 0)
			return false;
		ring->pages_left--;
		c->read_bytes += (size_t)length;
		missing = trace_page_open(&c->page, page, (size_t)length);
		if (missing) {
			ring->gaps += !c->after_gap;
			c->after_gap = true;
			sink->lost(sink->context, missing, true);
		}
	}
	return c->page.record;
}

static struct player earlier(struct player a, struct player b)
{
	return b.time_ns < a.time_ns ? b : a;
}

/* The time at which a CPU takes part. */
static uint64_t time_of(const struct cpu *c, uint64_t horizon_ns)
{
	return c->page.record && c->page.time_ns <= horizon_ns ? c->page.time_ns : NEVER;
}

/* Of the CPUs that have a record to hand out. */
static void start_tournament(
	struct trace_ring *ring, uint64_t horizon_ns, const struct trace_sink *sink)
{
	struct player *leaves = ring->tree + ring->leaves;

	for (size_t i = 0; i < ring->leaves; i++)
		leaves[i] = (struct player){ .time_ns = NEVER, .cpu = i };
	for (size_t i = 0; i < ring->count; i++) {
		struct cpu *c = ring->cpus[i];

		c->read_bytes = 0;
		load(ring, c, sink);
		leaves[i].time_ns = time_of(c, horizon_ns);
	}
	for (size_t i = ring->leaves - 1; i; i--)
		ring->tree[i] = earlier(ring->tree[2 * i], ring->tree[2 * i + 1]);
}

/* The winner has another record now. The others' results stand: only those on its way up to the root
 * are played anew. Written so that it compiles without branches: who wins cannot be foreseen. */
static void play_again(struct player *tree, size_t leaf, struct player now)
{
	tree[leaf] = now;
	for (size_t at = leaf; at > 1; at /= 2) {
		const struct player other = tree[at ^ 1];
		const bool lost = other.time_ns < now.time_ns;

		now.time_ns = lost ? other.time_ns : now.time_ns;
		now.cpu = lost ? other.cpu : now.cpu;
		tree[at / 2] = now;
	}
}

/* The moment at which another CPU has a record to hand out; NEVER: none has. */
static uint64_t others_time(const struct player *tree, size_t leaf)
{
	uint64_t time_ns = NEVER;

	for (size_t at = leaf; at > 1; at /= 2)
		time_ns = tree[at ^ 1].time_ns < time_ns ? tree[at ^ 1].time_ns : time_ns;
	return time_ns;
}

/* Hands out the records of a CPU up to end_ns, or to the end of its sub-buffer. Returns the moment before
 * which this CPU has no more. */
static uint64_t hand_out(
	struct trace_ring *ring, struct cpu *c, uint64_t end_ns, const struct trace_sink *sink)
{
	if (c->after_gap) {
		c->after_gap = false;
		ring->gaps--;
		sink->lost(sink->context, 0, ring->gaps > 0);
	}
	sink->records(sink->context, &c->page, end_ns);
	return c->page.time_ns < end_ns ? c->page.time_ns : end_ns;
}

uint64_t trace_ring_merge(
	struct trace_ring *ring, uint64_t horizon_ns, const struct trace_sink *sink)
{
	if (!ring->count)
		return horizon_ns;
	ring->pages_left = PAGES_PER_MERGE + ring->count;
	start_tournament(ring, horizon_ns, sink);
	while (ring->tree[1].time_ns != NEVER) {
		struct player now = ring->tree[1];
		struct cpu *c = ring->cpus[now.cpu];
		const size_t leaf = ring->leaves + now.cpu;
		uint64_t end_ns = others_time(ring->tree, leaf);

		if (end_ns > horizon_ns && horizon_ns < NEVER)
			end_ns = horizon_ns + 1;
		end_ns = hand_out(ring, c, end_ns, sink);
		/* It is not known what comes next on this CPU. */
		if (!c->page.record && !load(ring, c, sink) && !ring->pages_left)
			return end_ns ? end_ns - 1 : 0;
		now.time_ns = time_of(c, horizon_ns);
		play_again(ring->tree, leaf, now);
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
