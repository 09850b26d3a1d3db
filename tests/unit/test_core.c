#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/map.h"
#include "core/mem.h"
#include "core/number.h"
#include "sample/domain.h"
#include "sample/summary.h"

static void numbers_fit(void **state)
{
	static const struct {
		double value;
		enum number_unit unit;
		int width;
		const char *text;
	} cases[] = {
		{ NAN, NUMBER_PERCENT, 5, "-" },
		{ 0, NUMBER_PERCENT, 5, "0.0" },
		{ 131.94, NUMBER_PERCENT, 5, "131.9" },
		{ 131.94, NUMBER_PERCENT, 4, "132" },
		{ 6400, NUMBER_PERCENT, 5, "6400" },
		{ 12800, NUMBER_PERCENT, 4, "13k" },
		{ 410, NUMBER_RATE, 7, "410" },
		{ 9999, NUMBER_RATE, 7, "9999" },
		{ 9999.6, NUMBER_RATE, 7, "10.0k" },
		{ 23598, NUMBER_RATE, 7, "23.6k" },
		{ 999949, NUMBER_RATE, 7, "1.0M" },
		{ 1234567, NUMBER_RATE, 7, "1.2M" },
		{ 123456789, NUMBER_RATE, 4, "123M" },
		{ 21715, NUMBER_INTEGER, 7, "21715" },
		{ 55654321, NUMBER_INTEGER, 5, "55.7M" },
		{ 13.634, NUMBER_MICROS, 8, "13.63" },
		{ 15227.79, NUMBER_MICROS, 8, "15227.79" },
		{ 15227.79, NUMBER_MICROS, 7, "15227.8" },
		{ 15227.79, NUMBER_MICROS, 5, "15228" },
		{ 78.666, NUMBER_SHARE, 6, "78.67" },
		{ 100, NUMBER_SHARE, 5, "100.0" },
		{ 0, NUMBER_KIB, 5, "0k" },
		{ 12, NUMBER_KIB, 5, "12k" },
		{ 999, NUMBER_KIB, 5, "999k" },
		{ 999420, NUMBER_KIB, 5, "976M" },
		{ 8113624, NUMBER_KIB, 5, "7.7G" },
		{ 3.5 * 1024 * 1024 * 1024, NUMBER_KIB, 5, "3.5T" },
		{ 12345, NUMBER_INTEGER, 1, "#" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[32];

		number_format(out, sizeof out, cases[i].value, cases[i].unit, cases[i].width);
		assert_string_equal(out, cases[i].text);
	}
}

/* Every value fits every width that has room for a digit, and the result says its own length. */
static void numbers_never_overflow(void **state)
{
	(void)state;
	for (double value = 0.001; value < 1e19; value *= 1.7)
		for (int unit = NUMBER_INTEGER; unit <= NUMBER_KIB; unit++)
			for (int width = 1; width <= 12; width++) {
				char out[16];
				const size_t length = number_format(
					out, sizeof out, value, (enum number_unit)unit, width);

				assert_int_equal(length, strlen(out));
				assert_in_range(length, 1, width);
			}
}

static void numbers_in_groups(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = { { 0, "0" }, { 999.4, "999" }, { 1000, "1,000" }, { 17903, "17,903" },
		{ 1234567, "1,234,567" }, { -1500, "-1,500" }, { NAN, "-" }, { INFINITY, "-" } };
	char out[32], small[4];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		number_group(out, sizeof out, cases[i].value);
		assert_string_equal(out, cases[i].text);
	}
	number_group(small, sizeof small, 1234567);
	assert_in_range(strlen(small), 1, sizeof small - 1);
}

static void map_behaves(void **state)
{
	struct map m = { 0 };
	static int values[1000];
	bool present[1000] = { false };
	uint32_t random = 1;
	size_t at = 0, count = 0, seen = 0;

	(void)state;
	assert_null(map_get(&m, 5));
	assert_null(map_remove(&m, 5));
	for (int step = 0; step < 100000; step++) {
		size_t i;

		random = random * 1664525 + 1013904223;
		i = (random >> 10) % 1000;
		if (random >> 31) {
			assert_ptr_equal(
				map_put(&m, i * 4096, &values[i]), present[i] ? &values[i] : NULL);
			count += !present[i];
			present[i] = true;
		} else {
			assert_ptr_equal(map_remove(&m, i * 4096), present[i] ? &values[i] : NULL);
			count -= present[i];
			present[i] = false;
		}
		assert_int_equal(m.count, count);
	}
	for (size_t i = 0; i < 1000; i++)
		assert_ptr_equal(map_get(&m, i * 4096), present[i] ? &values[i] : NULL);
	for (uint64_t key; map_next(&m, &at, &key, NULL); seen++)
		assert_true(present[key / 4096]);
	assert_int_equal(seen, count);
	map_fini(&m);
}

