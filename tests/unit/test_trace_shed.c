/* trace_shed and trace_instance on a tracefs of plain files: what is written where, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "core/clock.h"
#include "fake_tracefs.h"
#include "source/trace/trace_shed.h"

struct world {
	struct fake_tracefs tracefs;
	struct trace_instance *instance;
	struct trace_shed shed;
	void *scratch;
};

static const uint64_t start_ns = 1000 * NS_PER_S;

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (enter_scratch(&w->scratch))
		return -1;
	fake_tracefs_init(&w->tracefs, ((struct scratch *)w->scratch)->here);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	int status;

	trace_shed_fini(&w->shed);
	trace_instance_free(w->instance);
	status = leave_scratch(&w->scratch);
	free(w);
	return status;
}

static void begin(struct world *w)
{
	assert_int_equal(trace_instance_new(&w->instance, w->tracefs.root, 2), 0);
	trace_shed_init(&w->shed, w->instance, start_ns);
}

static void the_instance_is_set_up_as_it_costs_least(void **state)
{
	struct world *w = *state;

	begin(w);
	assert_file(&w->tracefs, "trace_clock", "mono");
	assert_file(&w->tracefs, "options/overwrite", "1");
	assert_file(&w->tracefs, "options/stacktrace", "0");
	assert_file(&w->tracefs, "options/userstacktrace", "0");
	assert_file(&w->tracefs, "buffer_size_kb", "4096");
	assert_file(&w->tracefs, "events/kvm/kvm_exit/enable", "untouched");
	assert_int_equal(trace_instance_start(w->instance), 0);
	assert_file(&w->tracefs, "events/kvm/kvm_exit/enable", "1");
	assert_file(&w->tracefs, "events/kvm/kvm_entry/enable", "1");
	assert_file(&w->tracefs, "events/kvm/kvm_msr/enable", "untouched");
	assert_file(&w->tracefs, "set_event_pid", "untouched");
	assert_file(&w->tracefs, "tracing_on", "untouched");
}

static void loongarch_has_two_events_that_end_an_exit(void **state)
{
	struct world *w = *state;

	fake_remove(&w->tracefs, "events/kvm/kvm_entry/enable");
	fake_file(&w->tracefs, "events/kvm/kvm_enter/enable", "untouched");
	fake_file(&w->tracefs, "events/kvm/kvm_reenter/enable", "untouched");
	begin(w);
	assert_int_equal(trace_instance_start(w->instance), 0);
	assert_file(&w->tracefs, "events/kvm/kvm_enter/enable", "1");
	assert_file(&w->tracefs, "events/kvm/kvm_reenter/enable", "1");
	assert_file(&w->tracefs, "events/kvm/kvm_exit/enable", "1");
	fake_remove(&w->tracefs, "events/kvm/kvm_enter/enable");
	assert_int_equal(trace_instance_start(w->instance), -ENOENT);
}

static void a_file_that_is_needed_is_missed(void **state)
{
	struct world *w = *state;

	fake_remove(&w->tracefs, "options/userstacktrace"); /* is not needed */
	begin(w);
	trace_instance_free(w->instance);
	w->instance = NULL;
	fake_remove(&w->tracefs, "trace_clock");
	assert_true(trace_instance_new(&w->instance, w->tracefs.root, 2) < 0);
	assert_null(w->instance);
}

static void details_are_traced_while_wanted_and_allowed(void **state)
{
	struct world *w = *state;
	static const char *const files[] = { "events/kvm/kvm_msr/enable",
		"events/kvm/kvm_mmio/enable", "events/kvm/kvm_set_irq/enable" };

	begin(w);
	trace_shed_want_details(&w->shed, true);
	assert_true(w->shed.details);
	for (int i = 0; i < 3; i++)
		assert_file(&w->tracefs, files[i], "1");
	trace_shed_set(&w->shed, TRACING_SHED_DETAILS, 1, start_ns);
	assert_false(w->shed.details);
	for (int i = 0; i < 3; i++)
		assert_file(&w->tracefs, files[i], "0");
	trace_shed_set(&w->shed, TRACING_SHED_NOTHING, 1, start_ns);
	for (int i = 0; i < 3; i++)
		assert_file(&w->tracefs, files[i], "1");
	trace_shed_want_details(&w->shed, false);
	for (int i = 0; i < 3; i++)
		assert_file(&w->tracefs, files[i], "0");
	assert_file(&w->tracefs, "tracing_on", "untouched");
	assert_true(w->shed.cut_ns == 0); /* what is open stays open */
}

