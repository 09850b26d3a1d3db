#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "view/drill.h"

enum { IO = 30, MSR = 31, HLT = 12 };

/* Durations of 1 us each, all of them in one bucket. */
static struct exit_entry entry(
	uint32_t reason, enum exit_detail detail, uint64_t number, uint64_t samples)
{
	struct exit_entry e = { .key = { reason, EXIT_ISA_VMX, (uint8_t)detail, number } };
	uint32_t count = (uint32_t)samples;
	const struct latency_span span = { latency_bucket(1000), 1, &count };

	snprintf(e.name, sizeof e.name, "R%u", reason);
	e.durations = (struct summary){ .count = samples,
		.total_ns = samples * 1000,
		.min_ns = 1000,
		.max_ns = 1000,
		.mean_ns = 1000 };
	latency_add(&e.latency, &span, 1);
	return e;
}

/* IO of which all is known, MSR of which 8 are not, HLT without details. */
struct fixture {
	struct exit_entry reasons[3], details[5];
	struct exit_table table;
};

static void set_up(struct fixture *f)
{
	*f = (struct fixture){
		.reasons = { entry(MSR, EXIT_DETAIL_NONE, 0, 20),
			entry(IO, EXIT_DETAIL_NONE, 0, 50), entry(HLT, EXIT_DETAIL_NONE, 0, 30) },
		.details = { entry(IO, EXIT_DETAIL_PORT_IN, 0x99, 10),
			entry(MSR, EXIT_DETAIL_MSR_READ, 0x12345, 5),
			entry(IO, EXIT_DETAIL_PORT_OUT, 0x99, 35),
			entry(MSR, EXIT_DETAIL_MSR_WRITE, 0x12345, 7),
			entry(IO, EXIT_DETAIL_PORT_IN, 0x98, 5) },
	};
	f->table = (struct exit_table){ .reasons = f->reasons,
		.reason_count = 3,
		.details = f->details,
		.detail_count = 5,
		.seconds = 2 };
}

static void tear_down(struct fixture *f)
{
	for (size_t i = 0; i < 3; i++)
		latency_fini(&f->reasons[i].latency);
	for (size_t i = 0; i < 5; i++)
		latency_fini(&f->details[i].latency);
}

/* "R30 50|  35|  10": names of reasons and of others, the samples of all. */
static char *text_of(
	const struct exit_table *t, enum exit_shares shares, enum exit_column sort, bool reverse)
{
	struct strbuf text = { 0 };
	size_t count;
	struct exit_line *lines = exit_lines(t, shares, sort, reverse, &count);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%s%s %.0f", i ? "|" : "",
			lines[i].row.key.detail && !lines[i].other ? " " : lines[i].row.name,
			lines[i].row.samples);
	free(lines);
	return strbuf_take(&text);
}

static void test_lines(void **state)
{
	/* clang-format off */
	static const struct {
		enum exit_shares shares; enum exit_column sort; bool reverse; const char *lines;
	} cases[] = {
		{ EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, "R30 50|  35|  10|  5|R12 30|R31 20|  7|  5|  other 8" },
		{ EXIT_SHARES_ALL, EXIT_COL_SAMPLES, true, "R31 20|  7|  5|  other 8|R12 30|R30 50|  35|  10|  5" },
		{ EXIT_SHARES_ALL, EXIT_COL_REASON, false, "R12 30|R30 50|  35|  10|  5|R31 20|  7|  5|  other 8" },
		/* An unknown share is last. */
		{ EXIT_SHARES_WITHOUT_HALTS, EXIT_COL_TIME_PCT, false,
		  "R30 50|  35|  10|  5|R31 20|  7|  5|  other 8|R12 30" },
	};
	/* clang-format on */
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *lines = text_of(&f.table, cases[i].shares, cases[i].sort, cases[i].reverse);

		assert_string_equal(lines, cases[i].lines);
		free(lines);
	}
	tear_down(&f);
}

static void test_other(void **state)
{
	struct fixture f;
	struct latency rest = { 0 };
	const struct exit_row *row;
	struct exit_line *lines;
	size_t count;

	(void)state;
	set_up(&f);
	f.reasons[0].durations.total_ns = 40000; /* 12 us of it in the details */
	lines = exit_lines(&f.table, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, &count);
	assert_int_equal(count, 9);
	assert_true(lines[8].other);
	row = &lines[8].row;
	assert_int_equal(row->key.reason, MSR);
	assert_true(fabs(row->samples_pct - 8) < 1e-9);
	assert_true(fabs(row->time_us - 28) < 1e-9);
	assert_true(fabs(row->time_pct - 100 * 28 / 120.0) < 1e-9);
	assert_true(fabs(row->avg_us - 3.5) < 1e-9);
	assert_true(fabs(row->per_s - 4) < 1e-9);
	assert_true(isnan(row->min_us) && isnan(row->max_us) && isnan(row->stderr_pct));
	assert_true(row->p50_us > 0.8 && row->p50_us <= 1.1);
	exit_line_latency(&lines[8], &f.table, &rest);
	assert_int_equal(latency_count(&rest, latency_bucket(1000)), 8);
	latency_fini(&rest);
	exit_line_latency(&lines[6], &f.table, &rest);
	assert_int_equal(latency_count(&rest, latency_bucket(1000)), 7);
	latency_fini(&rest);
	free(lines);
	/* A table that keeps no buckets has no histogram, and no percentiles. */
	tear_down(&f);
	for (size_t i = 0; i < 5; i++)
		f.details[i].latency = f.reasons[i % 3].latency = (struct latency){ 0 };
	f.table.without_latency = true;
	lines = exit_lines(&f.table, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, &count);
	assert_true(isnan(lines[8].row.p50_us));
	exit_line_latency(&lines[8], &f.table, &rest);
	assert_int_equal(rest.count, 0);
	free(lines);
}

