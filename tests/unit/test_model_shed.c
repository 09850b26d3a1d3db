#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/exit_rows.h"
#include "model/model.h"
#include "samples.h"

enum { MAIN = 100, VCPU0 = 101, VCPU1 = 102, OTHER = 200, OTHER_VCPU = 201 };

static const struct domain_config pc = { .parsed = true, .machine = { .arch = "x86_64" } };

/* Two VMs: one with two vCPUs and an emulator thread, one with a vCPU. */
static struct sample *two_vms(double seconds)
{
	struct sample *s = traced_sample_at(seconds);
	struct sample_vm *vm = add_vm(s, MAIN, "a");

	vm->config = &pc;
	add_thread(vm, MAIN, THREAD_EMULATOR, -1);
	add_thread(vm, VCPU0, THREAD_VCPU, 0);
	add_thread(vm, VCPU1, THREAD_VCPU, 1);
	vm = add_vm(s, OTHER, "b");
	vm->config = &pc;
	add_thread(vm, OTHER_VCPU, THREAD_VCPU, 0);
	s->tracing.duty = 1;
	return s;
}

static uint64_t exits_in(const struct exit_table *t)
{
	return exit_table_total(t).count;
}

static void check_lines(const struct irq_table *t, const char *expected)
{
	struct irq_row rows[8];
	char text[256] = "";
	const size_t count = irq_table_rows(t, rows);

	for (size_t i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u %s %.0f %.0f %.1f",
			i ? "|" : "", rows[i].gsi, rows[i].name, rows[i].raised, rows[i].lowered,
			rows[i].per_s);
	assert_string_equal(text, expected);
}

/* The lines of all threads are the VM's: QEMU's main loop raises the RTC's, a vCPU lowers it. */
static void interrupt_lines_go_to_their_vm(void **state)
{
	struct model *m = model_new();
	const struct vm *a, *b;
	struct sample *s;

	(void)state;
	model_update(m, two_vms(0));
	a = m->vms[0];
	b = m->vms[1];
	for (int i = 1; i <= 2; i++) {
		s = two_vms(2 * i);
		s->tracing.details = true;
		add_irqs(s, MAIN, 8, 600, 0);
		add_irqs(s, MAIN, 2, 10, 10);
		add_irqs(s, VCPU0, 8, 0, 599);
		add_exits(s, VCPU0, 0, exits_of(VMX_KEY(12), "HLT", 5, 1000));
		add_irqs(s, OTHER_VCPU, 20, 3, 3);
		add_irqs(s, 999, 8, 1000, 1000); /* nobody's */
		model_update(m, s);
		assert_true(m->host.details);
		check_lines(&a->interval_irqs, "2 PIT/HPET 10 10 5.0|8 RTC 600 599 300.0");
		check_lines(&b->interval_irqs, "20 PCI INTx 3 3 1.5");
	}
	check_lines(&a->total_irqs, "2 PIT/HPET 20 20 5.0|8 RTC 1200 1198 300.0");
	assert_near(a->total_irqs.seconds, 4, 1e-9);
	assert_int_equal(exits_in(&a->interval), 5);
	model_zero(m);
	check_lines(&a->total_irqs, "");
	assert_near(a->total_irqs.seconds, 0, 0);
	check_lines(&a->interval_irqs, "2 PIT/HPET 10 10 5.0|8 RTC 600 599 300.0");

	/* Without details nothing is known of the lines, and the time does not count. */
	s = two_vms(5);
	add_irqs(s, MAIN, 8, 7, 7);
	model_update(m, s);
	assert_false(m->host.details);
	check_lines(&a->interval_irqs, "");
	assert_near(a->total_irqs.seconds, 0, 0);
	assert_near(a->exits_per_s, 0, 0);
	model_free(m);
}

