/* The model's counters: what KVM counts, wake-ups, the kernel's log, recent interrupt lines, and the
 * platform. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "kvm/exit_groups.h"
#include "model/counters.h"
#include "model/model.h"
#include "samples.h"

#define COUNTER(field) offsetof(struct sample_counters, field)
#define RATE(field) offsetof(struct vm_counters, field)

static double rate(const struct vm_counters *c, size_t offset)
{
	double value;

	memcpy(&value, (const char *)c + offset, sizeof value);
	return value;
}

static void set(struct sample_counters *c, size_t offset, uint64_t value)
{
	memcpy((char *)c + offset, &value, sizeof value);
}

/* Folds a VM into m whose counters were read at read_s. */
static struct vm *tick(struct model *m, double at_s, double read_s, const struct sample_counters *c)
{
	struct sample *s = sample_at(at_s);
	struct sample_vm *vm = add_vm(s, 1, "vm");

	vm->counters = *c;
	vm->counters.time_ns =
		read_s < 0 ? 0 : 1000 * NS_PER_S + (uint64_t)(read_s * (double)NS_PER_S);
	model_update(m, s);
	return m->vms[0];
}

static const struct {
	size_t counter, rate;
	double per_read; /* what 1000 more in 4 seconds are */
} rates[] = {
	{ COUNTER(exits), RATE(exits_per_s), 250 },
	{ COUNTER(io_exits), RATE(io_exits_per_s), 250 },
	{ COUNTER(mmio_exits), RATE(mmio_exits_per_s), 250 },
	{ COUNTER(halt_exits), RATE(halt_exits_per_s), 250 },
	{ COUNTER(irq_exits), RATE(irq_exits_per_s), 250 },
	{ COUNTER(hypercalls), RATE(hypercalls_per_s), 250 },
	{ COUNTER(nested_runs), RATE(nested_runs_per_s), 250 },
	{ COUNTER(page_faults), RATE(page_faults_per_s), 250 },
	{ COUNTER(directed_yields), RATE(directed_yields_per_s), 250 },
	{ COUNTER(nx_splits), RATE(nx_splits_per_s), 250 },
	{ COUNTER(irq_windows), RATE(irq_windows_per_s), 250 },
	{ COUNTER(nmi_windows), RATE(nmi_windows_per_s), 250 },
	{ COUNTER(signals), RATE(signals_per_s), 250 },
	{ COUNTER(irq_requests), RATE(irq_requests_per_s), 250 },
	{ COUNTER(emulated), RATE(emulated_per_s), 250 },
	{ COUNTER(halt_wait_ns), RATE(halt_wait_pct), 100 * 1000 / 4e9 },
};

/* Each counter is its own rate and no other, over the time between the readings. */
static void each_counter_is_its_rate(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct model *m = model_new();
		struct sample_counters c = sample_counters_unknown();
		const struct vm *vm;

		set(&c, rates[i].counter, 5000);
		vm = tick(m, 1, 0.5, &c);
		assert_near(rate(&vm->counters, rates[i].rate), NAN, 0);
		set(&c, rates[i].counter, 6000);
		vm = tick(m, 5, 4.5, &c);
		for (size_t j = 0; j < sizeof rates / sizeof *rates; j++)
			assert_near(rate(&vm->counters, rates[j].rate),
				j == i ? rates[i].per_read : NAN, 1e-9);
		assert_near(vm->counters.halt_poll_pct, NAN, 0);
		model_free(m);
	}
}

static void polling_is_successful_and_vain(void **state)
{
	struct model *m = model_new();
	struct sample_counters c = sample_counters_unknown();

	(void)state;
	c.halt_poll_success_ns = c.halt_poll_fail_ns = 0;
	tick(m, 0, 0, &c);
	c.halt_poll_success_ns = 300000000;
	c.halt_poll_fail_ns = 100000000;
	assert_near(tick(m, 2, 2, &c)->counters.halt_poll_pct, 20, 1e-9);
	c.halt_poll_fail_ns = SAMPLE_UNKNOWN; /* half of it would look like less */
	assert_near(tick(m, 4, 4, &c)->counters.halt_poll_pct, NAN, 0);
	model_free(m);
}