static void test_empty_table(void **state)
{
	const struct exit_table nothing = { 0 };
	struct drill d = { .row = 7 };
	size_t count;
	struct exit_line *lines =
		exit_lines(&nothing, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, &count);

	(void)state;
	assert_int_equal(count, 0);
	assert_int_equal(drill_follow(&d, lines, count), 0);
	drill_move(&d, lines, count, 1);
	assert_false(d.chosen); /* nothing was there to be chosen */
	free(lines);
}

static size_t row_of(struct drill *d, const struct exit_table *t, enum exit_column sort)
{
	size_t count, row;
	struct exit_line *lines = exit_lines(t, EXIT_SHARES_ALL, sort, false, &count);

	row = drill_follow(d, lines, count);
	free(lines);
	return row;
}

static void move(struct drill *d, const struct exit_table *t, long by)
{
	size_t count;
	struct exit_line *lines = exit_lines(t, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, &count);

	drill_move(d, lines, count, by);
	free(lines);
}

static void test_moving(void **state)
{
	static const struct {
		long by;
		size_t row;
	} steps[] = { { -1, 0 }, { 1, 1 }, { 10, 8 }, { 1, 8 }, { -3, 5 }, { INT32_MIN, 0 },
		{ INT32_MAX, 8 } };
	struct fixture f;
	struct drill d = { 0 };

	(void)state;
	set_up(&f);
	drill_start(&d);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		move(&d, &f.table, steps[i].by);
		assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), steps[i].row);
	}
	tear_down(&f);
}

static void test_selection_stays_with_its_exits(void **state)
{
	struct fixture f;
	struct drill d = { 0 };

	(void)state;
	set_up(&f);
	drill_start(&d);
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 0);
	/* The first line is taken once: IO, wherever it goes. */
	f.reasons[2].durations.count = 100;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 1);
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_REASON), 1);
	move(&d, &f.table, 2); /* 10 of port 0x99 in */
	assert_int_equal(d.selected.number, 0x99);
	f.details[0].durations.count = 40;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 2);
	move(&d, &f.table, INT32_MAX); /* the last line is another "other" than its reason */
	assert_true(d.selected_other);
	f.reasons[0].durations.count = 1000;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 3);
	tear_down(&f);
}

static void test_absent_exits_come_back(void **state)
{
	struct fixture f;
	struct drill d = { 0 };

	(void)state;
	set_up(&f);
	drill_start(&d);
	move(&d, &f.table, 5); /* R31 */
	f.table.reasons = f.reasons + 1;
	f.table.reason_count = 2;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 4); /* the last one stands in */
	f.table.reasons = f.reasons;
	f.table.reason_count = 3;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 5);
	/* Whoever moves on from the stand-in has chosen another one. */
	f.table.reasons = f.reasons + 1;
	f.table.reason_count = 2;
	move(&d, &f.table, -1);
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 3);
	f.table.reasons = f.reasons;
	f.table.reason_count = 3;
	assert_int_equal(row_of(&d, &f.table, EXIT_COL_SAMPLES), 3);
	tear_down(&f);
}

static void test_vcpus(void **state)
{
	struct thread threads[] = { { .vcpu = -1 }, { .vcpu = 5 }, { .vcpu = 0 }, { .vcpu = 2 } };
	struct vm vm = { .threads = threads, .thread_count = 4 };
	static const int forward[] = { 0, 2, 5, -1, 0 }, back[] = { -1, 5, 2, 0, -1 };
	struct drill d = { 0 };

	(void)state;
	drill_start(&d);
	assert_ptr_equal(drill_table(&d, &vm, false), &vm.interval);
	assert_ptr_equal(drill_table(&d, &vm, true), &vm.total);
	for (size_t i = 0; i < 5; i++) {
		drill_turn(&d, &vm, 1);
		assert_int_equal(d.vcpu, forward[i]);
	}
	assert_ptr_equal(drill_table(&d, &vm, false), &threads[2].interval);
	assert_ptr_equal(drill_table(&d, &vm, true), &threads[2].total);
	for (size_t i = 0; i < 5; i++) {
		drill_turn(&d, &vm, -1);
		assert_int_equal(d.vcpu, back[i]);
	}
	d.vcpu = 5;
	vm.thread_count = 1; /* the vCPU was unplugged */
	assert_ptr_equal(drill_table(&d, &vm, false), &vm.interval);
	assert_int_equal(d.vcpu, DRILL_ALL_VCPUS);
	drill_turn(&d, &vm, 1);
	assert_int_equal(d.vcpu, DRILL_ALL_VCPUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_empty_table),
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_selection_stays_with_its_exits),
		cmocka_unit_test(test_absent_exits_come_back),
		cmocka_unit_test(test_vcpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