static void a_kernel_need_not_have_all_details(void **state)
{
	struct world *w = *state;

	fake_remove(&w->tracefs, "events/kvm/kvm_set_irq/enable");
	begin(w);
	trace_shed_want_details(&w->shed, true);
	assert_true(w->shed.details);
	assert_file(&w->tracefs, "events/kvm/kvm_msr/enable", "1");
	trace_shed_want_details(&w->shed, false);
	fake_remove(&w->tracefs, "events/kvm/kvm_msr/enable");
	fake_remove(&w->tracefs, "events/kvm/kvm_mmio/enable");
	trace_shed_want_details(&w->shed, true);
	assert_false(w->shed.details);
	assert_true(w->shed.has_no_details);
}

static void one_vm_is_left_and_its_threads_are_followed(void **state)
{
	struct world *w = *state;
	const pid_t first[] = { 103, 104 }, more[] = { 103, 104, 109 };
	uint64_t now_ns = start_ns;

	begin(w);
	trace_shed_select(&w->shed, 100, first, 2, now_ns);
	assert_file(&w->tracefs, "set_event_pid", "untouched");
	assert_true(w->shed.cut_ns == 0);
	trace_shed_set(&w->shed, TRACING_SHED_VMS, 1, ++now_ns);
	assert_file(&w->tracefs, "set_event_pid", "103 104");
	assert_true(w->shed.cut_ns == now_ns);
	/* The same again is no switch. */
	trace_shed_select(&w->shed, 100, first, 2, now_ns + 1);
	assert_true(w->shed.cut_ns == now_ns);
	trace_shed_select(&w->shed, 100, more, 3, ++now_ns);
	assert_file(&w->tracefs, "set_event_pid", "103 104 109");
	assert_true(w->shed.cut_ns == now_ns);
	trace_shed_set(&w->shed, TRACING_SHED_TIME, 0.1, ++now_ns);
	assert_file(&w->tracefs, "set_event_pid", "103 104 109");
	trace_shed_set(&w->shed, TRACING_SHED_DETAILS, 1, ++now_ns);
	assert_file(&w->tracefs, "set_event_pid", "");
	assert_true(w->shed.cut_ns == now_ns);
	assert_false(w->shed.filtered);
}

/* A VM whose threads are not known yet is no reason to trace nothing. */
static void nobody_is_left_out_for_a_vm_without_threads(void **state)
{
	struct world *w = *state;

	begin(w);
	trace_shed_set(&w->shed, TRACING_SHED_VMS, 1, start_ns);
	assert_file(&w->tracefs, "set_event_pid", "untouched");
	trace_shed_select(&w->shed, 100, (const pid_t[]){ 103 }, 1, start_ns);
	assert_file(&w->tracefs, "set_event_pid", "103");
	trace_shed_select(&w->shed, 100, NULL, 0, start_ns);
	assert_file(&w->tracefs, "set_event_pid", "");
}

static void a_kernel_need_not_have_the_filter(void **state)
{
	struct world *w = *state;

	fake_remove(&w->tracefs, "set_event_pid");
	begin(w);
	trace_shed_select(&w->shed, 100, (const pid_t[]){ 103 }, 1, start_ns);
	trace_shed_set(&w->shed, TRACING_SHED_VMS, 1, start_ns);
	assert_false(w->shed.filtered);
	assert_true(w->shed.cannot_filter);
}

/* Goes from switch to switch for so long, each of them late by late_ns; returns the share of the time
 * in which recording was on. */
