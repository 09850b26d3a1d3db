#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/exit_table.h"
#include "samples.h"

/* A row as perf kvm stat live printed it. */
struct perf_row {
	const char *name;
	uint64_t samples;
	double samples_pct, time_pct, min_us, max_us, avg_us, stderr_pct;
};

/* A Windows 10 guest that polls the RTC, and the same after the cure. */
static const struct perf_row before_cure[] = {
	{ "IO_INSTRUCTION", 55654, 78.67, 42.39, 3.54, 74.94, 13.63, 0.24 },
	{ "MSR_READ", 7114, 10.06, 0.74, 1.46, 16.58, 1.87, 0.30 },
	{ "MSR_WRITE", 3781, 5.34, 0.61, 2.09, 9.84, 2.88, 0.35 },
	{ "HLT", 2933, 4.15, 56.06, 1.71, 15227.79, 341.97, 8.91 },
	{ "EXTERNAL_INTERRUPT", 731, 1.03, 0.11, 1.19, 7.07, 2.63, 0.95 },
	{ "PENDING_INTERRUPT", 413, 0.58, 0.05, 1.32, 2.96, 2.25, 0.50 },
	{ "TPR_BELOW_THRESHOLD", 82, 0.12, 0.01, 2.54, 3.69, 2.93, 1.12 },
	{ "EPT_VIOLATION", 26, 0.04, 0.01, 3.81, 36.55, 8.78, 15.27 },
	{ "EPT_MISCONFIG", 7, 0.01, 0.01, 12.27, 39.47, 21.80, 17.78 },
	{ "PAUSE_INSTRUCTION", 5, 0.01, 0.00, 1.61, 1.99, 1.81, 4.30 },
};

static const struct perf_row after_cure[] = {
	{ "MSR_READ", 1501, 75.77, 0.44, 3.25, 23.38, 5.36, 0.75 },
	{ "MSR_WRITE", 192, 9.69, 0.16, 5.48, 49.34, 15.46, 3.90 },
	{ "HLT", 174, 8.78, 99.27, 4.16, 15716.32, 10431.50, 4.98 },
	{ "IO_INSTRUCTION", 50, 2.52, 0.09, 7.80, 83.96, 33.46, 6.40 },
	{ "EXTERNAL_INTERRUPT", 39, 1.97, 0.01, 3.47, 17.31, 6.20, 7.28 },
	{ "PENDING_INTERRUPT", 7, 0.35, 0.00, 4.97, 8.10, 6.39, 6.23 },
	{ "TPR_BELOW_THRESHOLD", 7, 0.35, 0.00, 7.16, 10.22, 8.94, 5.35 },
	{ "EPT_MISCONFIG", 7, 0.35, 0.01, 36.36, 42.87, 37.42, 2.43 },
	{ "PAUSE_INSTRUCTION", 3, 0.15, 0.00, 3.39, 3.72, 3.59, 2.83 },
	{ "EPT_VIOLATION", 1, 0.05, 0.00, 68.73, 68.73, 68.73, 0.00 },
};

/* The durations that perf printed so: M2 is solved from the standard error. */
static struct summary durations_of(const struct perf_row *row)
{
	const double n = (double)row->samples, mean_ns = row->avg_us * 1e3;

	return (struct summary){
		.count = row->samples,
		.total_ns = (uint64_t)(n * mean_ns + 0.5),
		.min_ns = (uint64_t)(row->min_us * 1e3 + 0.5),
		.max_ns = (uint64_t)(row->max_us * 1e3 + 0.5),
		.mean_ns = mean_ns,
		.m2 = pow(row->stderr_pct / 100 * mean_ns, 2) * n * (n - 1),
	};
}

