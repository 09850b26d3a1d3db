/* Lists of CPUs as the kernel writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/cpu_list.h"

static void counts_and_finds(void **state)
{
	(void)state;
	assert_int_equal(cpu_list_count("0-3,8,10-11"), 7);
	assert_int_equal(cpu_list_count("0-8191"), 8192);
	assert_int_equal(cpu_list_count("5"), 1);
	assert_int_equal(cpu_list_count(""), 0);
	assert_true(cpu_list_has("0-3,8,10-11", 0) && cpu_list_has("0-3,8,10-11", 3));
	assert_true(cpu_list_has("0-3,8,10-11", 8) && cpu_list_has("0-3,8,10-11", 11));
	assert_false(cpu_list_has("0-3,8,10-11", 4) || cpu_list_has("0-3,8,10-11", 9));
	assert_false(cpu_list_has("0-3", -1) || cpu_list_has("", 0));
}

static void finds_what_is_common(void **state)
{
	(void)state;
	assert_int_equal(cpu_list_common("0-127", "0-2,4-7"), 7);
	assert_int_equal(cpu_list_common("2-5", "0-2,4-7"), 3);
	assert_int_equal(cpu_list_common("3", "0-2,4-7"), 0);
	assert_int_equal(cpu_list_common("", "0-7"), 0);
	assert_int_equal(cpu_list_common("0-7", ""), 0);
}

/* What is no list ends there. */
static void stops_at_garbage(void **state)
{
	static const char *const bad[] = { "x", "-3", "3-", "3-1", "1x", "99999999999", ",,",
		" 1" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(cpu_list_count(bad[i]), 0);
	assert_int_equal(cpu_list_count("0-1,x,5"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_finds),
		cmocka_unit_test(finds_what_is_common),
		cmocka_unit_test(stops_at_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