/* exits of one VM: at a moment, read when, how many, and the rate that is then told. */
static const struct {
	double at_s, read_s;
	uint64_t exits;
	double per_s;
} readings[] = {
	{ 0, -1, SAMPLE_UNKNOWN, NAN },
	{ 1, 1, 1000, NAN },
	{ 2, 1, 1000, NAN }, /* the same reading: nothing to compare with yet */
	{ 3, 3, 3000, 1000 },
	{ 4, 3, 3000, 1000 }, /* stays until the next reading */
	{ 5, 3, 3000, 1000 },
	{ 6, 5.5, 3000, 0 },
	{ 7, 6.5, 2000, NAN }, /* backwards: another vCPU has gone */
	{ 8, 7.5, 2500, 500 },
	{ 9, -1, SAMPLE_UNKNOWN, NAN }, /* not readable any more */
	{ 10, 10, 9000, NAN },
	{ 11, 9, 9500, NAN }, /* read before the last one: another source's */
	{ 12, 12, SAMPLE_UNKNOWN, NAN },
	{ 13, 13, 1, NAN },
};

static void rates_are_between_readings(void **state)
{
	struct model *m = model_new();

	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct sample_counters c = sample_counters_unknown();

		c.exits = readings[i].exits;
		assert_near(tick(m, readings[i].at_s, readings[i].read_s, &c)->counters.exits_per_s,
			readings[i].per_s, 1e-6);
	}
	model_free(m);
}

/* The count of split pages goes down when KVM merges them again: that is no splitting. */
static void merging_is_no_splitting(void **state)
{
	struct model *m = model_new();
	struct sample_counters c = sample_counters_unknown();

	(void)state;
	c.nx_splits = 100;
	tick(m, 0, 0, &c);
	c.nx_splits = 40;
	assert_near(tick(m, 1, 1, &c)->counters.nx_splits_per_s, 0, 0);
	c.nx_splits = 70;
	assert_near(tick(m, 2, 2, &c)->counters.nx_splits_per_s, 30, 1e-9);
	model_free(m);
}

static struct vm *wake_tick(
	struct model *m, double at_s, pid_t tid, uint64_t switches, uint64_t msrs)
{
	struct sample *s = sample_at(at_s);
	struct sample_vm *vm = add_vm(s, 1, "vm");

	add_thread(vm, 2, THREAD_VCPU, 0)->switches = 77777 * (uint64_t)(at_s + 1);
	add_thread(vm, tid, THREAD_EMULATOR, -1)->switches = switches;
	vm->unhandled_msrs = msrs;
	vm->unhandled_msr = 0x611;
	model_update(m, s);
	return m->vms[0];
}

static void wakes_are_the_emulators(void **state)
{
	struct model *m = model_new();

	(void)state;
	assert_near(wake_tick(m, 0, 1, 1000, SAMPLE_UNKNOWN)->counters.main_wakes_per_s, NAN, 0);
	assert_near(wake_tick(m, 2, 1, 5000, 0)->counters.main_wakes_per_s, 2000, 1e-6);
	assert_near(wake_tick(m, 3, 1, 5000, 0)->counters.main_wakes_per_s, 0, 0);
	assert_near(wake_tick(m, 4, 1, SAMPLE_UNKNOWN, 0)->counters.main_wakes_per_s, NAN, 0);
	assert_near(wake_tick(m, 5, 1, 6000, 0)->counters.main_wakes_per_s, NAN, 0);
	assert_near(wake_tick(m, 6, 3, 7000, 0)->counters.main_wakes_per_s, NAN, 0);
	model_free(m);
}

static void log_lines_are_counted(void **state)
{
	struct model *m = model_new();
	const struct vm *vm = wake_tick(m, 0, 1, 0, SAMPLE_UNKNOWN);

	(void)state;
	assert_near(vm->counters.unhandled_msrs, NAN, 0);
	vm = wake_tick(m, 1, 1, 0, 500); /* of all the time before: no rate */
	assert_near(vm->counters.unhandled_msrs, 500, 0);
	assert_near(vm->counters.unhandled_msrs_per_s, NAN, 0);
	vm = wake_tick(m, 3, 1, 0, 520);
	assert_near(vm->counters.unhandled_msrs, 520, 0);
	assert_near(vm->counters.unhandled_msrs_per_s, 10, 1e-9);
	assert_int_equal(vm->counters.unhandled_msr, 0x611);
	model_free(m);
}

