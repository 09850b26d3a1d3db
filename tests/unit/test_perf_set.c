/* Counters of tracepoints for several CPUs and threads: opened and closed one by one, added up, never going back; and
 * the kernel's own calls, as far as they need no privilege. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_perf.h"
#include "source/perf/perf_set.h"

static const uint64_t points[] = { 11, 12, 13 };

enum { POINTS = sizeof points / sizeof *points };

static const struct perf_target cpus[] = { { -1, 0, 0 }, { -1, 1, 0 }, { -1, 2, 0 } };
static const struct perf_target threads[] = { { 100, -1, 5 }, { 101, -1, 6 } };

static int open_all(struct perf_set *set)
{
	int result, opened = 0;

	while ((result = perf_set_open_one(set)) > 0)
		opened++;
	return result ? result : opened;
}

static void close_all(struct perf_set *set)
{
	while (perf_set_close_one(set))
		;
}

static void test_each_step_is_one_counter(void **state)
{
	static struct fake_perf perf;
	struct perf_set set = { .calls = &perf.calls };

	(void)state;
	fake_perf_init(&perf);
	perf_set_begin(&set, points, POINTS);
	assert_false(perf_set_is_open(&set));
	assert_int_equal(perf_set_open_one(&set), 0); /* there is nobody to count */
	assert_true(perf_set_follow(&set, cpus, 3));
	assert_false(perf_set_follow(&set, cpus, 3));
	for (size_t i = 0; i < 3 * POINTS; i++) {
		assert_false(perf_set_is_open(&set));
		assert_int_equal(perf_set_open_one(&set), 1);
		assert_int_equal(perf.open, i + 1);
	}
	assert_true(perf_set_is_open(&set));
	assert_int_equal(perf_set_open_one(&set), 0);
	assert_int_equal(set.open_count, 9);
	assert_false(perf_set_close_one(&set)); /* all are wanted */
	perf_set_begin(&set, NULL, 0);
	assert_int_equal(set.open_count, 0);
	for (size_t i = 9; i-- > 0;) {
		assert_true(perf_set_close_one(&set));
		assert_int_equal(perf.open, i);
	}
	assert_false(perf_set_close_one(&set));
	perf_set_fini(&set);
}

static void test_sums(void **state)
{
	static struct fake_perf perf;
	struct perf_set set = { .calls = &perf.calls };
	struct perf_times times;
	uint64_t sums[POINTS];

	(void)state;
	fake_perf_init(&perf);
	perf_set_begin(&set, points, POINTS);
	perf_set_follow(&set, cpus, 3);
	open_all(&set);
	fake_perf_fire(&perf, 11, 0, 0, 5);
	fake_perf_fire(&perf, 11, 2, 0, 7);
	fake_perf_fire(&perf, 13, 1, 0, 1);
	perf.enabled_ns = 100;
	perf.running_ns = 60;
	assert_true(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[0], 12);
	assert_int_equal(sums[1], 0);
	assert_int_equal(sums[2], 1);
	assert_int_equal(times.enabled_ns, 300);
	assert_int_equal(times.running_ns, 180);
	perf_set_begin(&set, NULL, 0);
	close_all(&set);
	perf_set_fini(&set);
}

/* What a thread that ends has counted stays, and one that comes counts from its first counter on. */
static void test_threads_come_and_go(void **state)
{
	static struct fake_perf perf;
	const struct perf_target again[] = { { 101, -1, 6 }, { 100, -1, 99 } }; /* tid 100 anew */
	struct perf_set set = { .calls = &perf.calls };
	struct perf_times times;
	uint64_t sums[POINTS];

	(void)state;
	fake_perf_init(&perf);
	perf_set_begin(&set, points, POINTS);
	perf_set_follow(&set, threads, 2);
	assert_int_equal(open_all(&set), 6);
	fake_perf_fire(&perf, 12, -2, 100, 40);
	fake_perf_fire(&perf, 12, -2, 101, 2);
	/* Nothing was read before it ended: its counters still have it. */
	assert_true(perf_set_follow(&set, again, 2));
	assert_true(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[1], 42);
	assert_int_equal(open_all(&set), 3);
	close_all(&set);
	assert_int_equal(perf.open, 6);
	fake_perf_fire(&perf, 12, -2, 100, 1);
	assert_true(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[1], 43);
	/* Begun anew, nothing of it is left. */
	perf_set_begin(&set, points, 2);
	perf_set_follow(&set, threads, 1);
	open_all(&set);
	assert_true(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[0] + sums[1], 0);
	perf_set_begin(&set, NULL, 0);
	close_all(&set);
	assert_int_equal(perf.open, 0);
	perf_set_fini(&set);
}