static const struct exit_row *row_named(const struct exit_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void check_perf_table(const struct perf_row *perf, size_t count)
{
	struct exit_table t = { .seconds = 2 };
	struct exit_row rows[16];

	for (size_t i = 0; i < count; i++) {
		const struct sample_exit e = {
			.key = VMX_KEY((uint32_t)i),
			.name = perf[i].name,
			.durations = durations_of(&perf[i]),
		};

		exit_table_add(&t, &e, 1, 1);
	}
	assert_int_equal(exit_table_rows(&t, EXIT_SHARES_ALL, rows), count);
	for (size_t i = 0; i < count; i++) {
		const struct exit_row *row = row_named(rows, count, perf[i].name);

		assert_near(row->samples, (double)perf[i].samples, 0);
		assert_near(row->samples_pct, perf[i].samples_pct, 0.00501);
		/* perf's own averages were rounded to 0.01 us before they came here. */
		assert_near(row->time_pct, perf[i].time_pct, 0.021);
		assert_near(row->min_us, perf[i].min_us, 0.005);
		assert_near(row->max_us, perf[i].max_us, 0.005);
		assert_near(row->avg_us, perf[i].avg_us, 0.005);
		assert_near(row->stderr_pct, perf[i].stderr_pct, 0.005);
		assert_near(row->per_s, (double)perf[i].samples / 2, 1e-9);
	}
	exit_table_fini(&t);
}

static void rows_are_what_perf_prints(void **state)
{
	(void)state;
	check_perf_table(before_cure, sizeof before_cure / sizeof *before_cure);
	check_perf_table(after_cure, sizeof after_cure / sizeof *after_cure);
}

static void empty_table_has_no_rows(void **state)
{
	const struct exit_table t = { 0 };
	struct exit_row none[1];

	(void)state;
	assert_int_equal(exit_table_rows(&t, EXIT_SHARES_ALL, none), 0);
	assert_int_equal(exit_table_total(&t).count, 0);
	assert_int_equal(exit_table_port(&t, EXIT_DETAIL_PORT_IN, 0x71).count, 0);
}

/* Exits that took no time measurable have no share of the time, and no rate without a time. */
static void what_cannot_be_divided_is_unknown(void **state)
{
	const struct sample_exit e = exits_of(VMX_KEY(10), "CPUID", 3, 0);
	struct exit_table t = { 0 };
	struct exit_row row;

	(void)state;
	exit_table_add(&t, &e, 1, 1);
	assert_int_equal(exit_table_rows(&t, EXIT_SHARES_ALL, &row), 1);
	assert_near(row.samples_pct, 100, 0);
	assert_true(isnan(row.time_pct));
	assert_true(isnan(row.per_s));
	assert_near(row.stderr_pct, 0, 0);
	exit_table_fini(&t);
}

static void details_are_merged_into_their_reason(void **state)
{
	const struct sample_exit exits[] = {
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x70), "IO_INSTRUCTION", 10, 2000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 30, 4000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x71), "IO_INSTRUCTION", 1, 9000),
		exits_of(VMX_KEY(12), "HLT", 5, 100000),
		exits_of(VMX_KEY(10), "CPUID", 0, 0),
	};
	struct exit_table t = { 0 };
	struct exit_row rows[4];
	const struct exit_row *io;

	(void)state;
	exit_table_add(&t, exits, sizeof exits / sizeof *exits, 1);
	assert_int_equal(t.detail_count, 3);
	assert_int_equal(
		exit_table_rows(&t, EXIT_SHARES_ALL, rows), 2); /* what did not happen is no row */
	io = row_named(rows, 2, "IO_INSTRUCTION");
	assert_near(io->samples, 41, 0);
	assert_near(io->time_us, 149, 1e-9);
	assert_near(io->min_us, 2, 0);
	assert_near(io->max_us, 9, 0);
	assert_int_equal(exit_table_port(&t, EXIT_DETAIL_PORT_OUT, 0x70).count, 10);
	assert_int_equal(exit_table_port(&t, EXIT_DETAIL_PORT_IN, 0x71).total_ns, 120000);
	assert_int_equal(exit_table_port(&t, EXIT_DETAIL_PORT_IN, 0x70).count, 0);
	assert_int_equal(exit_table_total(&t).count, 46);
	exit_table_fini(&t);
}