/* Threads that set interrupt lines, but have no exits, are not taken for vCPUs. */
static void setting_a_line_makes_no_vcpu(void **state)
{
	struct model *m = model_new();

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct sample *s = traced_sample_at(i);
		struct sample_vm *vm = add_vm(s, MAIN, "a");

		s->tracing.details = true;
		vm->config = &pc;
		add_thread(vm, VCPU0, THREAD_WORKER, -1);
		add_thread(vm, VCPU1, THREAD_PIT, -1);
		add_irqs(s, VCPU0, 8, 5, 5);
		add_irqs(s, VCPU1, 0, 5, 5);
		model_update(m, s);
		assert_int_equal(m->vms[0]->vcpus, 0);
		assert_int_equal(m->vms[0]->threads[0].kind, THREAD_WORKER);
		assert_int_equal(m->vms[0]->threads[1].kind, THREAD_PIT);
		assert_true(isnan(m->vms[0]->threads[1].exits_per_s));
	}
	check_lines(&m->vms[0]->interval_irqs, "0 PIT/HPET 5 5 5.0|8 RTC 5 5 5.0");
	model_free(m);
}

/* Names of a PC's devices are only for a PC, those of QEMU's machine virt only for one that is known to be it. */
static void names_are_of_the_vms_machine(void **state)
{
	static const struct domain_config arm = { .parsed = true,
		.machine = { .arch = "aarch64", .machine = "virt-9.2" } };
	static const struct {
		const struct domain_config *config;
		enum exit_isa isa;
		const char *line, *address;
	} cases[] = {
		{ NULL, EXIT_ISA_VMX, "2 PIT/HPET 1 1 1.0", NULL },
		{ NULL, EXIT_ISA_ARM_TRAP, "2 gsi 2 1 1 1.0", NULL },
		{ &arm, EXIT_ISA_ARM_TRAP, "2 PL031 RTC 1 1 1.0", "PL031 RTCDR" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key key = { 0x24, (uint8_t)cases[i].isa, EXIT_DETAIL_MMIO_READ,
			0x09010000 };
		struct model *m = model_new();

		for (int k = 0; k < 3; k++) {
			struct sample *s = traced_sample_at(k);
			struct sample_vm *vm = add_vm(s, MAIN, "a");

			s->tracing.details = true;
			vm->config = cases[i].config;
			add_thread(vm, VCPU0, THREAD_VCPU, 0);
			add_irqs(s, VCPU0, 2, 1, 1);
			/* Without an exit in the last interval it stays what it was. */
			if (k < 2)
				add_exits(s, VCPU0, 0, exits_of(key, "DABT_LOW", 5, 1000));
			model_update(m, s);
		}
		const struct vm *vm = m->vms[0];
		const struct exit_table *tables[] = { &vm->total, &vm->recent,
			&vm->threads[0].total };

		check_lines(&vm->interval_irqs, cases[i].line);
		for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
			struct exit_row row;

			assert_int_equal(
				exit_table_detail_rows(tables[k], EXIT_SHARES_ALL, &key, &row), 1);
			if (cases[i].address)
				assert_string_equal(row.device, cases[i].address);
			else
				assert_null(row.device);
		}
		model_free(m);
	}
}

static void lines_of_an_ended_thread(void **state)
{
	struct model *m = model_new();
	struct sample *s = traced_sample_at(1);

	(void)state;
	model_update(m, two_vms(0));
	s->tracing.details = true;
	add_thread(add_vm(s, MAIN, "a"), VCPU0, THREAD_VCPU, 0);
	s->vms[0].config = &pc;
	add_irqs(s, VCPU1, 8, 5, 4);
	add_irqs(s, VCPU0, 8, 1, 1);
	model_update(m, s);
	check_lines(&m->vms[0]->interval_irqs, "8 RTC 6 5 6.0");
	model_free(m);
}

