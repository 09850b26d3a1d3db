#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kvm/exit_groups.h"
#include "model/exit_rows.h"
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

/* The owner of a table can do with fewer details than there are. */
static void details_can_be_fewer(void **state)
{
	struct exit_table t = { .details_max = 4 };
	struct exit_row rows[4];
	const struct exit_key io = VMX_KEY(30);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint64_t port = 0xc000; port < 0xc010; port++) {
			const struct sample_exit e = exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, port),
				"IO_INSTRUCTION", port - 0xbfff, 1000);

			exit_table_add(&t, &e, 1, 1);
		}
		assert_int_equal(exit_table_detail_rows(&t, EXIT_SHARES_ALL, &io, rows), 4);
		assert_int_equal(rows[0].key.number, 0xc00f);
		assert_near(rows[0].samples, 16, 0);
		assert_near(rows[3].samples, 13, 0);
		assert_int_equal(exit_table_total(&t).count, 16 * 17 / 2);
		exit_table_clear(&t);
		assert_int_equal(t.details_max, 4);
	}
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

/* Names of a reason's rows with their samples: "RTC 0x71 in 30|port 0x1234 out 1". */
static void check_rows(const struct exit_row *rows, size_t count, const char *expected)
{
	char text[512] = "";

	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %.0f", i ? "|" : "",
			rows[i].name, rows[i].samples);
	assert_string_equal(text, expected);
}

static struct exit_key msr_key(uint32_t reason, enum exit_detail direction, uint64_t msr)
{
	return (struct exit_key){
		.reason = reason, .isa = EXIT_ISA_VMX, .detail = (uint8_t)direction, .number = msr
	};
}

static void details_of_every_kind_and_their_devices(void **state)
{
	const struct sample_exit exits[] = {
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x70), "IO_INSTRUCTION", 30, 1000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 30, 3000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x608), "IO_INSTRUCTION", 50, 1000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x40), "IO_INSTRUCTION", 2, 1000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x40), "IO_INSTRUCTION", 3, 1000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x1234), "IO_INSTRUCTION", 1, 1000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x1235), "IO_INSTRUCTION", 1, 1000),
		exits_of(msr_key(32, EXIT_DETAIL_MSR_WRITE, 0x6e0), "MSR_WRITE", 7, 1000),
		exits_of(msr_key(32, EXIT_DETAIL_MSR_WRITE, 0x150), "MSR_WRITE", 9, 1000),
		exits_of(msr_key(48, EXIT_DETAIL_MMIO_READ, 0xfed000f0), "EPT", 5, 1000),
		exits_of(msr_key(48, EXIT_DETAIL_MMIO_WRITE, 0xfed00010), "EPT", 4, 1000),
		exits_of(msr_key(48, EXIT_DETAIL_MMIO_WRITE, 0xfed00108), "EPT", 3, 1000),
		exits_of(msr_key(48, EXIT_DETAIL_MMIO_READ, 0xfebf1000), "EPT", 2, 1000),
		exits_of(VMX_KEY(48), "EPT", 1, 1000), /* not about a device */
	};
	const struct exit_key io = VMX_KEY(30), msr = VMX_KEY(32), ept = VMX_KEY(48),
			      hlt = VMX_KEY(12);
	const struct exit_key other = { .reason = 30, .isa = EXIT_ISA_SVM };
	struct exit_table t = { .seconds = 2 };
	struct exit_row rows[16];

	(void)state;
	exit_table_add(&t, exits, sizeof exits / sizeof *exits, 1);
	check_rows(rows, exit_table_detail_rows(&t, EXIT_SHARES_ALL, &io, rows),
		"ACPI PM timer 0x608 in 50|RTC 0x70 out 30|RTC 0x71 in 30|PIT 0x40 out 3|"
		"PIT 0x40 in 2|port 0x1234 in 1|port 0x1235 in 1");
	assert_near(rows[2].time_us, 90, 1e-9);
	assert_near(rows[2].per_s, 15, 1e-9);
	assert_near(rows[2].samples_pct, 100.0 * 30 / 148, 1e-9);
	check_rows(rows, exit_table_device_rows(&t, EXIT_SHARES_ALL, &io, rows),
		"RTC 0x70/0x71 60|ACPI PM timer 0x608 in 50|PIT 0x40 5|port 0x1234 in 1|"
		"port 0x1235 in 1");
	assert_near(rows[0].avg_us, 2, 1e-9);
	assert_near(rows[0].max_us, 3, 1e-9);
	check_rows(rows, exit_table_detail_rows(&t, EXIT_SHARES_ALL, &msr, rows),
		"MSR 0x150 write 9|TSC_DEADLINE 0x6e0 write 7");
	check_rows(rows, exit_table_device_rows(&t, EXIT_SHARES_ALL, &ept, rows),
		"HPET (3 addresses) 12|MMIO 0xfebf1000 read 2");
	assert_int_equal(rows[0].key.number, 0xfed000f0);
	assert_int_equal(exit_table_detail_rows(&t, EXIT_SHARES_ALL, &hlt, rows), 0);
	assert_int_equal(exit_table_device_rows(&t, EXIT_SHARES_ALL, &other, rows), 0);
	assert_non_null(exit_table_find(&t, &ept));
	assert_int_equal(exit_table_find(&t, &exits[9].key)->durations.count, 5);
	assert_null(exit_table_find(&t, &hlt));
	exit_table_fini(&t);
}

