/* pid_namespace: the initial one, another one, and one that nobody can tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "nowhere.h"
#include "scratch.h"
#include "source/host/facts.h"
#include "source/host/pid_namespace.h"
#include "source/trace/trace.h"

static void by_its_number(void **state)
{
	(void)state;
	assert_int_equal(symlink("pid:[4026531836]", "initial"), 0);
	assert_int_equal(symlink("pid:[4026532567]", "own"), 0);
	assert_int_equal(symlink("mnt:[4026532567]", "of another kind"), 0);
	assert_true(pid_namespace_number("initial") == 0);
	assert_true(pid_namespace_number("own") == 4026532567);
	assert_true(pid_namespace_number("of another kind") == 0);
	assert_true(pid_namespace_number(NOWHERE) == 0);
}

static void of_time_by_its_number(void **state)
{
	(void)state;
	assert_int_equal(symlink("time:[4026531834]", "initial"), 0);
	assert_int_equal(symlink("time:[4026532568]", "own"), 0);
	assert_int_equal(symlink("pid:[4026532568]", "of another kind"), 0);
	assert_true(time_namespace_number("initial") == 0);
	assert_true(time_namespace_number("own") == 4026532568);
	assert_true(time_namespace_number("of another kind") == 0);
	assert_true(time_namespace_number(NOWHERE) == 0);
}

/* Nothing that goes by the host's numbers is read, and both say so. Exits by records do. */
static void what_goes_by_the_hosts_numbers(void **state)
{
	struct source *trace = trace_open(&(struct trace_config){
		.method = TRACE_RING, .tracefs = NOWHERE, .pid_namespace = 4026532567 });
	struct source *facts = facts_open(&(struct facts_config){ .foreign_pids = true });
	struct sample *s = sample_new();

	(void)state;
	source_collect(facts, s);
	source_collect(trace, s);
	assert_false(s->sources[SOURCE_TRACING].ok);
	assert_non_null(strstr(s->sources[SOURCE_TRACING].why, "--pid=host"));
	assert_true(s->tracing.horizon_ns == 0);
	assert_non_null(strstr(s->kernel_log.why, "--pid=host"));
	sample_free(s);
	source_close(trace);
	source_close(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_its_number, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			of_time_by_its_number, enter_scratch, leave_scratch),
		cmocka_unit_test(what_goes_by_the_hosts_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