static void irq_tick(struct model *m, int second, bool details, uint64_t raised)
{
	struct sample *s = traced_sample_at(second);
	struct sample_vm *vm = add_vm(s, 1, "vm");

	add_thread(vm, 1, THREAD_EMULATOR, -1);
	if (raised)
		add_irqs(s, 1, 8, raised, raised);
	s->tracing.details = details;
	s->tracing.duty = 1;
	model_update(m, s);
}

/* Some five seconds of lines; nothing of them once they are not traced any more. */
static void recent_lines_are_of_the_last_seconds(void **state)
{
	struct model *m = model_new();
	const struct irq_table *recent;

	(void)state;
	irq_tick(m, 0, true, 7);
	recent = &m->vms[0]->recent_irqs;
	assert_int_equal(recent->count, 0);
	irq_tick(m, 1, true, 1000);
	assert_int_equal(recent->lines[0].raised, 1000);
	assert_near(recent->seconds, 1, 1e-9);
	for (int i = 2; i < 20; i++)
		irq_tick(m, i, true, 10);
	assert_int_equal(recent->count, 1);
	assert_int_equal(recent->lines[0].gsi, 8);
	assert_near(recent->seconds, 5, 1);
	assert_near((double)recent->lines[0].raised, 10 * recent->seconds, 1e-6);
	assert_int_equal(m->vms[0]->total_irqs.lines[0].raised, 1000 + 18 * 10);
	irq_tick(m, 20, false, 10);
	assert_int_equal(recent->count, 0);
	assert_near(recent->seconds, 0, 0);
	irq_tick(m, 21, true, 3);
	assert_int_equal(recent->lines[0].raised, 3);
	assert_near(recent->seconds, 1, 1e-9);
	model_free(m);
}

static void coarse_rows_are_parts_of_all(void **state)
{
	struct vm_counters c = counters_unknown();
	struct exit_row rows[COUNTERS_ROWS];

	(void)state;
	assert_int_equal(counters_rows(&c, rows), 0);
	c.exits_per_s = 1000;
	assert_int_equal(counters_rows(&c, rows), 1);
	assert_string_equal(rows[0].name, "all");
	assert_near(rows[0].per_s, 1000, 0);
	c.io_exits_per_s = 600;
	c.halt_exits_per_s = 150;
	assert_int_equal(counters_rows(&c, rows), 3);
	assert_string_equal(rows[0].name, "I/O ports");
	assert_near(rows[0].samples_pct, 60, 1e-9);
	assert_near(rows[0].time_pct, NAN, 0);
	assert_string_equal(rows[1].name, "halts");
	assert_string_equal(rows[2].name, "other");
	assert_near(rows[2].per_s, 250, 1e-9);
	/* A little more than all, as they were read one after the other. */
	c.mmio_exits_per_s = 250;
	c.irq_exits_per_s = 1;
	assert_int_equal(counters_rows(&c, rows), 5);
	assert_string_equal(rows[1].name, "MMIO");
	assert_near(rows[4].per_s, 0, 0);
	c.exits_per_s = NAN;
	assert_int_equal(counters_rows(&c, rows), 4);
	assert_near(rows[0].samples_pct, NAN, 0);
	c = counters_unknown();
	c.exits_per_s = 0;
	counters_rows(&c, rows);
	assert_near(rows[0].samples_pct, NAN, 0);
}

