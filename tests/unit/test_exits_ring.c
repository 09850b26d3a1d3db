/* exits behind trace_ring: several CPUs' sub-buffers, a vCPU that wanders, and records that are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exits_world.h"
#include "source/tracefs/trace_ring.h"
#include "subbuffer.h"

#define CPUS 2
#define PAGES 3

struct cpu {
	struct subbuffer pages[PAGES];
	size_t count, next;
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

static void take_record(void *context, const void *record, size_t size, uint64_t time_ns)
{
	struct world *w = context;

	exits_record(w->e, &w->format, record, size, time_ns);
}

static void take_records(void *context, struct trace_page *page, uint64_t end_ns)
{
	do
		take_record(context, page->record, page->size, page->time_ns);
	while (trace_page_next_before(page, end_ns));
}

static void take_loss(void *context, int count, bool open)
{
	struct world *w = context;

	(void)count;
	exits_gap(w->e, open);
}

static void merge(struct world *w, struct cpu *cpus)
{
	const struct trace_sink sink = { .records = take_records, .lost = take_loss, .context = w };
	struct trace_ring *ring = trace_ring_new();

	for (int i = 0; i < CPUS; i++)
		trace_ring_add(ring, i,
			(struct trace_reader){
				.read = read_page, .close = close_pages, .context = &cpus[i] });
	trace_ring_merge(ring, UINT64_MAX - 1, &sink);
	trace_ring_free(ring);
}

static void begin_page(struct cpu *c, uint64_t time_ns)
{
	subbuffer_init(&c->pages[c->count++], time_ns);
}

static void add(struct world *w, struct cpu *c, int id, pid_t tid, uint64_t time_ns)
{
	const struct trace_format *f = &w->format;
	const uint16_t type = (uint16_t)id;
	const uint32_t isa = EXIT_ISA_VMX;
	unsigned char record[60] = { 0 };

	memcpy(record + f->type.offset, &type, sizeof type);
	memcpy(record + f->pid.offset, &tid, sizeof tid);
	if (id == f->exit_id) {
		memcpy(record + f->exit_reason.offset, &hlt.reason, sizeof hlt.reason);
		memcpy(record + f->exit_isa.offset, &isa, sizeof isa);
	}
	assert_true(subbuffer_add(&c->pages[c->count - 1], time_ns, record, sizeof record));
}

static void exits(struct world *w, struct cpu *c, pid_t tid, uint64_t time_ns)
{
	add(w, c, w->format.exit_id, tid, time_ns);
}

static void enters(struct world *w, struct cpu *c, pid_t tid, uint64_t time_ns)
{
	add(w, c, w->format.entry_id, tid, time_ns);
}

static void a_vcpu_is_followed_from_cpu_to_cpu(void **state)
{
	static struct cpu cpus[CPUS];
	struct world *w = *state;

	memset(cpus, 0, sizeof cpus);
	begin_page(&cpus[0], 0);
	begin_page(&cpus[1], 0);
	exits(w, &cpus[1], 7, 100);
	enters(w, &cpus[0], 7, 110); /* on CPU 0, whose sub-buffer is read first */
	exits(w, &cpus[0], 7, 200);
	exits(w, &cpus[0], 8, 201);
	enters(w, &cpus[1], 7, 250);
	enters(w, &cpus[0], 8, 300);
	merge(w, cpus);
	collect(w);
	assert_int_equal(find(w, 7, hlt).count, 2);
	assert_int_equal(find(w, 7, hlt).total_ns, 60);
	assert_int_equal(find(w, 7, hlt).min_ns, 10);
	assert_int_equal(find(w, 8, hlt).total_ns, 99);
}

/* CPU 0 lost what it recorded between 1000 and 9000. In that time thread 7 exited on CPU 1, went to
 * CPU 0, entered and exited there, came back and entered on CPU 1: 6000 ns that were no exit. */
static void what_was_not_seen_is_not_booked(void **state)
{
	static struct cpu cpus[CPUS];
	struct world *w = *state;

	memset(cpus, 0, sizeof cpus);
	begin_page(&cpus[0], 0);
	begin_page(&cpus[1], 0);
	exits(w, &cpus[0], 8, 900);
	enters(w, &cpus[0], 8, 1000);
	exits(w, &cpus[1], 7, 2000);
	enters(w, &cpus[1], 7, 8000);
	exits(w, &cpus[1], 7, 8500); /* still open when CPU 0's records go on */
	begin_page(&cpus[0], 9000);
	exits(w, &cpus[0], 8, 9000);
	enters(w, &cpus[0], 8, 9010);
	subbuffer_miss(&cpus[0].pages[1], 12);
	enters(w, &cpus[1], 7, 9500);
	exits(w, &cpus[1], 7, 9600);
	enters(w, &cpus[1], 7, 9607);
	merge(w, cpus);
	collect(w);
	assert_int_equal(find(w, 8, hlt).count, 2);
	assert_int_equal(find(w, 8, hlt).total_ns, 110);
	assert_int_equal(find(w, 7, hlt).count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_vcpu_is_followed_from_cpu_to_cpu),
		TEST(what_was_not_seen_is_not_booked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