static double run(struct world *w, uint64_t *now_ns, uint64_t length_ns, uint64_t late_ns)
{
	const uint64_t begin_ns = *now_ns, on_ns = trace_shed_on_ns(&w->shed, *now_ns);

	while (*now_ns - begin_ns < length_ns) {
		const uint64_t edge_ns = trace_shed_work(&w->shed, *now_ns);

		assert_true(edge_ns > 0);
		assert_true(edge_ns <= 2 * NS_PER_S);
		*now_ns += edge_ns + late_ns;
		assert_file(&w->tracefs, "tracing_on", w->shed.on ? "1" : "0");
	}
	return (double)(trace_shed_on_ns(&w->shed, *now_ns) - on_ns) / (double)(*now_ns - begin_ns);
}

static void recording_is_on_for_its_share_of_the_time(void **state)
{
	static const double duties[] = { 0.9, 0.5, 0.225, 0.01, 0.001 };
	struct world *w = *state;
	uint64_t now_ns = start_ns;

	begin(w);
	assert_true(trace_shed_work(&w->shed, now_ns) == UINT64_MAX);
	for (size_t i = 0; i < sizeof duties / sizeof *duties; i++) {
		for (uint64_t late_ns = 0; late_ns <= 3 * NS_PER_MS; late_ns += 3 * NS_PER_MS) {
			double share;

			write_file(
				fake_path(&w->tracefs, "tracing_on", (char[4400]){ 0 }, 4400), "1");
			trace_shed_set(&w->shed, TRACING_SHED_TIME, duties[i], now_ns);
			share = run(w, &now_ns, 20 * NS_PER_S, late_ns);
			/* Late by more than the span itself, it cannot make up for it. */
			if (late_ns && duties[i] < 0.005)
				continue;
			if (share < duties[i] * 0.9 || share > duties[i] * 1.1)
				fail_msg("%g of the time, late by %llu ns: %g", duties[i],
					(unsigned long long)late_ns, share);
			trace_shed_set(&w->shed, TRACING_SHED_VMS, 1, now_ns);
			assert_true(w->shed.on);
		}
	}
}

static void after_a_pause_nothing_is_open(void **state)
{
	struct world *w = *state;
	uint64_t now_ns = start_ns, edge_ns;

	begin(w);
	trace_shed_set(&w->shed, TRACING_SHED_TIME, 0.25, now_ns);
	edge_ns = trace_shed_work(&w->shed, now_ns);
	assert_int_equal(edge_ns, 25 * NS_PER_MS);
	assert_file(&w->tracefs, "tracing_on", "untouched"); /* it is on already */
	now_ns += edge_ns;
	edge_ns = trace_shed_work(&w->shed, now_ns);
	assert_int_equal(edge_ns, 75 * NS_PER_MS);
	assert_file(&w->tracefs, "tracing_on", "0");
	assert_true(w->shed.cut_ns == now_ns);
	now_ns += edge_ns;
	assert_int_equal(trace_shed_work(&w->shed, now_ns), 25 * NS_PER_MS);
	assert_file(&w->tracefs, "tracing_on", "1");
	assert_true(w->shed.cut_ns == now_ns);
	now_ns += 25 * NS_PER_MS;
	trace_shed_work(&w->shed, now_ns);
	assert_file(&w->tracefs, "tracing_on", "0");
	now_ns += NS_PER_MS;
	trace_shed_set(&w->shed, TRACING_SHED_NOTHING, 1, now_ns);
	assert_file(&w->tracefs, "tracing_on", "1");
	assert_true(w->shed.cut_ns == now_ns);
	assert_true(trace_shed_work(&w->shed, now_ns) == UINT64_MAX);
	assert_int_equal(trace_shed_on_ns(&w->shed, now_ns), 50 * NS_PER_MS);
}

int main(void)
{
#define ON_FAKE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_FAKE(the_instance_is_set_up_as_it_costs_least),
		ON_FAKE(loongarch_has_two_events_that_end_an_exit),
		ON_FAKE(a_file_that_is_needed_is_missed),
		ON_FAKE(details_are_traced_while_wanted_and_allowed),
		ON_FAKE(a_kernel_need_not_have_all_details),
		ON_FAKE(one_vm_is_left_and_its_threads_are_followed),
		ON_FAKE(nobody_is_left_out_for_a_vm_without_threads),
		ON_FAKE(a_kernel_need_not_have_the_filter),
		ON_FAKE(recording_is_on_for_its_share_of_the_time),
		ON_FAKE(after_a_pause_nothing_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
