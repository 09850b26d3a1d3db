/* trace_ring on hand-made sub-buffers: order, horizon, gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "source/tracefs/trace_ring.h"
#include "subbuffer.h"

#define CPUS_MAX 9
#define PAGES_MAX 64
#define SEEN_MAX 60000
#define LOST_RECORD 0xffffffffu /* stands in the list of what was seen for a call of lost() */

/* A CPU's buffer: pages that are read one after the other. */
struct cpu {
	struct subbuffer *pages[PAGES_MAX];
	size_t count, next;
	bool closed;
};

struct record {
	uint32_t cpu;
	uint32_t number;
};

struct seen {
	uint64_t time_ns;
	struct record record;
	int lost;
	bool open;
};

struct world {
	struct trace_ring *ring;
	struct trace_sink sink;
	struct cpu cpus[CPUS_MAX];
	int cpu_count;
	struct seen seen[SEEN_MAX];
	size_t count;
};

static ssize_t read_page(void *context, const void **page)
{
	struct cpu *c = context;

	if (c->next == c->count)
		return 0;
	*page = c->pages[c->next++]->bytes;
	return SUBBUFFER_BYTES;
}

static void close_pages(void *context)
{
	struct cpu *c = context;

	for (size_t i = 0; i < c->count; i++)
		free(c->pages[i]);
	c->closed = true;
}

static void see_record(void *context, const void *record, size_t size, uint64_t time_ns)
{
	struct world *w = context;

	assert_true(size >= sizeof(struct record));
	assert_true(w->count < SEEN_MAX);
	w->seen[w->count].time_ns = time_ns;
	memcpy(&w->seen[w->count++].record, record, sizeof(struct record));
}

static void see_records(void *context, struct trace_page *page, uint64_t end_ns)
{
	do
		see_record(context, page->record, page->size, page->time_ns);
	while (trace_page_next_before(page, end_ns));
}

static void see_loss(void *context, int count, bool open)
{
	struct world *w = context;

	w->seen[w->count++] =
		(struct seen){ .record.number = LOST_RECORD, .lost = count, .open = open };
}

static struct world *make_world(int cpu_count)
{
	struct world *w = calloc(1, sizeof *w);

	w->cpu_count = cpu_count;
	w->ring = trace_ring_new();
	w->sink = (struct trace_sink){ .records = see_records, .lost = see_loss, .context = w };
	for (int i = 0; i < cpu_count; i++)
		trace_ring_add(w->ring, i,
			(struct trace_reader){
				.read = read_page, .close = close_pages, .context = &w->cpus[i] });
	return w;
}

static void free_world(struct world *w)
{
	trace_ring_free(w->ring);
	for (int i = 0; i < w->cpu_count; i++)
		assert_true(w->cpus[i].closed);
	free(w);
}

static int set_up(void **state)
{
	*state = make_world(4);
	return 0;
}

static int tear_down(void **state)
{
	free_world(*state);
	return 0;
}

static struct subbuffer *add_page(struct world *w, int cpu, uint64_t time_ns)
{
	struct cpu *c = &w->cpus[cpu];
	struct subbuffer *page = malloc(sizeof *page);

	assert_true(c->count < PAGES_MAX);
	subbuffer_init(page, time_ns);
	c->pages[c->count++] = page;
	return page;
}

static bool add_record(struct subbuffer *page, int cpu, uint32_t number, uint64_t time_ns)
{
	const struct record record = { .cpu = (uint32_t)cpu, .number = number };

	return subbuffer_add(page, time_ns, &record, sizeof record);
}

/* What was seen since the last look is exactly the numbers given, ended by 0. */
static void assert_seen(struct world *w, const uint32_t *numbers)
{
	size_t i = 0;

	for (; numbers[i]; i++) {
		assert_true(i < w->count);
		assert_int_equal(w->seen[i].record.number, numbers[i]);
	}
	assert_int_equal(w->count, i);
	w->count = 0;
}

#define NUMBERS(...) (&((const uint32_t[]){ 0, ##__VA_ARGS__, 0 })[1])

static void nothing_to_read(void **state)
{
	struct world *w = *state;

	assert_true(trace_ring_merge(w->ring, 1000, &w->sink) == 1000);
	assert_int_equal(w->count, 0);
	assert_int_equal(trace_ring_busiest_bytes(w->ring), 0);
	assert_true(trace_ring_has(w->ring, 3));
	assert_false(trace_ring_has(w->ring, 4));
}

static void cpus_are_merged_by_time(void **state)
{
	struct world *w = *state;
	struct subbuffer *page;

	page = add_page(w, 0, 100);
	add_record(page, 0, 1, 100);
	add_record(page, 0, 4, 400);
	page = add_page(w, 0, 700);
	add_record(page, 0, 7, 700);
	page = add_page(w, 2, 150);
	add_record(page, 2, 2, 200);
	add_record(page, 2, 3, 300);
	add_record(page, 2, 6, 600);
	page = add_page(w, 3, 500);
	add_record(page, 3, 5, 500);
	assert_true(trace_ring_merge(w->ring, 1000, &w->sink) == 1000);
	for (size_t i = 0; i < w->count; i++)
		assert_int_equal(w->seen[i].time_ns, (i + 1) * 100);
	assert_seen(w, NUMBERS(1, 2, 3, 4, 5, 6, 7));
	assert_int_equal(trace_ring_busiest_bytes(w->ring), 2 * SUBBUFFER_BYTES);
}

