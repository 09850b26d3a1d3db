/* What one recorded event costs from its sub-buffer to its summary: 16 vCPUs that wander over 8
 * CPUs, a dozen kinds of exits, sub-buffers as the kernel fills them. Not in it: read(2) itself. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/subbuffer.h"
#include "core/mem.h"
#include "source/exits/exits.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_probe.h"
#include "source/tracefs/trace_ring.h"

#define CPUS 8
#define VCPUS 16
#define PAGES 400
#define ROUNDS 20
#define ATTEMPTS 5

struct cpu {
	struct subbuffer *pages;
	size_t count, next;
};

struct bench {
	struct trace_format format;
	struct exits *exits;
	struct cpu cpus[CPUS];
	uint64_t time_ns; /* of the last event */
	uint64_t events;
};

static ssize_t read_page(void *context, const void **page)
{
	struct cpu *c = context;

	if (c->next == c->count)
		return 0;
	*page = c->pages[c->next++].bytes;
	return SUBBUFFER_BYTES;
}

static void close_pages(void *context)
{
	(void)context;
}

static void put(unsigned char *record, struct trace_field field, uint64_t value)
{
	memcpy(record + field.offset, &value, field.size);
}

/* False when the CPU's pages are full. */
static bool add_event(struct bench *b, struct cpu *c, const void *record, uint32_t size)
{
	if (c->count && subbuffer_add(&c->pages[c->count - 1], b->time_ns, record, size))
		return true;
	if (c->count == PAGES)
		return false;
	subbuffer_init(&c->pages[c->count++], b->time_ns);
	return subbuffer_add(&c->pages[c->count - 1], b->time_ns, record, size);
}

/* Every vCPU runs on a CPU; now and then it wanders to another one in the middle of an exit. */
static void make_events(struct bench *b)
{
	static const uint16_t reasons[] = { 30, 30, 30, 30, 31, 32, 12, 1, 48, 49, 10, 52 };
	int cpu_of[VCPUS], vcpu;

	srandom(1);
	for (int i = 0; i < CPUS; i++)
		b->cpus[i].pages = mem_calloc(PAGES, sizeof *b->cpus[i].pages);
	for (int i = 0; i < VCPUS; i++)
		cpu_of[i] = i % CPUS;
	for (;;) {
		unsigned char exit[60] = { 0 }, entry[28] = { 0 };
		const uint64_t port = 0x70 + (uint64_t)random() % 4;

		vcpu = (int)(random() % VCPUS);
		put(exit, b->format.type, (uint64_t)b->format.exit_id);
		put(exit, b->format.pid, 20000u + (uint64_t)vcpu);
		put(exit, b->format.exit_reason,
			reasons[(size_t)random() % (sizeof reasons / sizeof *reasons)]);
		put(exit, b->format.exit_isa, EXIT_ISA_VMX);
		put(exit, b->format.exit_info1, port << 16);
		put(exit, b->format.exit_vcpu, (uint64_t)vcpu);
		put(entry, b->format.type, (uint64_t)b->format.entry_id);
		put(entry, b->format.pid, 20000u + (uint64_t)vcpu);
		put(entry, b->format.entry_vcpu, (uint64_t)vcpu);
		b->time_ns += 300;
		if (!add_event(b, &b->cpus[cpu_of[vcpu]], exit, sizeof exit))
			return;
		if (random() % 1000 == 0)
			cpu_of[vcpu] = (int)(random() % CPUS);
		b->time_ns += (uint64_t)random() % 5000;
		if (!add_event(b, &b->cpus[cpu_of[vcpu]], entry, sizeof entry))
			return;
	}
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ns of CPU per event of reading all pages ROUNDS times. */
static double measure(struct bench *b)
{
	struct exits_intake intake = { .exits = b->exits, .format = &b->format };
	const struct trace_sink sink = exits_intake_sink(&intake);
	const double start_s = cpu_s();

	for (int round = 0; round < ROUNDS; round++) {
		struct trace_ring *ring = trace_ring_new();
		struct sample *s = sample_new();

		for (int i = 0; i < CPUS; i++) {
			b->cpus[i].next = 0;
			trace_ring_add(ring, i,
				(struct trace_reader){ .read = read_page,
					.close = close_pages,
					.context = &b->cpus[i] });
		}
		trace_ring_merge(ring, b->time_ns, &sink);
		exits_collect(b->exits, &b->format, s);
		sample_free(s);
		trace_ring_free(ring);
	}
	b->events = intake.events;
	return (cpu_s() - start_s) * 1e9 / (double)b->events;
}

int main(void)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct bench b = { .exits = exits_new() };
	double best_ns = 0;
	char path[512], why[200];

	snprintf(path, sizeof path, "%s/fixtures/tracing/linux-6.1", tests ? tests : "tests");
	if (trace_probe_format(path, &b.format, why, sizeof why)) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	make_events(&b);
	for (int i = 0; i < ATTEMPTS; i++) {
		const double ns = measure(&b);

		if (!i || ns < best_ns)
			best_ns = ns;
	}
	printf("exits: %.1f ns per event (merge of %d CPUs, pairing and booking of %llu events, "
	       "%d vCPUs; bar 50)\n",
		best_ns, CPUS, (unsigned long long)b.events, VCPUS);
	for (int i = 0; i < CPUS; i++)
		free(b.cpus[i].pages);
	exits_free(b.exits);
	trace_format_fini(&b.format);
	return 0;
}
