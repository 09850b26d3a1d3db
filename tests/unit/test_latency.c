/* latency and sums: buckets, percentiles against sorted sets, moments against Welford's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "sample/latency.h"
#include "sample/sums.h"

#define COUNT 5000

static void buckets_cover_everything_once(void **state)
{
	(void)state;
	assert_int_equal(latency_bucket(0), 0);
	assert_int_equal(latency_bucket(15), 0);
	assert_int_equal(latency_bucket(16), 1);
	assert_int_equal(latency_bucket(63), 3);
	assert_int_equal(latency_bucket(64), 4);
	assert_int_equal(latency_bucket(UINT64_MAX), LATENCY_BUCKETS - 1);
	assert_int_equal(latency_bucket_ns(0), 0);
	assert_int_equal(latency_bucket_ns(4), 64);
	for (unsigned i = 0; i + 1 < LATENCY_BUCKETS; i++) {
		const uint64_t start = latency_bucket_ns(i), end = latency_bucket_ns(i + 1);

		assert_true(start < end);
		assert_int_equal(latency_bucket(start), i);
		assert_int_equal(latency_bucket(end - 1), i);
		assert_int_equal(latency_bucket(end), i + 1);
		if (start >= 64)
			assert_true((end - start) * 4 <= start);
	}
	/* A vCPU that halts for two minutes is still told apart from one that halts longer. */
	assert_true(latency_bucket_ns(LATENCY_BUCKETS - 1) > 110000000000ull);
}

static struct latency_span span(uint32_t first, uint32_t count, const uint32_t *counts)
{
	return (struct latency_span){ .first = first, .count = count, .counts = counts };
}

static void sets_grow_to_both_sides(void **state)
{
	static const uint32_t low[] = { 1, 2 }, high[] = { 3, 0, 4 };
	struct latency l = { 0 }, other = { 0 };
	struct latency_span s = span(50, 3, high);

	(void)state;
	latency_add(&l, &s, 1);
	s = span(10, 2, low);
	latency_add(&l, &s, 1);
	assert_int_equal(l.first, 10);
	assert_int_equal(l.count, 43);
	assert_int_equal(latency_count(&l, 9), 0);
	assert_int_equal(latency_count(&l, 10), 1);
	assert_int_equal(latency_count(&l, 11), 2);
	assert_int_equal(latency_count(&l, 12), 0);
	assert_int_equal(latency_count(&l, 50), 3);
	assert_int_equal(latency_count(&l, 52), 4);
	assert_int_equal(latency_count(&l, 53), 0);
	latency_merge(&other, &l);
	latency_merge(&other, &l);
	assert_int_equal(latency_count(&other, 52), 8);
	latency_add(&other, &s, 2.6); /* 1 and 2 become 3 and 5 */
	assert_int_equal(latency_count(&other, 10), 5);
	assert_int_equal(latency_count(&other, 11), 9);
	latency_clear(&other);
	assert_int_equal(latency_count(&other, 52), 0);
	latency_merge(&other, &(struct latency){ 0 });
	s = span(127, 0, NULL);
	latency_add(&other, &s, 1);
	assert_int_equal(other.first, 10);
	latency_fini(&other);
	latency_fini(&l);
	assert_int_equal(l.count, 0);
}

static void nothing_has_no_percentile(void **state)
{
	static const uint32_t none[] = { 0, 0 };
	struct latency l = { 0 };
	const struct latency_span s = span(5, 2, none);

	(void)state;
	assert_true(isnan(latency_percentile_ns(&l, 50, 0, 0)));
	latency_add(&l, &s, 1);
	assert_true(isnan(latency_percentile_ns(&l, 50, 0, 0)));
	latency_fini(&l);
}

static void percentiles_stay_between_the_ends(void **state)
{
	static const uint32_t one[] = { 1 };
	struct latency l = { 0 };
	struct latency_span s = span(latency_bucket(1000), 1, one);

	(void)state;
	latency_add(&l, &s, 1);
	assert_true(fabs(latency_percentile_ns(&l, 50, 1000, 1000) - 1000) < 1e-9);
	assert_true(fabs(latency_percentile_ns(&l, 99, 1000, 1000) - 1000) < 1e-9);
	/* What is longer than all buckets is known by its longest. */
	s = span(LATENCY_BUCKETS - 1, 1, one);
	for (int i = 0; i < 1000; i++)
		latency_add(&l, &s, 1);
	assert_true(latency_percentile_ns(&l, 100, 1000, 300000000000ull) <= 3e11);
	latency_fini(&l);
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t log_uniform(void)
{
	return (uint64_t)exp(log(20) + (double)random() / (double)RAND_MAX * log(1e8));
}

static uint64_t narrow(void)
{
	return 1200 + (uint64_t)random() % 300;
}

static uint64_t two_humps(void)
{
	return random() % 10 ? 900 + (uint64_t)random() % 200
			     : 4000000 + (uint64_t)random() % 900000;
}

/* Of the smallest member that at least pct percent do not exceed. */
static uint64_t exact_percentile(const uint64_t *sorted, double pct)
{
	const size_t rank = (size_t)ceil(COUNT * pct / 100);

	return sorted[rank ? rank - 1 : 0];
}

static void percentiles_are_right_to_a_bucket(void **state)
{
	static uint64_t (*const sets[])(void) = { log_uniform, narrow, two_humps };
	static const double pcts[] = { 1, 10, 25, 50, 75, 90, 99, 99.9, 100 };
	static uint64_t all[COUNT];

	(void)state;
	srandom(1);
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		uint32_t counts[LATENCY_BUCKETS] = { 0 };
		const struct latency_span s = span(0, LATENCY_BUCKETS, counts);
		struct latency l = { 0 };

		for (size_t j = 0; j < COUNT; j++) {
			all[j] = sets[i]();
			counts[latency_bucket(all[j])]++;
		}
		qsort(all, COUNT, sizeof *all, compare);
		latency_add(&l, &s, 1);
		for (size_t j = 0; j < sizeof pcts / sizeof *pcts; j++) {
			const uint64_t exact = exact_percentile(all, pcts[j]);
			const unsigned bucket = latency_bucket(exact);
			const double got =
				latency_percentile_ns(&l, pcts[j], all[0], all[COUNT - 1]);

			assert_true(got >= (double)latency_bucket_ns(bucket));
			assert_true(got <= (double)latency_bucket_ns(bucket + 1));
		}
		latency_fini(&l);
	}
}

