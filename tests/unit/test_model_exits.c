#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/model.h"
#include "samples.h"

/* A sample of one VM with two vCPUs and an emulator thread. */
static struct sample *vm_sample(double seconds, bool traced)
{
	struct sample *s = traced ? traced_sample_at(seconds) : sample_at(seconds);
	struct sample_vm *vm = add_vm(s, 100, "a");

	add_thread(vm, 100, THREAD_EMULATOR, -1);
	add_thread(vm, 101, THREAD_VCPU, 0);
	add_thread(vm, 102, THREAD_VCPU, 1);
	return s;
}

static uint64_t exits_in(const struct exit_table *t)
{
	return exit_table_total(t).count;
}

static void exits_go_to_their_vm_and_vcpu(void **state)
{
	struct model *m = model_new();
	struct sample *s = vm_sample(1, true);
	const struct vm *a, *b;

	(void)state;
	model_update(m, vm_sample(0, true));
	a = m->vms[0];
	assert_true(isnan(a->exits_per_s));
	assert_true(isnan(m->host.exits_per_s));
	add_thread(add_vm(s, 200, "b"), 201, THREAD_VCPU, 0);
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
	add_exits(s, 102, 1, exits_of(VMX_KEY(12), "HLT", 20, 3000));
	add_exits(s, 201, 0, exits_of(VMX_KEY(10), "CPUID", 7, 1000));
	add_exits(s, 999, 0, exits_of(VMX_KEY(10), "CPUID", 1000, 1000)); /* nobody's */
	model_update(m, s);
	b = m->vms[1];
	assert_int_equal(exits_in(&a->interval), 30);
	assert_int_equal(exits_in(&a->threads[0].interval), 10);
	assert_int_equal(exits_in(&a->threads[1].interval), 20);
	assert_int_equal(a->interval.reasons[0].durations.total_ns, 70000);
	assert_near(a->interval.seconds, 1, 1e-9);
	assert_near(a->exits_per_s, 30, 1e-9);
	assert_near(a->threads[1].exits_per_s, 20, 1e-9);
	assert_true(isnan(a->threads[2].exits_per_s)); /* the emulator */
	/* What b did is counted, but its rate is not known: it was not there all the time. */
	assert_int_equal(exits_in(&b->interval), 7);
	assert_true(isnan(b->exits_per_s));
	assert_true(isnan(b->threads[0].exits_per_s));
	assert_near(m->host.exits_per_s, 30, 1e-9);
	model_free(m);
}

static void none_is_not_unknown(void **state)
{
	struct model *m = model_new();

	(void)state;
	model_update(m, vm_sample(0, true));
	model_update(m, vm_sample(1, true));
	assert_near(m->vms[0]->exits_per_s, 0, 0);
	assert_near(m->vms[0]->threads[0].exits_per_s, 0, 0);
	assert_near(m->host.exits_per_s, 0, 0);
	model_update(m, vm_sample(2, false)); /* tracing went off */
	assert_true(isnan(m->vms[0]->exits_per_s));
	assert_true(isnan(m->vms[0]->threads[0].exits_per_s));
	assert_true(isnan(m->host.exits_per_s));
	model_free(m);
}

/* The exits of a tick are of that tick, the cumulative ones of all since the zero point. */
static void interval_and_total(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	model_update(m, vm_sample(0, true));
	vm = m->vms[0];
	for (int i = 1; i <= 3; i++) {
		struct sample *s = vm_sample(i, true);

		add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", (uint64_t)i, 1000));
		model_update(m, s);
		assert_int_equal(exits_in(&vm->interval), i);
	}
	assert_int_equal(exits_in(&vm->total), 6);
	assert_int_equal(exits_in(&vm->threads[0].total), 6);
	assert_near(vm->total.seconds, 3, 1e-9);
	model_zero(m);
	assert_int_equal(exits_in(&vm->total), 0);
	assert_int_equal(exits_in(&vm->threads[0].total), 0);
	assert_near(vm->total.seconds, 0, 0);
	assert_int_equal(exits_in(&vm->interval), 3);
	model_free(m);
}