/* Only one VM is traced: of all others nothing is known, which is not the same as no exits. */
static void other_vms_are_unknown(void **state)
{
	struct model *m = model_new();
	const struct vm *a, *b;

	(void)state;
	model_update(m, two_vms(0));
	a = m->vms[0];
	b = m->vms[1];
	for (int i = 1; i <= 4; i++) {
		struct sample *s = two_vms(i);

		if (i >= 2) {
			s->tracing.shed = TRACING_SHED_VMS;
			s->tracing.only_pid = i < 4 ? MAIN : OTHER;
		} else {
			s->tracing.details = true;
		}
		add_exits(s, VCPU0, 0, exits_of(VMX_KEY(12), "HLT", 10, 1000));
		add_exits(s, OTHER_VCPU, 0, exits_of(VMX_KEY(12), "HLT", 3, 1000));
		model_update(m, s);
		if (i == 1) {
			assert_near(m->host.exits_per_s, 13, 1e-9);
			assert_int_equal(m->host.only_pid, 0);
			continue;
		}
		assert_int_equal(m->host.shed, TRACING_SHED_VMS);
		assert_int_equal(m->host.only_pid, i < 4 ? MAIN : OTHER);
		assert_true(isnan((i < 4 ? b : a)->exits_per_s));
		assert_true(isnan((i < 4 ? b : a)->threads[0].exits_per_s));
		assert_int_equal(exits_in(i < 4 ? &b->interval : &a->interval), 0);
		assert_int_equal(exits_in(i < 4 ? &b->recent : &a->recent), 0);
		assert_string_equal((i < 4 ? b : a)->top_exit, "");
		assert_near((i < 4 ? a : b)->exits_per_s, i < 4 ? 10 : 3, 1e-9);
		assert_near(m->host.exits_per_s, i < 4 ? 10 : 3, 1e-9);
		assert_false(a->interval.sampled);
	}
	assert_int_equal(exits_in(&a->total), 30);
	assert_int_equal(exits_in(&b->total), 6); /* the first and the last tick */
	assert_near(b->total.seconds, 2, 1e-9);
	model_free(m);
}

/* A VM that is gone is the only one that is traced: nothing is known at all. */
static void nothing_known_of_any_vm(void **state)
{
	struct model *m = model_new();
	struct sample *s = two_vms(1);

	(void)state;
	model_update(m, two_vms(0));
	s->tracing.shed = TRACING_SHED_VMS;
	s->tracing.only_pid = 4711;
	model_update(m, s);
	assert_true(isnan(m->host.exits_per_s));
	model_free(m);
}

/* Traced for a part of the time: scaled by KVM's own count, or by that part. */
static void sampled_vm_is_scaled(void **state)
{
	static const struct {
		uint64_t before, now; /* KVM's counter */
		double duty;
		uint64_t vcpu0, vcpu1; /* exits that were traced */
		double per_s, sum;     /* NAN: unknown */
	} cases[] = {
		/* twenty for one; the two seconds hold 4000 exits */
		{ 1000, 5000, 0.05, 150, 50, 2000, 4000 },
		/* what was traced is all there was, or more than that by a few in flight */
		{ 1000, 1200, 0.05, 150, 50, 100, 200 },
		{ 1000, 1100, 0.05, 150, 50, 50, 200 },
		/* the count is known even when nothing was caught */
		{ 1000, 5000, 0.05, 0, 0, 2000, 0 },
		{ 1000, 1000, 0.05, 0, 0, 0, 0 },
		/* no counter, or one that began anew: by the time */
		{ SAMPLE_UNKNOWN, 5000, 0.05, 150, 50, 2000, 4000 },
		{ 1000, SAMPLE_UNKNOWN, 0.1, 150, 50, 1000, 2000 },
		{ 5000, 1000, 0.1, 150, 50, 1000, 2000 },
		{ SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, 1, 150, 50, 100, 200 },
		{ SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, 0.05, 0, 0, 0, 0 },
		/* nothing to go by */
		{ SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, 0, 150, 50, NAN, NAN },
		{ SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, NAN, 150, 50, NAN, NAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const bool known = !isnan(cases[i].per_s);
		struct sample *first = two_vms(0), *second = two_vms(2);
		struct model *m = model_new();
		const struct vm *a, *b;

		first->vms[0].kvm_exits = cases[i].before;
		second->vms[0].kvm_exits = cases[i].now;
		second->tracing.shed = TRACING_SHED_TIME;
		second->tracing.only_pid = MAIN;
		second->tracing.duty = cases[i].duty;
		if (cases[i].vcpu0)
			add_exits(second, VCPU0, 0,
				exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION",
					cases[i].vcpu0, 1000));
		if (cases[i].vcpu1)
			add_exits(second, VCPU1, 1,
				exits_of(VMX_KEY(12), "HLT", cases[i].vcpu1, 9000));
		model_update(m, first);
		model_update(m, second);
		a = m->vms[0];
		b = m->vms[1];
		assert_near(a->exits_per_s, cases[i].per_s, 1e-6);
		assert_near(m->host.exits_per_s, cases[i].per_s, 1e-6);
		assert_near(m->host.duty, cases[i].duty, 0);
		assert_int_equal(a->interval.sampled, known);
		assert_int_equal(a->threads[0].interval.sampled, known);
		assert_int_equal(a->total.sampled, known);
		assert_near((double)exits_in(&a->interval), known ? cases[i].sum : 0, 1e-6);
		assert_near((double)exits_in(&a->threads[0].interval),
			known ? cases[i].sum * 3 / 4 : 0, 1e-6);
		assert_near(a->threads[0].exits_per_s, cases[i].sum * 3 / 8, 1e-6);
		assert_near((double)exit_table_port(&a->interval, EXIT_DETAIL_PORT_IN, 0x71).count,
			known ? cases[i].sum * 3 / 4 : 0, 1e-6);
		assert_true(isnan(b->exits_per_s));
		model_free(m);
	}
}