static void records_past_the_horizon_wait(void **state)
{
	struct world *w = *state;
	struct subbuffer *page;

	page = add_page(w, 0, 100);
	add_record(page, 0, 1, 100);
	add_record(page, 0, 3, 300);
	page = add_page(w, 1, 200);
	add_record(page, 1, 2, 200);
	add_record(page, 1, 5, 500);
	assert_true(trace_ring_merge(w->ring, 299, &w->sink) == 299);
	assert_seen(w, NUMBERS(1, 2));
	/* In between a third CPU wrote something that is earlier than what waits. */
	page = add_page(w, 2, 400);
	add_record(page, 2, 4, 400);
	assert_true(trace_ring_merge(w->ring, 400, &w->sink) == 400);
	assert_seen(w, NUMBERS(3, 4));
	trace_ring_merge(w->ring, 499, &w->sink);
	assert_seen(w, NUMBERS());
	trace_ring_merge(w->ring, 500, &w->sink);
	assert_seen(w, NUMBERS(5));
}

static void long_pauses_and_padding_and_large_records(void **state)
{
	struct world *w = *state;
	const uint64_t hour_ns = 3600ull * 1000000000;
	struct subbuffer *page = add_page(w, 0, 7);
	struct {
		struct record record;
		char more[120];
	} large = { .record.number = 3 };

	add_record(page, 0, 1, 7 + hour_ns);
	subbuffer_add_padding(page, 24);
	add_record(page, 0, 2, 20 + hour_ns);
	subbuffer_add(page, 21 + hour_ns, &large, sizeof large);
	add_record(page, 0, 4, 22 + 2 * hour_ns);
	trace_ring_merge(w->ring, 3 * hour_ns, &w->sink);
	assert_true(w->seen[0].time_ns == 7 + hour_ns);
	assert_true(w->seen[1].time_ns == 20 + hour_ns);
	assert_true(w->seen[2].time_ns == 21 + hour_ns);
	assert_true(w->seen[3].time_ns == 22 + 2 * hour_ns);
	assert_seen(w, NUMBERS(1, 2, 3, 4));
}

static void empty_pages_are_passed_over(void **state)
{
	struct world *w = *state;

	add_page(w, 0, 10);
	add_page(w, 0, 20);
	add_record(add_page(w, 0, 30), 0, 1, 30);
	trace_ring_merge(w->ring, 100, &w->sink);
	assert_seen(w, NUMBERS(1));
}

static void gaps_are_told_at_both_ends(void **state)
{
	struct world *w = *state;
	struct subbuffer *page;

	page = add_page(w, 0, 100);
	add_record(page, 0, 1, 100);
	page = add_page(w, 0, 300);
	add_record(page, 0, 3, 300);
	add_record(page, 0, 4, 301);
	subbuffer_miss(page, 77);
	page = add_page(w, 1, 200);
	add_record(page, 1, 2, 200);
	add_record(page, 1, 5, 302);
	page = add_page(w, 1, 900000000);
	add_record(page, 1, 6, 900000000); /* after a TIME_EXTEND */
	subbuffer_miss(page, -1);
	trace_ring_merge(w->ring, 1000000000, &w->sink);
	assert_int_equal(w->seen[1].lost, 77);
	assert_int_equal(w->seen[3].lost, 0);
	assert_int_equal(w->seen[7].lost, -1);
	assert_int_equal(w->seen[8].lost, 0);
	assert_true(w->seen[1].open && !w->seen[3].open && w->seen[7].open && !w->seen[8].open);
	assert_seen(
		w, NUMBERS(1, LOST_RECORD, 2, LOST_RECORD, 3, 4, 5, LOST_RECORD, LOST_RECORD, 6));
}

static void gaps_of_two_cpus_are_over_when_both_are(void **state)
{
	struct world *w = *state;
	struct subbuffer *page;

	for (int cpu = 0; cpu < 2; cpu++) {
		page = add_page(w, cpu, 100 + (uint64_t)cpu);
		add_record(page, cpu, 1 + (uint32_t)cpu, 100 + (uint64_t)cpu);
		page = add_page(w, cpu, 300);
		subbuffer_miss(page, 9); /* nothing is left of what was in it */
		page = add_page(w, cpu, 300 + (uint64_t)cpu);
		add_record(page, cpu, 3 + (uint32_t)cpu, 300 + (uint64_t)cpu);
		subbuffer_miss(page, 1);
	}
	trace_ring_merge(w->ring, 1000, &w->sink);
	for (size_t i = 0; i < w->count; i++)
		if (w->seen[i].record.number == LOST_RECORD)
			assert_int_equal(w->seen[i].open, i < w->count - 2);
	assert_seen(w, NUMBERS(1, LOST_RECORD, LOST_RECORD, 2, LOST_RECORD, LOST_RECORD,
			       LOST_RECORD, 3, LOST_RECORD, 4));
}