/* The time of the exits is the tracing's own: it ends where the last ring was read. */
static void time_of_exits_is_the_horizon(void **state)
{
	struct model *m = model_new();
	struct sample *s = vm_sample(1, true);

	(void)state;
	model_update(m, vm_sample(0, true));
	s->tracing.horizon_ns -= NS_PER_S / 5;
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 80, 1000));
	model_update(m, s);
	assert_near(m->vms[0]->interval.seconds, 0.8, 1e-9);
	assert_near(m->vms[0]->exits_per_s, 100, 1e-6);
	model_free(m);
}

/* Tracing that comes on between two samples: nothing is lost, and no rate is too high. */
static void tracing_comes_on(void **state)
{
	struct model *m = model_new();
	struct sample *s = vm_sample(2, true);

	(void)state;
	model_update(m, vm_sample(0, false));
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 50, 1000));
	model_update(m, s);
	assert_int_equal(exits_in(&m->vms[0]->total), 50);
	assert_near(m->vms[0]->exits_per_s, 25, 1e-9);
	model_free(m);
}

static void evidence_reaches_back_five_seconds(void **state)
{
	static const struct {
		double interval_s;
		double least_s, most_s; /* that the evidence may cover */
	} cases[] = {
		{ 1, 5, 5 },
		{ 0.5, 4.5, 5.5 },
		{ 0.1, 4.3, 5.7 },
		{ 3, 6, 6 },
		{ 10, 10, 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct model *m = model_new();
		const struct exit_table *recent;

		model_update(m, vm_sample(0, true));
		recent = &m->vms[0]->recent;
		for (int n = 1; n <= 200; n++) {
			struct sample *s = vm_sample(n * cases[i].interval_s, true);

			/* ten exits in a second */
			add_exits(s, 101, 0,
				exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION",
					(uint64_t)(10 * cases[i].interval_s + 0.5), 1000));
			model_update(m, s);
			if (n * cases[i].interval_s < cases[i].least_s)
				continue;
			assert_true(recent->seconds > cases[i].least_s - 1e-6);
			assert_true(recent->seconds < cases[i].most_s + 1e-6);
			assert_near((double)exits_in(recent), 10 * recent->seconds, 1e-3);
			assert_int_equal(exit_table_port(recent, EXIT_DETAIL_PORT_IN, 0x71).count,
				exits_in(recent));
		}
		/* Figures from before a gap in the tracing are no evidence of what is now. */
		model_update(m, vm_sample(1e6, false));
		assert_int_equal(exits_in(recent), 0);
		model_free(m);
	}
}

/* Plain QEMU names all its threads alike: the one with VM exits is the vCPU, and stays it. */
static void exits_make_a_vcpu(void **state)
{
	struct model *m = model_new();

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct sample *s = traced_sample_at(i);
		struct sample_vm *vm = add_vm(s, 100, "a");
		const struct thread *t;

		add_thread(vm, 101, THREAD_WORKER, -1);
		add_thread(vm, 102, THREAD_WORKER, -1);
		if (i == 1)
			add_exits(s, 102, -1, exits_of(VMX_KEY(12), "HLT", 5, 1000));
		if (i == 2)
			add_exits(s, 102, 3, exits_of(VMX_KEY(12), "HLT", 5, 1000));
		model_update(m, s);
		t = &m->vms[0]->threads[0];
		assert_int_equal(m->vms[0]->vcpus, i > 0);
		assert_int_equal(t->tid, i > 0 ? 102 : 101);
		assert_int_equal(t->kind, i > 0 ? THREAD_VCPU : THREAD_WORKER);
		assert_int_equal(t->vcpu, i > 1 ? 3 : -1);
		assert_string_equal(t->name, i > 1 ? "vCPU 3" : "thread");
		assert_int_equal(exits_in(&t->total), i * 5 > 10 ? 10 : i * 5);
	}
	model_free(m);
}

/* An unplugged vCPU's last exits are still the VM's, and are counted once. */
static void exits_of_an_ended_thread(void **state)
{
	struct model *m = model_new();
	struct sample *s = traced_sample_at(1);

	(void)state;
	model_update(m, vm_sample(0, true));
	add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0);
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
	add_exits(s, 102, 1, exits_of(VMX_KEY(12), "HLT", 3, 1000));
	model_update(m, s);
	assert_int_equal(m->vms[0]->vcpus, 1);
	assert_int_equal(exits_in(&m->vms[0]->interval), 13);
	assert_int_equal(exits_in(&m->vms[0]->total), 13);
	model_update(m, vm_sample(2, true));
	assert_int_equal(exits_in(&m->vms[0]->total), 13);
	model_free(m);
}

