/* thread_row: what the kernel keeps of a thread, told as its files of /proc tell it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/clock.h"
#include "source/host/thread_row.h"

#define TICK_NS (10 * NS_PER_MS)

static const struct bpf_thread_row usual = {
	.tid = 51,
	.pid = 50,
	.time_ns = 5000 * NS_PER_S,
	.start_ns = 123 * TICK_NS + 1,
	.cpu_ns = 1000 * TICK_NS + 7,
	.wait_ns = 1904206,
	.utime_ns = 600 * TICK_NS,
	.stime_ns = 200 * TICK_NS,
	.guest_ns = 500 * TICK_NS + 9999999,
	.switches = 12,
	.name = "CPU 0/KVM",
};

static void told_in_ticks(void **state)
{
	struct sample_thread t;

	(void)state;
	assert_true(thread_row_fill(&t, &usual, NULL));
	assert_int_equal(t.tid, 51);
	assert_int_equal(t.start_ticks, 123);
	assert_string_equal(t.name, "CPU 0/KVM");
	/* A quarter of the ticks were the kernel's: so is a quarter of the exact time. */
	assert_int_equal(t.stime_ticks, 250);
	assert_int_equal(t.utime_ticks, 750);
	assert_int_equal(t.guest_ticks, 500);
	assert_int_equal(t.switches, 12);
	assert_true(t.cpu_ns == usual.cpu_ns && t.wait_ns == 1904206);
	assert_true(t.time_ns == 5000 * NS_PER_S);
}

static void a_thread_of_one_kind_of_time(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t;

	(void)state;
	row.stime_ns = 0;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 1000);
	assert_int_equal(t.stime_ticks, 0);
	row.stime_ns = 3 * TICK_NS;
	row.utime_ns = 0;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 0);
	assert_int_equal(t.stime_ticks, 1000);
	/* It ran, and no tick has met it so far. */
	row.stime_ns = 0;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 1000);
}

/* As many seconds as a host can be up: products have more than 64 bits. */
static void a_thread_of_many_years(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t;
	const uint64_t year_ns = 365 * 86400 * NS_PER_S;

	(void)state;
	row.cpu_ns = 16 * year_ns;
	row.utime_ns = 9 * year_ns;
	row.stime_ns = 3 * year_ns;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_true(t.stime_ticks == 4 * year_ns / TICK_NS);
	assert_true(t.utime_ticks == 12 * year_ns / TICK_NS);
}

static void nothing_that_was_told_is_taken_back(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t, before = { .tid = 51, .start_ticks = 123 };

	(void)state;
	/* By /proc: then the rest goes to the other part. */
	row.told_stime_ns = 400 * TICK_NS;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.stime_ticks, 400);
	assert_int_equal(t.utime_ticks, 600);
	row.told_stime_ns = 0;
	row.told_utime_ns = 900 * TICK_NS;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 900);
	assert_int_equal(t.stime_ticks, 100);
	/* More than the time on CPU, which is not up to date. */
	row.told_stime_ns = 101 * TICK_NS;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 900);
	assert_int_equal(t.stime_ticks, 101);
	/* By kvmtop. */
	row = usual;
	before.utime_ticks = 700;
	before.stime_ticks = 290;
	assert_true(thread_row_fill(&t, &row, &before));
	assert_int_equal(t.stime_ticks, 290);
	assert_int_equal(t.utime_ticks, 710);
	/* Of another thread that had the number. */
	before.start_ticks = 122;
	assert_true(thread_row_fill(&t, &row, &before));
	assert_int_equal(t.stime_ticks, 250);
	before.start_ticks = 123;
	before.utime_ticks = before.stime_ticks = SAMPLE_UNKNOWN;
	assert_true(thread_row_fill(&t, &row, &before));
	assert_int_equal(t.stime_ticks, 250);
}

/* Where the kernel measures both, nothing is divided. */
static void exact_times_are_told_as_they_are(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t;

	(void)state;
	row.flags = BPF_THREAD_EXACT;
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_int_equal(t.utime_ticks, 600);
	assert_int_equal(t.stime_ticks, 200);
}

static void what_only_proc_tells(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t,
		before = { .tid = 51, .start_ticks = 123, .name = "kvm-nx-lpage-recovery-21715" };

	(void)state;
	row.flags = BPF_THREAD_PENDING;
	assert_false(thread_row_fill(&t, &row, NULL));
	/* A kernel thread's full name, once. */
	row.flags = BPF_THREAD_KERNEL;
	memcpy(row.name, "kvm-nx-lpage-re", 16);
	assert_false(thread_row_fill(&t, &row, NULL));
	assert_true(thread_row_fill(&t, &row, &before));
	assert_string_equal(t.name, "kvm-nx-lpage-recovery-21715");
	before.start_ticks = 122;
	assert_false(thread_row_fill(&t, &row, &before));
}

/* The kernel ends it with NUL; nothing is read behind it. */
static void a_name_without_end(void **state)
{
	struct bpf_thread_row row = usual;
	struct sample_thread t;

	(void)state;
	memset(row.name, 'x', sizeof row.name);
	assert_true(thread_row_fill(&t, &row, NULL));
	assert_string_equal(t.name, "xxxxxxxxxxxxxxxx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_in_ticks),
		cmocka_unit_test(a_thread_of_one_kind_of_time),
		cmocka_unit_test(a_thread_of_many_years),
		cmocka_unit_test(nothing_that_was_told_is_taken_back),
		cmocka_unit_test(exact_times_are_told_as_they_are),
		cmocka_unit_test(what_only_proc_tells),
		cmocka_unit_test(a_name_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
