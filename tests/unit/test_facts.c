/* facts: the source that puts together platform, counters and log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "nowhere.h"
#include "sample/wants.h"
#include "samples.h"
#include "scratch.h"
#include "source/host/facts.h"

static struct sample *collect_at(struct source *source, double second)
{
	struct sample *s = sample_at(second);

	add_vm(s, 7, "vm");
	source_collect(source, s);
	return s;
}

#define POLL "sys/module/kvm/parameters/halt_poll_ns"

static void everything_is_told(void **state)
{
	struct source *source = facts_open(&(struct facts_config){
		.root = ".", .counters_root = "debug", .kmsg_path = NOWHERE });
	struct sample *s;

	(void)state;
	assert_int_equal(system("mkdir -p sys/module/kvm/parameters debug/7-11"), 0);
	write_file(POLL, "100\n");
	write_file("debug/7-11/exits", "4711\n");
	s = collect_at(source, 0);
	assert_int_equal(s->platform.halt_poll_ns, 100);
	assert_int_equal(s->vms[0].counters.exits, 4711);
	assert_true(s->vms[0].unhandled_msrs == SAMPLE_UNKNOWN);
	sample_free(s);
	assert_int_equal(source_work(source), -1);
	source_close(source);
}

/* What only halts need is read while it is wanted. */
static void halts_are_read_when_wanted(void **state)
{
	struct source *source = facts_open(&(struct facts_config){
		.root = ".", .counters_root = "debug", .kmsg_path = NOWHERE });
	struct sample *s;

	(void)state;
	assert_int_equal(system("mkdir -p debug/7-11"), 0);
	write_file("debug/7-11/exits", "4711\n");
	write_file("debug/7-11/halt_wakeup", "12\n");
	source_want(source, &(struct sample_wants){ .what = WANT_HOST });
	s = collect_at(source, 0);
	assert_int_equal(s->vms[0].counters.exits, 4711);
	assert_true(s->vms[0].counters.halt_wakeups == SAMPLE_UNKNOWN);
	sample_free(s);
	source_close(source);
	source = facts_open(&(struct facts_config){
		.root = ".", .counters_root = "debug", .kmsg_path = NOWHERE });
	source_want(source, &(struct sample_wants){ .what = WANT_HOST | WANT_HALTS });
	s = collect_at(source, 0);
	assert_int_equal(s->vms[0].counters.halt_wakeups, 12);
	sample_free(s);
	source_close(source);
}

/* The platform hardly ever changes. */
static void the_platform_is_read_now_and_then(void **state)
{
	struct source *source = facts_open(&(struct facts_config){ .root = "." });
	static const struct {
		double second;
		long is;
	} cases[] = { { 0, 1 }, { 1, 1 }, { 29, 1 }, { 30, 2 }, { 59, 2 } };

	(void)state;
	assert_int_equal(system("mkdir -p sys/module/kvm/parameters"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sample *s;

		write_file(POLL, i ? "2\n" : "1\n");
		s = collect_at(source, cases[i].second);
		assert_int_equal(s->platform.halt_poll_ns, cases[i].is);
		sample_free(s);
	}
	source_close(source);
}

/* Nothing at all to be read, for whatever reason. */
static void it_is_off_quietly(void **state)
{
	struct source *source = facts_open(&(struct facts_config){
		.root = NOWHERE, .counters_root = NOWHERE, .kmsg_path = NOWHERE });
	struct sample *s = collect_at(source, 0);

	(void)state;
	assert_int_equal(s->platform.halt_poll_ns, -1);
	assert_int_equal(s->vms[0].counters.time_ns, 0);
	assert_true(s->vms[0].counters.exits == SAMPLE_UNKNOWN);
	assert_true(s->vms[0].unhandled_msrs == SAMPLE_UNKNOWN);
	for (int i = 0; i < SOURCE__COUNT; i++)
		assert_string_equal(s->sources[i].why, "");
	assert_false(s->kernel_log.known); /* only the log's view says why */
	assert_string_not_equal(s->kernel_log.why, "");
	sample_free(s);
	source_close(source);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_is_told),
		TEST(halts_are_read_when_wanted),
		TEST(the_platform_is_read_now_and_then),
		cmocka_unit_test(it_is_off_quietly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