static void test_what_is_gone_is_left_out(void **state)
{
	static struct fake_perf perf;
	struct perf_set set = { .calls = &perf.calls };
	struct perf_times times;
	uint64_t sums[POINTS];

	(void)state;
	fake_perf_init(&perf);
	perf.no_cpu = 1;
	perf_set_begin(&set, points, POINTS);
	perf_set_follow(&set, cpus, 3);
	assert_true(open_all(&set) > 0);
	assert_true(perf_set_is_open(&set));
	assert_int_equal(perf.open, 6);
	/* A CPU that goes offline later: what it had counted when it was last read is kept. */
	fake_perf_fire(&perf, 11, 0, 0, 3);
	fake_perf_fire(&perf, 11, 2, 0, 4);
	assert_true(perf_set_read(&set, sums, &times));
	fake_perf_offline(&perf, 2);
	fake_perf_fire(&perf, 11, 0, 0, 1);
	assert_false(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[0], 8);
	assert_true(perf_set_read(&set, sums, &times));
	assert_int_equal(sums[0], 8);
	close_all(&set);
	assert_int_equal(perf.open, 3);
	/* A thread that ends in the middle of being opened. */
	perf_set_begin(&set, points, POINTS);
	perf_set_follow(&set, threads, 2);
	perf_set_open_one(&set);
	perf.no_tid = 100;
	assert_true(open_all(&set) > 0);
	close_all(&set);
	assert_int_equal(perf.open, 3);
	assert_int_equal(fake_perf_of(&perf, -1, 101), 3);
	perf_set_begin(&set, NULL, 0);
	close_all(&set);
	perf_set_fini(&set);
}

static void test_other_errors_are_told(void **state)
{
	static struct fake_perf perf;
	struct perf_set set = { .calls = &perf.calls };

	(void)state;
	fake_perf_init(&perf);
	perf.most = 4;
	perf_set_begin(&set, points, POINTS);
	perf_set_follow(&set, cpus, 3);
	assert_int_equal(open_all(&set), -EMFILE);
	assert_int_equal(set.open_count, 4);
	perf.error = -EACCES;
	assert_int_equal(perf_set_open_one(&set), -EACCES);
	perf_set_begin(&set, NULL, 0);
	close_all(&set);
	assert_int_equal(perf.open, 0);
	perf_set_fini(&set);
}

/* A descriptor that is no group is not taken for one. */
static void test_kernel_calls(void **state)
{
	struct perf_times times;
	uint64_t values[POINTS];
	int ends[2];

	(void)state;
	/* There is no tracepoint of that number, or nobody may open one here. */
	assert_true(perf_calls_kernel.open(NULL, UINT64_C(1) << 40, 0, -1, -1) < 0);
	assert_int_equal(perf_counter_read(&perf_calls_kernel, -1, values, POINTS, &times), -EBADF);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "12345678", 8), 8);
	assert_int_equal(
		perf_counter_read(&perf_calls_kernel, ends[0], values, POINTS, &times), -ENODATA);
	perf_calls_kernel.close(NULL, ends[0]);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(close(ends[0]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_step_is_one_counter),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_threads_come_and_go),
		cmocka_unit_test(test_what_is_gone_is_left_out),
		cmocka_unit_test(test_other_errors_are_told),
		cmocka_unit_test(test_kernel_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
