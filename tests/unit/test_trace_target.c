#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "samples.h"
#include "source/trace/trace_target.h"

/* web1 (pid 100) has named vCPUs, win10 (200) has none that are told. */
static struct sample *two_vms(void)
{
	struct sample *s = sample_at(1);
	struct sample_vm *web1 = add_vm(s, 100, "web1"), *win10;

	add_thread(web1, 100, THREAD_EMULATOR, -1);
	add_thread(web1, 104, THREAD_VCPU, 1);
	add_thread(web1, 103, THREAD_VCPU, 0);
	add_thread(web1, 105, THREAD_PIT, -1);
	win10 = add_vm(s, 200, "win10");
	add_thread(win10, 200, THREAD_EMULATOR, -1);
	add_thread(win10, 201, THREAD_WORKER, -1);
	add_thread(win10, 202, THREAD_WORKER, -1);
	add_thread(win10, 203, THREAD_VHOST, -1);
	return s;
}

static void chooses_whom_the_user_looks_at_else_the_busiest(void **state)
{
	struct sample *s = two_vms();

	(void)state;
	assert_null(trace_target_choose(s, 0, 0)); /* nobody is known to be busy */
	assert_int_equal(trace_target_choose(s, 200, 0)->id.pid, 200);
	assert_int_equal(trace_target_choose(s, 0, 200)->id.pid, 200);
	add_exits(s, 103, 0, exits_of(VMX_KEY(10), "CPUID", 5, 1000));
	add_exits(s, 202, 0, exits_of(VMX_KEY(10), "CPUID", 4, 1000));
	add_exits(s, 202, 0, exits_of(VMX_KEY(12), "HLT", 4, 1000));
	assert_int_equal(trace_target_choose(s, 0, 0)->id.pid, 200);
	assert_int_equal(trace_target_choose(s, 100, 200)->id.pid, 100);
	assert_int_equal(trace_target_choose(s, 300, 100)->id.pid, 100);
	assert_int_equal(trace_target_choose(s, 300, 300)->id.pid, 200);
	s->vm_count = 1;
	assert_int_equal(trace_target_choose(s, 300, 300)->id.pid, 100);
	s->vm_count = 0;
	assert_null(trace_target_choose(s, 100, 100));
	sample_free(s);
}

/* Its exits up to its end are nobody else's. */
static void leaves_out_who_has_ended(void **state)
{
	struct sample *s = two_vms();

	(void)state;
	assert_int_equal(trace_target_vms(s), 2);
	add_exits(s, 103, 0, exits_of(VMX_KEY(10), "CPUID", 50, 1000));
	add_exits(s, 202, 0, exits_of(VMX_KEY(10), "CPUID", 4, 1000));
	assert_true(trace_target_has_others(s, &s->vms[1]));
	s->vms[0].ended = true;
	assert_int_equal(trace_target_vms(s), 1);
	assert_int_equal(trace_target_choose(s, 100, 100)->id.pid, 200);
	assert_int_equal(trace_target_choose(s, 0, 0)->id.pid, 200);
	assert_false(trace_target_has_others(s, &s->vms[1]));
	add_exits(s, 999, 0, exits_of(VMX_KEY(10), "CPUID", 4, 1000));
	assert_true(trace_target_has_others(s, &s->vms[1]));
	s->vms[1].ended = true;
	assert_null(trace_target_choose(s, 100, 200));
	sample_free(s);
}

static void assert_tids(const struct sample *s, const struct sample_vm *vm, pid_t before,
	const pid_t *expected, size_t count)
{
	pid_t tids[8];

	assert_int_equal(trace_target_tids(s, vm, &before, 1, tids), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(tids[i], expected[i]);
}

static void knows_the_threads_that_make_exits(void **state)
{
	struct sample *s = two_vms();
	const struct sample_vm *web1 = &s->vms[0], *win10 = &s->vms[1];

	(void)state;
	add_exits(s, 100, -1, exits_of(VMX_KEY(10), "CPUID", 5, 1000));
	assert_tids(s, web1, 0, (const pid_t[]){ 103, 104 }, 2);
	/* Without names: all but kernel threads, until some are known by their exits. */
	assert_tids(s, win10, 0, (const pid_t[]){ 200, 201, 202 }, 3);
	add_exits(s, 202, 0, exits_of(VMX_KEY(10), "CPUID", 5, 1000));
	assert_tids(s, win10, 0, (const pid_t[]){ 202 }, 1);
	/* One that has halted since is still one. */
	assert_tids(s, win10, 201, (const pid_t[]){ 201, 202 }, 2);
	assert_tids(s, win10, 999, (const pid_t[]){ 202 }, 1);
	sample_free(s);
}

/* A thread that only sets interrupt lines makes no exits. */
static void sees_exits_of_others(void **state)
{
	struct sample *s = two_vms();

	(void)state;
	add_exits(s, 103, 0, exits_of(VMX_KEY(10), "CPUID", 5, 1000));
	assert_false(trace_target_has_others(s, &s->vms[0]));
	assert_true(trace_target_has_others(s, &s->vms[1]));
	s->exit_threads[s->exit_thread_count++] = (struct sample_exit_thread){ .tid = 999 };
	assert_false(trace_target_has_others(s, &s->vms[0]));
	add_exits(s, 998, 0, exits_of(VMX_KEY(10), "CPUID", 5, 1000));
	assert_true(trace_target_has_others(s, &s->vms[0]));
	sample_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chooses_whom_the_user_looks_at_else_the_busiest),
		cmocka_unit_test(leaves_out_who_has_ended),
		cmocka_unit_test(knows_the_threads_that_make_exits),
		cmocka_unit_test(sees_exits_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