static void gap_before_a_long_pause_is_told(void **state)
{
	struct world *w = *state;
	struct subbuffer *page = add_page(w, 0, 100);

	add_record(page, 0, 1, 900000000); /* a TIME_EXTEND comes before it */
	subbuffer_miss(page, 5);
	trace_ring_merge(w->ring, 1000000000, &w->sink);
	assert_int_equal(w->seen[0].lost, 5);
	assert_seen(w, NUMBERS(LOST_RECORD, LOST_RECORD, 1));
}

static void gap_of_a_waiting_record_ends_when_it_is_handed_out(void **state)
{
	struct world *w = *state;
	struct subbuffer *page = add_page(w, 0, 500);

	add_record(page, 0, 1, 500);
	subbuffer_miss(page, 5);
	trace_ring_merge(w->ring, 400, &w->sink);
	assert_seen(w, NUMBERS(LOST_RECORD));
	trace_ring_merge(w->ring, 600, &w->sink);
	assert_seen(w, NUMBERS(LOST_RECORD, 1));
}

/* Any spread of records over CPUs, pages and horizons comes out once and in order. */
static void merge_a_random_spread(struct world *w)
{
	struct subbuffer *pages[CPUS_MAX] = { 0 };
	uint64_t time_ns = 1000, horizon_ns = 0;
	uint32_t total = 0;

	for (;;) {
		const int cpu = (int)(random() % w->cpu_count);

		time_ns += 1 + (uint64_t)random() % 1000;
		if (!pages[cpu] || random() % 50 == 0) {
			if (w->cpus[cpu].count == PAGES_MAX)
				break;
			pages[cpu] = add_page(w, cpu, time_ns);
		}
		if (!add_record(pages[cpu], cpu, total + 1, time_ns))
			pages[cpu] = NULL;
		else
			total++;
	}
	while (horizon_ns < time_ns) {
		horizon_ns += (uint64_t)random() % 100000;
		trace_ring_merge(w->ring, horizon_ns, &w->sink);
		assert_true(!w->count || w->seen[w->count - 1].time_ns <= horizon_ns);
	}
	assert_int_equal(w->count, total);
	for (uint32_t i = 0; i < total; i++)
		assert_int_equal(w->seen[i].record.number, i + 1);
}

static void random_spreads_come_out_in_order(void **state)
{
	(void)state;
	srandom(42);
	for (int cpus = 1; cpus <= CPUS_MAX; cpus++) {
		struct world *w = make_world(cpus);

		merge_a_random_spread(w);
		free_world(w);
	}
}

/* A CPU that never runs dry: the same full page again and again, a little later each time. */
struct flood {
	struct subbuffer page;
	uint64_t pages;
};

static ssize_t read_flood(void *context, const void **page)
{
	struct flood *f = context;
	const uint64_t time_ns = ++f->pages * 1000;

	memcpy(f->page.bytes, &time_ns, sizeof time_ns);
	*page = f->page.bytes;
	return SUBBUFFER_BYTES;
}

static void close_flood(void *context)
{
	(void)context;
}

static void count_records(void *context, struct trace_page *page, uint64_t end_ns)
{
	uint64_t *last_ns = context;

	do {
		assert_true(page->time_ns > *last_ns);
		*last_ns = page->time_ns;
	} while (trace_page_next_before(page, end_ns));
}

static void one_merge_does_bounded_work(void **state)
{
	struct trace_ring *ring = trace_ring_new();
	struct flood flood = { 0 };
	uint64_t last_ns = 0, done_ns, before;
	const struct trace_sink sink = { .records = count_records, .context = &last_ns };

	(void)state;
	subbuffer_init(&flood.page, 0);
	for (uint64_t ns = 1; add_record(&flood.page, 0, 1, ns); ns++)
		continue;
	trace_ring_add(ring, 0,
		(struct trace_reader){
			.read = read_flood, .close = close_flood, .context = &flood });
	done_ns = trace_ring_merge(ring, UINT64_MAX, &sink);
	assert_true(done_ns < UINT64_MAX);
	assert_true(done_ns + 1 == last_ns);
	before = flood.pages;
	assert_true(before < 10000);
	assert_true(trace_ring_merge(ring, UINT64_MAX, &sink) > done_ns);
	assert_true(flood.pages > before);
	trace_ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_to_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cpus_are_merged_by_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(records_past_the_horizon_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			long_pauses_and_padding_and_large_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(empty_pages_are_passed_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gaps_are_told_at_both_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			gaps_of_two_cpus_are_over_when_both_are, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gap_before_a_long_pause_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			gap_of_a_waiting_record_ends_when_it_is_handed_out, set_up, tear_down),
		cmocka_unit_test(random_spreads_come_out_in_order),
		cmocka_unit_test(one_merge_does_bounded_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