static void tables_are_merged_with_their_time(void **state)
{
	const struct sample_exit first[] = {
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 30, 4000),
		exits_of(VMX_KEY(12), "HLT", 5, 100000),
	};
	const struct sample_exit second[] = {
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 20, 1000),
		exits_of(VMX_KEY(48), "EPT_VIOLATION", 1, 7000),
	};
	struct exit_table a = { .seconds = 1 }, b = { .seconds = 1.5 };
	struct exit_row rows[4];

	(void)state;
	exit_table_add(&a, first, 2, 1);
	exit_table_add(&b, second, 2, 1);
	exit_table_merge(&a, &b);
	assert_near(a.seconds, 2.5, 0);
	assert_int_equal(exit_table_port(&a, EXIT_DETAIL_PORT_IN, 0x71).count, 50);
	assert_int_equal(exit_table_rows(&a, EXIT_SHARES_ALL, rows), 3);
	assert_near(row_named(rows, 3, "IO_INSTRUCTION")->per_s, 20, 1e-9);
	assert_near(row_named(rows, 3, "EPT_VIOLATION")->samples, 1, 0);
	assert_int_equal(exit_table_total(&b).count, 21); /* what is merged from stays as it was */

	exit_table_clear(&a);
	assert_near(a.seconds, 0, 0);
	assert_int_equal(exit_table_total(&a).count, 0);
	exit_table_merge(&a, &b);
	assert_int_equal(exit_table_total(&a).count, 21);
	exit_table_fini(&a);
	exit_table_fini(&b);
}

/* The same code means different things on VMX and SVM. */
static void reasons_of_different_hardware_are_apart(void **state)
{
	const struct sample_exit exits[] = {
		exits_of((struct exit_key){ .reason = 0x78, .isa = EXIT_ISA_SVM }, "hlt", 1, 10),
		exits_of((struct exit_key){ .reason = 0x78, .isa = EXIT_ISA_VMX }, "0x78", 2, 10),
	};
	struct exit_table t = { 0 };

	(void)state;
	exit_table_add(&t, exits, 2, 1);
	assert_int_equal(t.reason_count, 2);
	exit_table_fini(&t);
}

/* A guest that touches every port must not make the table grow with it, nor hide what it does most. */
static void details_are_bounded_and_the_frequent_stay(void **state)
{
	const struct sample_exit often =
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 1000, 10);
	struct exit_table t = { 0 };

	(void)state;
	for (uint64_t port = 0; port < 0x10000; port++) {
		const struct sample_exit once =
			exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, port), "IO_INSTRUCTION", 1, 10);

		exit_table_add(&t, &once, 1, 1);
	}
	exit_table_add(&t, &often, 1, 1);
	assert_int_equal(t.detail_count, EXIT_TABLE_DETAILS_MAX);
	assert_int_equal(exit_table_port(&t, EXIT_DETAIL_PORT_IN, 0x71).count, 1000);
	assert_int_equal(exit_table_total(&t).count, 0x10000 + 1000);
	exit_table_fini(&t);
}

static void names_are_cleaned(void **state)
{
	const struct sample_exit e = exits_of(VMX_KEY(1), "A\033[2J\xff", 1, 10);
	struct exit_table t = { 0 };
	struct exit_row row;

	(void)state;
	exit_table_add(&t, &e, 1, 1);
	exit_table_rows(&t, EXIT_SHARES_ALL, &row);
	assert_string_equal(row.name, "A?[2J?");
	exit_table_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_what_perf_prints),
		cmocka_unit_test(empty_table_has_no_rows),
		cmocka_unit_test(what_cannot_be_divided_is_unknown),
		cmocka_unit_test(details_are_merged_into_their_reason),
		cmocka_unit_test(tables_are_merged_with_their_time),
		cmocka_unit_test(reasons_of_different_hardware_are_apart),
		cmocka_unit_test(details_are_bounded_and_the_frequent_stay),
		cmocka_unit_test(names_are_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