/* They are no part of all, so they take nothing off the rest; what does not occur has no row. */
static void coarse_rows_that_overlap_come_last(void **state)
{
	struct vm_counters c = counters_unknown();
	struct exit_row rows[COUNTERS_ROWS];
	size_t count;

	(void)state;
	c.exits_per_s = 100;
	c.io_exits_per_s = 10;
	c.mmio_exits_per_s = 20;
	c.halt_exits_per_s = 5;
	c.irq_exits_per_s = 6;
	c.irq_windows_per_s = 7;
	c.nmi_windows_per_s = 1;
	c.hypercalls_per_s = 2;
	c.page_faults_per_s = 3;
	c.emulated_per_s = 40;
	c.signals_per_s = 50;
	c.irq_requests_per_s = 60;
	count = counters_rows(&c, rows);
	assert_int_equal(count, COUNTERS_ROWS);
	assert_string_equal(rows[0].name, "MMIO");
	assert_string_equal(rows[7].name, "NMI windows");
	assert_string_equal(rows[8].name, "other");
	assert_near(rows[8].per_s, 46, 1e-9);
	assert_string_equal(rows[9].name, "(IRQ requests)");
	for (size_t i = 0; i < count; i++) {
		assert_true(rows[i].coarse);
		assert_int_equal(rows[i].overlaps, i > 8);
		assert_near(rows[i].samples_pct, rows[i].per_s, 1e-9);
		assert_near(rows[i].samples, NAN, 0);
		assert_false(exit_group_is_halt(&rows[i].key));
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(rows[i].key.reason, rows[k].key.reason);
	}
	c.signals_per_s = c.irq_requests_per_s = c.mmio_exits_per_s = 0;
	count = counters_rows(&c, rows);
	assert_int_equal(count, COUNTERS_ROWS - 3);
	assert_string_equal(rows[0].name, "I/O ports");
	assert_near(rows[count - 2].per_s, 66, 1e-9);
	assert_string_equal(rows[count - 1].name, "(emulated instr.)");
}

/* A VM that is traced has its table; of one that is not, they are all there is, and they are its rate. */
static void coarse_rows_are_of_vms_that_are_not_traced(void **state)
{
	struct vm vm = { .exits_per_s = NAN, .counters = counters_unknown() };
	struct exit_row rows[COUNTERS_ROWS];

	(void)state;
	assert_near(counters_exits_per_s(&vm), NAN, 0);
	vm.counters.exits_per_s = 5;
	assert_int_equal(counters_rows_of_vm(&vm, rows), 1);
	assert_near(counters_exits_per_s(&vm), 5, 0);
	vm.exits_per_s = 4;
	assert_int_equal(counters_rows_of_vm(&vm, rows), 0);
	assert_near(counters_exits_per_s(&vm), 4, 0);
}

static void before_the_first_sample_nothing_is_known(void **state)
{
	struct model *m = model_new();
	const struct vm_counters unknown = counters_unknown();

	(void)state;
	assert_string_equal(m->platform.clocksource, "");
	assert_int_equal(m->platform.halt_poll_ns, -1);
	assert_int_equal(m->platform.ksm_sharing, -1);
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
		assert_near(rate(&unknown, rates[i].rate), NAN, 0);
	model_free(m);
}

static void the_platform_is_cleaned(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);

	(void)state;
	strcpy(s->platform.clocksource, "t\033c");
	strcpy(s->platform.kernel, "6.1\n\x9b");
	strcpy(s->platform.nx_huge_pages, "\a");
	strcpy(s->platform.kvm_vendor, "amd");
	s->platform.halt_poll_ns = 1;
	s->platform.ksm_unshared = 1ll << 40;
	s->platform.libvirt_version = 9000000;
	model_update(m, s);
	assert_string_equal(m->platform.clocksource, "t?c");
	assert_string_equal(m->platform.kernel, "6.1??");
	assert_string_equal(m->platform.nx_huge_pages, "?");
	assert_string_equal(m->platform.kvm_vendor, "amd");
	assert_int_equal(m->platform.halt_poll_ns, 1);
	assert_true(m->platform.ksm_unshared == 1ll << 40);
	assert_int_equal(m->platform.libvirt_version, 9000000);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_counter_is_its_rate),
		cmocka_unit_test(polling_is_successful_and_vain),
		cmocka_unit_test(rates_are_between_readings),
		cmocka_unit_test(merging_is_no_splitting),
		cmocka_unit_test(wakes_are_the_emulators),
		cmocka_unit_test(log_lines_are_counted),
		cmocka_unit_test(recent_lines_are_of_the_last_seconds),
		cmocka_unit_test(coarse_rows_are_parts_of_all),
		cmocka_unit_test(coarse_rows_that_overlap_come_last),
		cmocka_unit_test(coarse_rows_are_of_vms_that_are_not_traced),
		cmocka_unit_test(before_the_first_sample_nothing_is_known),
		cmocka_unit_test(the_platform_is_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
