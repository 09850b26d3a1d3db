#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "view/draw/histogram.h"

static void add(struct latency *l, uint64_t ns, uint32_t count)
{
	const struct latency_span span = { latency_bucket(ns), 1, &count };

	latency_add(l, &span, 1);
}

static void test_bars(void **state)
{
	struct latency l = { 0 };
	struct histogram_bar bars[HISTOGRAM_BARS_MAX];

	(void)state;
	assert_int_equal(histogram_bars(&l, 12, bars), 0);
	add(&l, 8192, 3);
	assert_int_equal(histogram_bars(&l, 0, bars), 0);
	assert_int_equal(histogram_bars(&l, 1, bars), 1);
	assert_int_equal(bars[0].from_ns, 8192);
	assert_int_equal(bars[0].to_ns, 10240);
	assert_int_equal(bars[0].count, 3);

	add(&l, 16383, 5); /* the last bucket of that doubling */
	assert_int_equal(histogram_bars(&l, 4, bars), 4);
	assert_int_equal(bars[1].count, 0);
	assert_int_equal(bars[3].from_ns, 14336);
	assert_int_equal(bars[3].to_ns, 16384);
	assert_int_equal(bars[3].count, 5);
	assert_int_equal(histogram_bars(&l, 3, bars), 2); /* two buckets each */
	assert_int_equal(bars[0].to_ns, 12288);
	assert_int_equal(bars[1].from_ns, 12288);
	assert_int_equal(histogram_bars(&l, 1, bars), 1); /* the doubling */
	assert_int_equal(bars[0].from_ns, 8192);
	assert_int_equal(bars[0].to_ns, 16384);
	assert_int_equal(bars[0].count, 8);

	add(&l, 12000, 0); /* empty buckets within and at the ends change nothing */
	latency_clear(&l);
	assert_int_equal(histogram_bars(&l, 12, bars), 0);
	latency_fini(&l);
}

/* Whatever the ends: bars touch each other, hold every duration once, and are as many as have room. */
static void test_bars_sweep(void **state)
{
	(void)state;
	for (unsigned first = 0; first < LATENCY_BUCKETS; first += 3) {
		for (unsigned last = first; last < LATENCY_BUCKETS; last += 5) {
			for (size_t room = 1; room <= 20; room++) {
				struct histogram_bar bars[HISTOGRAM_BARS_MAX];
				struct latency l = { 0 };
				uint64_t sum = 0;
				size_t count;

				for (unsigned i = first; i <= last; i++)
					add(&l, latency_bucket_ns(i), 1 + i);
				count = histogram_bars(&l, room, bars);
				assert_in_range(count, 1,
					room < HISTOGRAM_BARS_MAX ? room : HISTOGRAM_BARS_MAX);
				assert_true(bars[0].from_ns <= latency_bucket_ns(first));
				assert_true(bars[count - 1].to_ns > latency_bucket_ns(last));
				for (size_t i = 0; i < count; i++) {
					assert_true(bars[i].from_ns < bars[i].to_ns);
					assert_true(!i || bars[i].from_ns == bars[i - 1].to_ns);
					sum += bars[i].count;
				}
				assert_int_equal(
					sum, (uint64_t)(first + last + 2) * (last - first + 1) / 2);
				/* Grouped no more than needed. */
				if (room <= HISTOGRAM_BARS_MAX && last - first + 1 >= 2 * room)
					assert_true(2 * count + 1 >= room);
				latency_fini(&l);
			}
		}
	}
}

static void test_ranges(void **state)
{
	/* clang-format off */
	static const struct { uint64_t from_ns, to_ns; const char *text; } cases[] = {
		{ 0, 16, "0 - 16 ns" }, { 512, 640, "512 - 640 ns" }, { 896, 1024, "0.9 - 1.0 us" },
		{ 8192, 16384, "8.2 - 16.4 us" }, { 65536, 131072, "65.5 - 131 us" },
		{ 524288, 1048576, "0.5 - 1.0 ms" }, { 917504, 1048576, "0.9 - 1.0 ms" },
		{ 1ull << 30, 1ull << 31, "1.1 - 2.1 s" }, { 1ull << 36, 1ull << 37, "68.7 - 137 s" },
	};
	/* clang-format on */
	char out[24];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct histogram_bar bar = { cases[i].from_ns, cases[i].to_ns, 1 };

		assert_string_equal(histogram_range(&bar, out), cases[i].text);
	}
	/* Every range that there can be has room for its words. */
	for (unsigned shift = 0; shift < 8; shift++) {
		for (unsigned i = 0; (i + 1) << shift <= LATENCY_BUCKETS; i++) {
			const struct histogram_bar bar = { latency_bucket_ns(i << shift),
				latency_bucket_ns((i + 1) << shift), 1 };

			assert_true(strlen(histogram_range(&bar, out)) <= 14);
		}
	}
}

static void test_durations(void **state)
{
	/* clang-format off */
	static const struct { double us; const char *text; } cases[] = {
		{ NAN, "-" }, { 0, "0 ns" }, { 0.016, "16 ns" }, { 0.9994, "999 ns" }, { 0.9996, "1.00 us" },
		{ 1.87, "1.87 us" }, { 9.994, "9.99 us" }, { 9.996, "10.0 us" }, { 74.94, "74.9 us" },
		{ 99.96, "100 us" }, { 341.97, "342 us" }, { 15227.79, "15.2 ms" }, { 1.5e6, "1.50 s" },
		{ 3.6e9, "3600 s" },
	};
	/* clang-format on */
	char out[24];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(histogram_duration(cases[i].us, out), cases[i].text);
}

static void test_strokes(void **state)
{
	/* clang-format off */
	static const struct { double columns; bool utf8; const char *text; } cases[] = {
		{ 0, true, "" }, { 1e-6, true, "▏" }, { 0.125, true, "▏" }, { 0.9, true, "▉" },
		{ 0.99, true, "█" }, { 2.5, true, "██▌" }, { 4, true, "████" },
		{ 0, false, "" }, { 1e-6, false, "#" }, { 1.4, false, "#" }, { 2.5, false, "###" },
	};
	/* clang-format on */
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
			histogram_stroke(cases[i].columns, cases[i].utf8, out, sizeof out),
			cases[i].text);
	/* Never more than out holds, and no character in halves. */
	setlocale(LC_ALL, "C.UTF-8");
	for (size_t size = 5; size < sizeof out; size++) {
		histogram_stroke(40.7, true, out, size);
		assert_int_equal(strlen(out) % 3, 0);
		assert_int_equal(text_width(out), (int)strlen(out) / 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_bars_sweep),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_strokes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
