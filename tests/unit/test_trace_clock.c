/* trace_clock on a tracefs of plain files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/clock.h"
#include "fake_tracefs.h"
#include "patience.h"
#include "source/tracefs/trace_clock.h"

#define HOUR_NS (3600 * NS_PER_S)

struct world {
	struct fake_tracefs tracefs;
	struct trace_instance *instance;
	struct trace_clock clock;
	void *scratch;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (enter_scratch(&w->scratch))
		return -1;
	fake_tracefs_init(&w->tracefs, ((struct scratch *)w->scratch)->here);
	assert_int_equal(trace_instance_new(&w->instance, w->tracefs.root, 2), 0);
	w->clock.fd = -1;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	int status;

	trace_clock_close(&w->clock);
	trace_instance_free(w->instance);
	status = leave_scratch(&w->scratch);
	free(w);
	return status;
}

static void open_clock(struct world *w, const char *clocksource)
{
	write_file("clocksource", clocksource);
	trace_clock_open(&w->clock, w->instance, "clocksource");
}

static void expect_clock(const struct world *w, const char *name)
{
	assert_file(&w->tracefs, "trace_clock", name);
}

/* The kernel's file, at a moment that is so far ahead of CLOCK_MONOTONIC. */
static uint64_t write_stats(const struct world *w, uint64_t ahead_ns)
{
	const uint64_t now_ns = clock_mono_ns() + ahead_ns;
	char text[400];

	snprintf(text, sizeof text,
		"entries: 12\noverrun: 0\ncommit overrun: 0\nbytes: 576\n"
		"oldest event ts:  2720.114000\nnow ts: %5llu.%06llu\n"
		"dropped events: 0\nread events: 4\n",
		(unsigned long long)(now_ns / NS_PER_S),
		(unsigned long long)(now_ns % NS_PER_S / 1000));
	fake_file(&w->tracefs, "per_cpu/cpu0/stats", text);
	return now_ns;
}

static void a_quick_clocksource_stays(void **state)
{
	static const char *const quick[] = { "tsc\n", "kvm-clock\n",
		"hyperv_clocksource_tsc_page\n", "arch_sys_counter\n", "\n", "" };
	struct world *w = *state;

	write_stats(w, HOUR_NS);
	for (size_t i = 0; i < sizeof quick / sizeof *quick; i++) {
		open_clock(w, quick[i]);
		expect_clock(w, "mono");
		trace_clock_read(&w->clock);
		assert_true(trace_clock_from_mono(&w->clock, 1234567) == 1234567);
		assert_true(trace_clock_to_mono(&w->clock, 1234567) == 1234567);
	}
	trace_clock_open(&w->clock, w->instance, "no such file");
	expect_clock(w, "mono");
	assert_true(trace_clock_from_mono(&w->clock, 1234567) == 1234567);
}

/* Never later than it is, and not much earlier. */
static void expect_ahead(const struct world *w, uint64_t mono_ns, uint64_t trace_ns)
{
	const uint64_t converted_ns = trace_clock_from_mono(&w->clock, mono_ns);

	assert_true(converted_ns <= trace_ns);
	assert_true(trace_ns - converted_ns < PATIENCE_NS);
	assert_true(trace_clock_to_mono(&w->clock, converted_ns) == mono_ns);
}

static void a_device_is_not_read_for_each_record(void **state)
{
	static const char *const devices[] = { "hpet\n", "acpi_pm\n", "pit\n", "jiffies\n",
		"refined-jiffies\n" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		const uint64_t trace_ns = write_stats(w, HOUR_NS);

		open_clock(w, devices[i]);
		expect_clock(w, "perf");
		expect_ahead(w, trace_ns - HOUR_NS, trace_ns);
		trace_clock_close(&w->clock);
	}
}

static void clocks_that_run_apart_are_compared_anew(void **state)
{
	struct world *w = *state;
	uint64_t trace_ns;

	write_stats(w, HOUR_NS);
	open_clock(w, "hpet\n");
	trace_ns = write_stats(w, 2 * HOUR_NS);
	trace_clock_read(&w->clock);
	expect_ahead(w, trace_ns - 2 * HOUR_NS, trace_ns);
	/* What cannot be read leaves the last word. */
	fake_file(&w->tracefs, "per_cpu/cpu0/stats", "garbage\n");
	trace_clock_read(&w->clock);
	expect_ahead(w, trace_ns - 2 * HOUR_NS, trace_ns);
}

/* A clock that is behind, as perf's is when the machine has slept. */
static void a_clock_may_be_behind(void **state)
{
	struct world *w = *state;
	const uint64_t mono_ns = clock_mono_ns();

	fake_file(&w->tracefs, "per_cpu/cpu0/stats", "now ts:     0.000250\n");
	open_clock(w, "hpet\n");
	expect_clock(w, "perf");
	assert_true((int64_t)trace_clock_from_mono(&w->clock, mono_ns) <= 250000);
	assert_true(trace_clock_to_mono(&w->clock, 250000) >= mono_ns);
}

static void a_clock_that_cannot_be_read_is_not_taken(void **state)
{
	static const char *const stats[] = { "", "entries: 12\n", "now ts:\n", "now ts: 12\n",
		"now ts: x.y\n" };
	struct world *w = *state;

	open_clock(w, "hpet\n"); /* no such file */
	expect_clock(w, "mono");
	for (size_t i = 0; i < sizeof stats / sizeof *stats; i++) {
		fake_file(&w->tracefs, "per_cpu/cpu0/stats", stats[i]);
		open_clock(w, "hpet\n");
		expect_clock(w, "mono");
		assert_true(trace_clock_from_mono(&w->clock, 1234567) == 1234567);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_quick_clocksource_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_device_is_not_read_for_each_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			clocks_that_run_apart_are_compared_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_clock_may_be_behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_clock_that_cannot_be_read_is_not_taken, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