static void halts_can_be_left_out_of_the_shares_of_time(void **state)
{
	static const struct {
		struct exit_key key;
		bool is_halt;
	} keys[] = {
		{ { .reason = 12, .isa = EXIT_ISA_VMX }, true },
		{ { .reason = 36, .isa = EXIT_ISA_VMX }, true },
		{ { .reason = 0x78, .isa = EXIT_ISA_VMX }, false },
		{ { .reason = 0x78, .isa = EXIT_ISA_SVM }, true },
		{ { .reason = 0x8b, .isa = EXIT_ISA_SVM }, true },
		{ { .reason = 0xa6, .isa = EXIT_ISA_SVM }, true },
		{ { .reason = 12, .isa = EXIT_ISA_SVM }, false },
		{ { .reason = 1, .isa = EXIT_ISA_VMX }, false },
		{ { .reason = 1, .isa = EXIT_ISA_ARM_TRAP }, true },
		{ { .reason = 1, .isa = EXIT_ISA_ARM_RET }, false },
		{ { .reason = 1, .isa = EXIT_ISA_RISCV }, false },
		{ { .reason = 1, .isa = EXIT_ISA_RISCV_INTERRUPT }, false },
		{ { .reason = 1 }, false },
	};
	const struct sample_exit exits[] = {
		exits_of(VMX_KEY(12), "HLT", 10, 90000),
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 30, 2000),
		exits_of(VMX_KEY(10), "CPUID", 10, 4000),
	};
	const struct exit_key io = VMX_KEY(30);
	struct exit_table t = { 0 };
	struct exit_row rows[4];

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		assert_int_equal(exit_group_is_halt(&keys[i].key), keys[i].is_halt);
	exit_table_add(&t, exits, 3, 1);
	exit_table_rows(&t, EXIT_SHARES_ALL, rows);
	assert_near(row_named(rows, 3, "HLT")->time_pct, 90, 1e-9);
	assert_near(row_named(rows, 3, "IO_INSTRUCTION")->time_pct, 6, 1e-9);
	exit_table_rows(&t, EXIT_SHARES_WITHOUT_HALTS, rows);
	assert_true(isnan(row_named(rows, 3, "HLT")->time_pct));
	assert_near(row_named(rows, 3, "HLT")->samples_pct, 20, 1e-9);
	assert_near(row_named(rows, 3, "IO_INSTRUCTION")->time_pct, 60, 1e-9);
	assert_near(row_named(rows, 3, "CPUID")->time_pct, 40, 1e-9);
	exit_table_detail_rows(&t, EXIT_SHARES_WITHOUT_HALTS, &io, rows);
	assert_near(rows[0].time_pct, 60, 1e-9);
	exit_table_fini(&t);
}

