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

/* The VM of vm_sample() as proc tells it once more: nothing is known but which threads it had. */
static struct sample_vm *add_ended(struct sample *s)
{
	struct sample_vm *vm = add_vm(s, 100, "a");

	vm->ended = true;
	add_thread(vm, 100, THREAD_EMULATOR, -1);
	add_thread(vm, 101, THREAD_VCPU, 0);
	add_thread(vm, 102, THREAD_VCPU, 1);
	for (size_t i = 0; i < vm->thread_count; i++) {
		struct sample_thread *t = &vm->threads[i];

		t->utime_ticks = t->stime_ticks = t->guest_ticks = SAMPLE_UNKNOWN;
		t->cpu_ns = t->wait_ns = t->switches = SAMPLE_UNKNOWN;
	}
	return vm;
}

/* A VM's exits up to its end are those of the interval in which it ends. */
static void vm_that_has_ended(void **state)
{
	struct model *m = model_new();
	struct sample *s = traced_sample_at(3);
	const struct vm *vm;
	uint64_t all;

	(void)state;
	model_update(m, vm_sample(0, true));
	model_update(m, vm_sample(1, true));
	vm = m->vms[0];
	assert_false(vm->ended);
	assert_near(vm->cpu.cpu_pct, 0, 0);
	add_ended(s)->name = NULL;
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
	add_exits(s, 102, 1, exits_of(VMX_KEY(12), "HLT", 4, 1000));
	add_irqs(s, 100, 8, 3, 2);
	s->tracing.details = true;
	model_update(m, s);
	assert_int_equal(m->vm_count, 1);
	assert_true(vm->ended);
	assert_string_equal(vm->name, "a");
	assert_int_equal(exits_in(&vm->interval), 14);
	assert_int_equal(exits_in(&vm->threads[0].interval), 10);
	assert_near(vm->exits_per_s, 7, 1e-9);
	assert_near(m->host.exits_per_s, 7, 1e-9);
	assert_near(m->host.unattributed, 0, 0);
	assert_int_equal(vm->interval_irqs.lines[0].raised, 3);
	all = exits_in(&vm->total);
	assert_int_equal(all, 14);
	/* What it used until then is not known. */
	assert_true(isnan(vm->cpu.cpu_pct) && isnan(vm->cpu.wait_pct) && isnan(vm->cpu.guest_pct));
	assert_true(isnan(vm->counters.exits_per_s) && isnan(vm->counters.main_wakes_per_s));
	assert_true(isnan(vm->threads[0].cpu.cpu_pct));
	assert_true(isnan(vm->halts.all.poll_pct));
	model_update(m, traced_sample_at(4));
	assert_int_equal(m->vm_count, 0);
	assert_near(m->host.exits_per_s, 0, 0);
	model_free(m);
}

/* An exit says which thread made it by a number that may be another thread's by now: it is told of neither. */
static void number_of_another_vms_thread(void **state)
{
	for (int ended = 0; ended < 2; ended++) {
		struct model *m = model_new();
		struct sample *s = traced_sample_at(1), *after = traced_sample_at(2);
		struct sample_vm *b;

		(void)state;
		model_update(m, vm_sample(0, true));
		if (ended)
			add_ended(s);
		else
			add_thread(add_vm(s, 100, "a"), 102, THREAD_VCPU, 1);
		b = add_vm(s, 200, "b");
		add_thread(b, 101, THREAD_VCPU, 0)->start_ticks = 50;
		add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
		add_exits(s, 102, 1, exits_of(VMX_KEY(12), "HLT", 4, 1000));
		model_update(m, s);
		assert_int_equal(m->vm_count, 2);
		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(exits_in(&m->vms[i]->interval), 0);
			assert_near(m->vms[i]->interval.seconds, 0, 0);
			assert_true(isnan(m->vms[i]->exits_per_s));
		}
		assert_near(m->host.unattributed, 10, 0);
		b = add_vm(after, 200, "b");
		add_thread(b, 101, THREAD_VCPU, 0)->start_ticks = 50;
		add_exits(after, 101, 0, exits_of(VMX_KEY(12), "HLT", 5, 1000));
		model_update(m, after);
		assert_int_equal(exits_in(&m->vms[m->vm_count - 1]->interval), 5);
		assert_near(m->host.unattributed, 0, 0);
		model_free(m);
	}
}

/* A thread makes exits before its VM's threads are read again: they are booked when it is seen. */
static void exits_before_the_thread_is_seen(void **state)
{
	struct model *m = model_new();
	struct sample *s = vm_sample(1, true);
	const struct vm *b;

	(void)state;
	model_update(m, vm_sample(0, true));
	add_exits(s, 201, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
	add_exits(s, 301, 0, exits_of(VMX_KEY(12), "HLT", 7, 1000));
	add_irqs(s, 201, 8, 3, 2);
	s->tracing.details = true;
	model_update(m, s);
	assert_near(m->host.unattributed, 0, 0); /* they may be seen yet */
	s = vm_sample(2, true);
	add_thread(add_vm(s, 200, "b"), 201, THREAD_VCPU, 0);
	add_exits(s, 201, 0, exits_of(VMX_KEY(12), "HLT", 20, 1000));
	add_irqs(s, 201, 8, 5, 5);
	s->tracing.details = true;
	model_update(m, s);
	b = m->vms[1];
	assert_int_equal(exits_in(&b->interval), 30);
	assert_int_equal(exits_in(&b->threads[0].interval), 30);
	assert_int_equal(exits_in(&m->vms[0]->interval), 0);
	/* In a second of these two there were 15. */
	assert_near(b->interval.seconds, 2, 1e-9);
	assert_near(b->threads[0].interval.seconds, 2, 1e-9);
	assert_near(b->interval_irqs.seconds, 2, 1e-9);
	assert_int_equal(b->interval_irqs.lines[0].raised, 8);
	assert_near(m->vms[0]->interval.seconds, 1, 1e-9);
	assert_near(m->vms[0]->interval_irqs.seconds, 1, 1e-9);
	/* Who made the others came and went, and nobody saw whose it was. */
	assert_near(m->host.unattributed, 7, 0);
	s = vm_sample(3, true);
	add_thread(add_vm(s, 200, "b"), 201, THREAD_VCPU, 0);
	model_update(m, s);
	assert_int_equal(exits_in(&b->total), 30);
	assert_near(b->interval.seconds, 1, 1e-9);
	assert_near(b->total.seconds, 3, 1e-9);
	assert_near(m->host.unattributed, 0, 0);
	model_free(m);
}

/* Those of the first sample are of a time that nobody knows. */
static void exits_before_all_samples(void **state)
{
	struct model *m = model_new();
	struct sample *s = traced_sample_at(0);

	(void)state;
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 1000, 1000));
	model_update(m, s);
	s = vm_sample(1, true);
	add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 20, 1000));
	model_update(m, s);
	assert_int_equal(exits_in(&m->vms[0]->interval), 20);
	assert_int_equal(exits_in(&m->vms[0]->threads[0].interval), 20);
	assert_near(m->vms[0]->interval.seconds, 1, 1e-9);
	assert_near(m->host.unattributed, 0, 0);
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
		cmocka_unit_test(vm_that_has_ended),
		cmocka_unit_test(number_of_another_vms_thread),
		cmocka_unit_test(exits_before_the_thread_is_seen),
		cmocka_unit_test(exits_before_all_samples),
		cmocka_unit_test(tables_of_threads_are_lean),
		cmocka_unit_test(top_exit_is_what_the_guest_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