static void arena_keeps(void **state)
{
	struct arena a = { 0 };
	char *texts[2000];
	unsigned char *big;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		texts[i] = arena_printf(&a, "text %d %0*d", i, i % 200, i);
		assert_int_equal((uintptr_t)texts[i] % _Alignof(max_align_t), 0);
	}
	big = arena_array(&a, 1000, 1000);
	for (size_t i = 0; i < 1000000; i++)
		assert_int_equal(big[i], 0);
	for (int i = 0; i < 2000; i++) {
		char text[256];

		snprintf(text, sizeof text, "text %d %0*d", i, i % 200, i);
		assert_string_equal(texts[i], text);
	}
	assert_null(arena_strdup(&a, NULL));
	assert_string_equal(arena_strdup(&a, ""), "");
	arena_fini(&a);
	assert_null(a.head);
	arena_fini(&a);
}

static void grows(void **state)
{
	int *array = NULL;
	size_t capacity = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		array = mem_grow(array, i, &capacity, sizeof *array);
		assert_true(capacity > i);
		array[i] = (int)i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(array[i], i);
	free(array);
	assert_null(mem_strdup(NULL));
}

/* Two halves merged are the whole: count, total, min and max exactly, mean and M2 to rounding. */
static void summaries_merge(void **state)
{
	struct summary whole = { 0 }, half[2] = { { 0 }, { 0 } }, empty = { 0 };
	uint32_t random = 7;

	(void)state;
	for (int i = 0; i < 10001; i++) {
		random = random * 1664525 + 1013904223;
		summary_add(&whole, random >> 8);
		summary_add(&half[i % 3 == 0], random >> 8);
	}
	summary_merge(&half[0], &half[1]);
	summary_merge(&half[0], &empty);
	assert_int_equal(half[0].count, whole.count);
	assert_int_equal(half[0].total_ns, whole.total_ns);
	assert_int_equal(half[0].min_ns, whole.min_ns);
	assert_int_equal(half[0].max_ns, whole.max_ns);
	assert_true(fabs(half[0].mean_ns / whole.mean_ns - 1) < 1e-12);
	assert_true(fabs(half[0].m2 / whole.m2 - 1) < 1e-9);
	summary_merge(&empty, &whole);
	assert_int_equal(empty.count, whole.count);
	assert_int_equal(empty.min_ns, whole.min_ns);
}

static void summaries_tell_their_error(void **state)
{
	struct summary s = { 0 };

	(void)state;
	assert_true(isnan(summary_stderr_pct(&s)));
	assert_true(isnan(summary_average_ns(&s)));
	summary_add(&s, 2000);
	assert_true(summary_stderr_pct(&s) == 0);
	summary_add(&s, 4000);
	summary_add(&s, 6000);
	/* M2 = 8e6, variance 4e6, standard error sqrt(4e6 / 3) = 1154.7, mean 4000 */
	assert_true(fabs(summary_stderr_pct(&s) - 28.8675) < 1e-3);
	assert_true(summary_average_ns(&s) == 4000);
}

static void hyperv_states(void **state)
{
	struct domain_enlightenment items[] = {
		{ .name = "vpindex", .state = TRI_YES },
		{ .name = "stimer", .state = TRI_NO },
	};
	struct domain_config config = {
		.parsed = true,
		.hyperv = { .known = true, .items = items, .count = 2 },
	};

	(void)state;
	assert_int_equal(domain_hyperv_state(&config, "vpindex"), TRI_YES);
	assert_int_equal(domain_hyperv_state(&config, "stimer"), TRI_NO);
	assert_int_equal(domain_hyperv_state(&config, "synic"), TRI_NO);
	strcpy(config.hyperv.mode, "passthrough");
	assert_int_equal(domain_hyperv_state(&config, "synic"), TRI_YES);
	assert_int_equal(domain_hyperv_state(&config, "stimer"), TRI_NO);
	config.parsed = false;
	assert_int_equal(domain_hyperv_state(&config, "vpindex"), TRI_UNKNOWN);
}

static void domain_sets_are_shared(void **state)
{
	struct domain_set *set = domain_set_new(2), *other;

	(void)state;
	strcpy(set->items[1].uuid, "6b4b6d1e-0000-4000-8000-000000000001");
	set->items[1].name = mem_strdup("web1");
	other = domain_set_ref(set);
	domain_set_unref(set);
	assert_string_equal(
		domain_set_find(other, "6b4b6d1e-0000-4000-8000-000000000001")->name, "web1");
	assert_null(domain_set_find(other, "x"));
	domain_set_unref(other);
	domain_set_unref(NULL);
	assert_null(domain_set_ref(NULL));
	assert_null(domain_set_find(NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_fit),
		cmocka_unit_test(numbers_never_overflow),
		cmocka_unit_test(numbers_in_groups),
		cmocka_unit_test(map_behaves),
		cmocka_unit_test(arena_keeps),
		cmocka_unit_test(grows),
		cmocka_unit_test(summaries_merge),
		cmocka_unit_test(summaries_tell_their_error),
		cmocka_unit_test(hyperv_states),
		cmocka_unit_test(domain_sets_are_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