static int compare_ns(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Books durations as a source hands them over: a summary, and counts of the buckets in use. */
static void book_durations(
	struct exit_table *t, struct exit_key key, const uint64_t *ns, size_t count)
{
	uint32_t counts[LATENCY_BUCKETS] = { 0 }, first = LATENCY_BUCKETS, end = 0;
	struct sample_exit e = { .key = key, .name = "X" };

	for (size_t i = 0; i < count; i++) {
		const unsigned bucket = latency_bucket(ns[i]);

		summary_add(&e.durations, ns[i]);
		counts[bucket]++;
		first = bucket < first ? bucket : first;
		end = bucket + 1 > end ? bucket + 1 : end;
	}
	e.latency = (struct latency_span){ first, end - first, counts + first };
	exit_table_add(t, &e, 1, 1);
}

/* Within the width of the bucket that holds the exact figure. */
static void check_percentile(double us, const uint64_t *sorted, size_t count, double pct)
{
	const size_t at = (size_t)ceil((double)count * pct / 100) - 1;
	const unsigned bucket = latency_bucket(sorted[at]);
	const double width_ns = (double)(latency_bucket_ns(bucket + 1) - latency_bucket_ns(bucket));

	assert_near(us * 1e3, (double)sorted[at], width_ns);
}

/* A row's percentiles against those of all its durations, put in order: of a reason whose exits came in
 * two details of different speed, and of these; booked in several parts, and merged. */
static void percentiles_of_rows_are_near_the_exact_ones(void **state)
{
	enum { PARTS = 3, PART = 400, HALF = PARTS * PART, SETS = 40 };
	static uint64_t all[2 * HALF];
	const struct exit_key keys[] = { IO_KEY(EXIT_DETAIL_PORT_OUT, 0x70),
		IO_KEY(EXIT_DETAIL_PORT_IN, 0x71) };
	const struct exit_key io = VMX_KEY(30);
	uint64_t random = 88172645463325252ull;

	(void)state;
	for (int set = 0; set < SETS; set++) {
		struct exit_table parts = { 0 }, t = { 0 };
		struct exit_row reason, details[2];

		for (size_t i = 0; i < 2 * HALF; i++) {
			/* xorshift64; durations spread over the doublings, details apart */
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			all[i] = (random >> 40) >> (random % (i < HALF ? 20 : 12) + set % 4);
		}
		for (size_t i = 0; i < 2 * PARTS; i++) {
			book_durations(&parts, keys[i / PARTS], all + i * PART, PART);
			if (i % 2) {
				exit_table_merge(&t, &parts);
				exit_table_clear(&parts);
			}
		}
		exit_table_rows(&t, EXIT_SHARES_ALL, &reason);
		assert_int_equal(exit_table_detail_rows(&t, EXIT_SHARES_ALL, &io, details), 2);
		for (size_t i = 0; i < 2; i++) {
			uint64_t *half = all + (details[i].key.number == 0x70 ? 0 : HALF);

			qsort(half, HALF, sizeof *half, compare_ns);
			check_percentile(details[i].p50_us, half, HALF, 50);
			check_percentile(details[i].p99_us, half, HALF, 99);
		}
		qsort(all, 2 * HALF, sizeof *all, compare_ns);
		check_percentile(reason.p50_us, all, 2 * HALF, 50);
		check_percentile(reason.p99_us, all, 2 * HALF, 99);
		assert_true(reason.min_us <= reason.p50_us && reason.p50_us <= reason.p99_us &&
			    reason.p99_us <= reason.max_us);
		exit_table_fini(&parts);
		exit_table_fini(&t);
	}
}

static void percentiles_are_unknown_without_buckets(void **state)
{
	const uint64_t ns[] = { 1000, 2000, 3000 };
	struct exit_table lean = { .without_latency = true }, full = { 0 };
	struct exit_row row;

	(void)state;
	book_durations(&lean, VMX_KEY(10), ns, 3);
	exit_table_rows(&lean, EXIT_SHARES_ALL, &row);
	assert_near(row.samples, 3, 0);
	assert_true(isnan(row.p50_us));
	assert_true(isnan(row.p99_us));
	book_durations(&full, VMX_KEY(10), ns, 3);
	exit_table_merge(&lean, &full);
	exit_table_rows(&lean, EXIT_SHARES_ALL, &row);
	assert_true(isnan(row.p50_us));
	exit_table_fini(&lean);
	exit_table_fini(&full);
}

/* A part of the exits stands for all of them: counts, time and buckets grow, what one exit is like
 * stays. */
static void sampled_exits_are_scaled_up(void **state)
{
	uint32_t counts[] = { 4, 6 };
	struct sample_exit e =
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 10, 2000);
	const struct exit_key io = VMX_KEY(30);
	struct exit_table t = { .seconds = 1 }, whole = { 0 };
	struct exit_row row, detail;

	(void)state;
	e.latency = (struct latency_span){ latency_bucket(2000), 2, counts };
	exit_table_add(&t, &e, 1, 20);
	exit_table_rows(&t, EXIT_SHARES_ALL, &row);
	exit_table_detail_rows(&t, EXIT_SHARES_ALL, &io, &detail);
	assert_true(row.sampled);
	assert_true(detail.sampled);
	assert_near(row.samples, 200, 0);
	assert_near(detail.per_s, 200, 1e-9);
	assert_near(row.time_us, 400, 1e-9);
	assert_near(row.avg_us, 2, 1e-9);
	assert_near(row.max_us, 2, 1e-9);
	assert_int_equal(latency_count(&t.reasons[0].latency, latency_bucket(2000) + 1), 120);
	exit_table_merge(&whole, &t);
	assert_true(whole.sampled);
	exit_table_clear(&whole);
	assert_false(whole.sampled);
	exit_table_add(&whole, &e, 1, 1);
	assert_false(whole.sampled);
	exit_table_fini(&t);
	exit_table_fini(&whole);
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
		cmocka_unit_test(details_can_be_fewer),
		cmocka_unit_test(names_are_cleaned),
		cmocka_unit_test(details_of_every_kind_and_their_devices),
		cmocka_unit_test(halts_can_be_left_out_of_the_shares_of_time),
		cmocka_unit_test(percentiles_of_rows_are_near_the_exact_ones),
		cmocka_unit_test(percentiles_are_unknown_without_buckets),
		cmocka_unit_test(sampled_exits_are_scaled_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