static void sums_agree_with_welford(void **state)
{
	static uint64_t (*const sets[])(void) = { log_uniform, narrow, two_humps };

	(void)state;
	srandom(2);
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		struct sums sums = sums_none();
		struct summary welford = { 0 }, got;

		for (int j = 0; j < COUNT; j++) {
			const uint64_t ns = sets[i]();

			sums_add(&sums, ns);
			summary_add(&welford, ns);
		}
		got = sums_summary(&sums);
		assert_int_equal(got.count, welford.count);
		assert_int_equal(got.total_ns, welford.total_ns);
		assert_int_equal(got.min_ns, welford.min_ns);
		assert_int_equal(got.max_ns, welford.max_ns);
		assert_true(fabs(got.mean_ns / welford.mean_ns - 1) < 1e-12);
		assert_true(fabs(got.m2 / welford.m2 - 1) < 1e-9);
		assert_true(fabs(summary_stderr_pct(&got) - summary_stderr_pct(&welford)) < 1e-9);
	}
}

static struct summary summary_of(const uint64_t *ns, size_t count)
{
	struct sums s = sums_none();

	for (size_t i = 0; i < count; i++)
		sums_add(&s, ns[i]);
	return sums_summary(&s);
}

static void sums_are_exact(void **state)
{
	/* Differences of 1 ns in 100 hours; thirds; and nothing at all. */
	static const uint64_t hours[] = { 360000000000000, 360000000000001, 360000000000002 };
	static const uint64_t thirds[] = { 0, 0, 1 }, same[] = { 7, 7, 7, 7 };
	struct summary s = summary_of(hours, 3);

	(void)state;
	assert_true(fabs(s.m2 - 2) < 1e-9);
	s = summary_of(thirds, 3);
	assert_true(fabs(s.m2 - 2.0 / 3) < 1e-12);
	s = summary_of(same, 4);
	assert_true(s.m2 == 0);
	assert_true(summary_stderr_pct(&s) == 0);
	s = summary_of(same, 1);
	assert_int_equal(s.min_ns, 7);
	assert_int_equal(s.max_ns, 7);
	s = summary_of(same, 0);
	assert_int_equal(s.count, 0);
	assert_int_equal(s.min_ns, 0);
}

static void sums_never_start_anew(void **state)
{
	static const uint64_t huge[] = { UINT64_MAX, UINT64_MAX - 1, UINT64_MAX };
	const struct summary s = summary_of(huge, 3);

	(void)state;
	assert_int_equal(s.count, 3);
	assert_true(s.total_ns == UINT64_MAX);
	assert_true(s.max_ns == UINT64_MAX);
	assert_true(s.min_ns == UINT64_MAX - 1);
	assert_true(s.m2 >= 0 && isfinite(s.m2));
}

static void assert_same_sums(const struct sums *a, const struct sums *b)
{
	assert_true(a->count == b->count);
	assert_true(a->total_ns == b->total_ns);
	assert_true(a->min_ns == b->min_ns);
	assert_true(a->max_ns == b->max_ns);
	assert_true(a->squares_ns2 == b->squares_ns2);
}

static void merged_sums_are_those_of_all(void **state)
{
	const struct sums none = sums_none();
	struct sums all = sums_none(), parts[3] = { sums_none(), sums_none(), sums_none() },
		    merged = sums_none(), before;

	(void)state;
	srandom(3);
	for (int i = 0; i < COUNT; i++) {
		const uint64_t ns = log_uniform();

		sums_add(&all, ns);
		sums_add(&parts[random() % 3], ns);
	}
	/* Into nothing, and nothing into something. */
	for (int i = 0; i < 3; i++) {
		sums_merge(&merged, &parts[i]);
		before = merged;
		sums_merge(&merged, &none);
		assert_same_sums(&merged, &before);
	}
	assert_same_sums(&merged, &all);
}

static void merged_sums_never_start_anew(void **state)
{
	const struct sums huge = { .count = 2,
		.total_ns = UINT64_MAX - 5,
		.min_ns = 3,
		.max_ns = UINT64_MAX - 8,
		.squares_ns2 = ~(unsigned __int128)0 - 9 };
	struct sums s = huge;

	(void)state;
	sums_merge(&s, &huge);
	assert_int_equal(s.count, 4);
	assert_true(s.total_ns == UINT64_MAX);
	assert_true(s.squares_ns2 == ~(unsigned __int128)0);
	assert_true(s.min_ns == 3 && s.max_ns == UINT64_MAX - 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_cover_everything_once),
		cmocka_unit_test(sets_grow_to_both_sides),
		cmocka_unit_test(nothing_has_no_percentile),
		cmocka_unit_test(percentiles_stay_between_the_ends),
		cmocka_unit_test(percentiles_are_right_to_a_bucket),
		cmocka_unit_test(sums_agree_with_welford),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(sums_never_start_anew),
		cmocka_unit_test(merged_sums_are_those_of_all),
		cmocka_unit_test(merged_sums_never_start_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