/* A thread id that has passed on within the VM, or that is told for two VMs, is one thread's exits. */
static void exits_are_booked_once(void **state)
{
	struct model *m = model_new();
	struct sample *s = traced_sample_at(1);

	(void)state;
	model_update(m, vm_sample(0, true));
	add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0)->start_ticks++;
	add_thread(add_vm(s, 200, "b"), 101, THREAD_VCPU, 0);
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
	model_update(m, s);
	assert_int_equal(exits_in(&m->vms[0]->interval), 10);
	assert_int_equal(exits_in(&m->vms[0]->threads[0].total), 10);
	assert_int_equal(exits_in(&m->vms[1]->interval), 0);
	model_free(m);
}

/* There are many threads: their tables hold less than the VM's, and what comes often. */
static void tables_of_threads_are_lean(void **state)
{
	static const uint32_t counts[] = { 3 };
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	model_update(m, vm_sample(0, true));
	vm = m->vms[0];
	for (int i = 1; i <= 2; i++) {
		struct sample *s = vm_sample(i, true);

		for (uint64_t port = 0; port < 100; port++) {
			struct sample_exit e = exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0xc000 + port),
				"IO_INSTRUCTION", 3 + port, 1000);

			e.latency = (struct latency_span){ latency_bucket(1000), 1, counts };
			add_exits(s, 101, 0, e);
		}
		model_update(m, s);
	}
	assert_int_equal(vm->threads[0].interval.detail_count, THREAD_DETAILS_MAX);
	assert_int_equal(vm->threads[0].total.detail_count, THREAD_DETAILS_MAX);
	assert_int_equal(vm->interval.detail_count, 100);
	assert_int_equal(vm->total.detail_count, 100);
	assert_int_equal(vm->recent.detail_count, VM_RECENT_DETAILS_MAX);
	assert_int_equal(
		exit_table_port(&vm->threads[0].total, EXIT_DETAIL_PORT_IN, 0xc000 + 99).count,
		2 * 102);
	assert_true(vm->threads[0].interval.reasons[0].latency.count > 0);
	assert_int_equal(vm->threads[0].total.reasons[0].latency.count, 0);
	assert_int_equal(exits_in(&vm->threads[0].total), 2 * (300 + 99 * 50));
	assert_int_equal(exits_in(&vm->recent), 2 * (300 + 99 * 50));
	assert_true(vm->total.reasons[0].latency.count > 0);
	model_free(m);
}

static void top_exit_is_what_the_guest_does(void **state)
{
	static const struct {
		uint64_t hlt, io, cpuid;
		const char *top;
	} cases[] = {
		{ 0, 0, 0, "" },
		{ 5, 0, 0, "HLT 100.0%" },
		{ 90, 8, 2, "HLT 90.0%" },
		{ 2, 1, 5, "CPUID 62.5%" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct model *m = model_new();
		struct sample *s = vm_sample(1, true);

		add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", cases[i].hlt, 1000));
		add_exits(s, 102, 1, exits_of(VMX_KEY(30), "IO_INSTRUCTION", cases[i].io, 1000));
		add_exits(s, 102, 1, exits_of(VMX_KEY(10), "CPUID", cases[i].cpuid, 1000));
		model_update(m, vm_sample(0, true));
		model_update(m, s);
		assert_string_equal(m->vms[0]->top_exit, cases[i].top);
		model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exits_go_to_their_vm_and_vcpu),
		cmocka_unit_test(none_is_not_unknown),
		cmocka_unit_test(interval_and_total),
		cmocka_unit_test(time_of_exits_is_the_horizon),
		cmocka_unit_test(tracing_comes_on),
		cmocka_unit_test(evidence_reaches_back_five_seconds),
		cmocka_unit_test(exits_make_a_vcpu),
		cmocka_unit_test(exits_of_an_ended_thread),
		cmocka_unit_test(exits_are_booked_once),
		cmocka_unit_test(tables_of_threads_are_lean),
		cmocka_unit_test(top_exit_is_what_the_guest_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