/* Counters that were read at other moments than the samples, such as libvirt's, give the rate where the
 * exact count cannot be read. */
static void a_rate_stands_in_for_the_count(void **state)
{
	struct model *m = model_new();

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct sample *s = two_vms(2 * i);

		/* At second 2 as of 1; at second 4 the same reading still. */
		s->vms[0].counters.exits = i ? 5000 : 1000;
		s->vms[0].counters.time_ns = s->time_ns - (i == 2 ? 3 : 1) * NS_PER_S;
		s->tracing.shed = TRACING_SHED_TIME;
		s->tracing.only_pid = MAIN;
		s->tracing.duty = 0.5;
		if (i)
			add_exits(s, VCPU0, 0, exits_of(VMX_KEY(12), "HLT", 100, 1000));
		model_update(m, s);
		assert_near(m->vms[0]->exits_per_s, i ? 2000 : NAN, 1e-6);
		assert_int_equal(exits_in(&m->vms[0]->interval), i ? 4000 : 0);
	}
	model_free(m);
}

/* What an unplugged vCPU did counts when the factor is found, and is scaled as all else. */
static void ended_threads_are_scaled_too(void **state)
{
	struct model *m = model_new();
	struct sample *first = two_vms(0), *second = traced_sample_at(1);
	struct sample_vm *vm = add_vm(second, MAIN, "a");

	(void)state;
	first->vms[0].kvm_exits = 0;
	vm->kvm_exits = 1000;
	add_thread(vm, VCPU0, THREAD_VCPU, 0);
	second->tracing.shed = TRACING_SHED_TIME;
	second->tracing.only_pid = MAIN;
	second->tracing.duty = 0.5;
	add_exits(second, VCPU0, 0, exits_of(VMX_KEY(12), "HLT", 75, 1000));
	add_exits(second, VCPU1, 1, exits_of(VMX_KEY(12), "HLT", 25, 1000));
	model_update(m, first);
	model_update(m, second);
	assert_int_equal(exits_in(&m->vms[0]->interval), 1000);
	assert_int_equal(exits_in(&m->vms[0]->threads[0].interval), 750);
	model_free(m);
}

static void tracing_that_is_off_sheds_nothing(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);

	(void)state;
	assert_true(isnan(m->host.duty));
	s->tracing.shed = TRACING_SHED_TIME;
	s->tracing.details = true;
	s->tracing.only_pid = MAIN;
	model_update(m, s);
	assert_false(m->host.details);
	assert_int_equal(m->host.shed, TRACING_SHED_NOTHING);
	assert_int_equal(m->host.only_pid, 0);
	assert_true(isnan(m->host.duty));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_lines_go_to_their_vm),
		cmocka_unit_test(setting_a_line_makes_no_vcpu),
		cmocka_unit_test(lines_of_an_ended_thread),
		cmocka_unit_test(names_are_of_the_vms_machine),
		cmocka_unit_test(other_vms_are_unknown),
		cmocka_unit_test(nothing_known_of_any_vm),
		cmocka_unit_test(sampled_vm_is_scaled),
		cmocka_unit_test(a_rate_stands_in_for_the_count),
		cmocka_unit_test(ended_threads_are_scaled_too),
		cmocka_unit_test(tracing_that_is_off_sheds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
