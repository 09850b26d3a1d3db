/* The model's halts: what vCPUs do in their halts between two readings of KVM's counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "model/model.h"
#include "samples.h"

enum { VCPUS = 2 };

/* One look: when it is, when the counters were read (never where negative), and so many seconds' worth of totals. Each
 * second vCPU 0 polls 20 ms with success and 10 ms in vain and sleeps 500 ms, wakes up 100 times, and 300 of 400
 * polls end well; vCPU 1 does twice that. Its thread takes 60 ms of system time a second, vCPU 1's twice as much. */
struct look {
	double at_s, read_s, worth_s;
	bool no_vcpus, no_sums, no_system;
};

static uint64_t times(double worth_s, double per_s)
{
	return (uint64_t)llround(worth_s * per_s);
}

static void set_thread(struct sample_vm *vm, int vcpu, const struct look *l)
{
	struct sample_thread *t = add_thread(vm, 10 + vcpu, THREAD_VCPU, vcpu);

	t->stime_ticks = cs_ticks(times(l->at_s, 6 * (vcpu + 1)));
	t->utime_ticks = t->guest_ticks = cs_ticks(times(l->at_s, 10 * (vcpu + 1)));
	t->cpu_ns = l->no_system ? SAMPLE_UNKNOWN : times(l->at_s, 160e6 * (vcpu + 1));
	t->wait_ns = 0;
	if (l->no_system)
		t->start_ticks = (uint64_t)(l->at_s * 1000); /* another thread each time */
}

static struct sample_vcpu_halts totals(int vcpu, double worth_s)
{
	const double n = worth_s * (vcpu + 1);

	return (struct sample_vcpu_halts){
		.vcpu = vcpu,
		.poll_success_ns = 1000 + times(n, 20e6),
		.poll_fail_ns = 2000 + times(n, 10e6),
		.wait_ns = 3000 + times(n, 500e6),
		.wakeups = 4 + times(n, 100),
		.polls = 5 + times(n, 400),
		.polls_successful = 6 + times(n, 300),
	};
}

static void set_counters(struct sample_counters *c, uint64_t time_ns, double worth_s)
{
	c->time_ns = time_ns;
	c->halt_poll_success_ns = times(3 * worth_s, 20e6);
	c->halt_poll_fail_ns = times(3 * worth_s, 10e6);
	c->halt_wait_ns = times(3 * worth_s, 500e6);
	c->halt_wakeups = times(3 * worth_s, 100);
	c->halt_polls = times(3 * worth_s, 400);
	c->halt_polls_successful = times(3 * worth_s, 300);
}

static const struct vm *take(struct model *m, const struct look *l)
{
	struct sample *s = sample_at(l->at_s);
	struct sample_vm *vm = add_vm(s, 10, "vm");
	const uint64_t read_ns =
		l->read_s < 0 ? 0 : 1000 * NS_PER_S + (uint64_t)(l->read_s * (double)NS_PER_S);

	for (int i = 0; i < VCPUS; i++)
		set_thread(vm, i, l);
	if (read_ns && !l->no_sums)
		set_counters(&vm->counters, read_ns, l->worth_s);
	if (read_ns && !l->no_vcpus) {
		vm->halts.time_ns = read_ns;
		vm->halts.vcpus = arena_array(&s->arena, VCPUS, sizeof *vm->halts.vcpus);
		vm->halts.count = VCPUS;
		for (int i = 0; i < VCPUS; i++) /* the last one first */
			vm->halts.vcpus[i] = totals(VCPUS - 1 - i, l->worth_s);
	}
	model_update(m, s);
	return m->vms[0];
}

static void check(const struct halt_row *row, int vcpu, double n)
{
	assert_int_equal(row->vcpu, vcpu);
	assert_true(halts_are_known(row));
	assert_near(row->poll_success_pct, 2 * n, 1e-6);
	assert_near(row->poll_fail_pct, 1 * n, 1e-6);
	assert_near(row->poll_pct, 3 * n, 1e-6);
	assert_near(row->wait_pct, 50 * n, 1e-6);
	assert_near(row->wakes_per_s, 100 * n, 1e-6);
	assert_near(row->polls_per_s, 400 * n, 1e-6);
	assert_near(row->success_pct, 75, 1e-6);
	assert_near(row->system_pct, 6 * n, 0.2);
	assert_near(row->poll_of_system_pct, 50, 2);
}

static void check_unknown(const struct halt_row *row)
{
	assert_false(halts_are_known(row));
	assert_near(row->poll_pct, NAN, 0);
	assert_near(row->poll_success_pct, NAN, 0);
	assert_near(row->poll_fail_pct, NAN, 0);
	assert_near(row->wait_pct, NAN, 0);
	assert_near(row->wakes_per_s, NAN, 0);
	assert_near(row->polls_per_s, NAN, 0);
	assert_near(row->success_pct, NAN, 0);
	assert_near(row->system_pct, NAN, 0);
	assert_near(row->poll_of_system_pct, NAN, 0);
}

static void each_vcpu_and_all_have_their_figures(void **state)
{
	struct model *m = model_new();
	const struct vm *vm = take(m, &(struct look){ 0, 0, 0, false, false, false });

	(void)state;
	assert_int_equal(vm->halts.count, VCPUS);
	check_unknown(&vm->halts.all);
	check_unknown(&vm->halts.vcpus[0]);
	vm = take(m, &(struct look){ 2, 2, 2, false, false, false });
	check(&vm->halts.all, HALT_ALL_VCPUS, 3);
	check(&vm->halts.vcpus[0], 0, 1);
	check(&vm->halts.vcpus[1], 1, 2);
	assert_string_equal(vm->halts.all.name, "all 2");
	assert_string_equal(vm->halts.vcpus[1].name, "vCPU 1");
	assert_ptr_equal(vm->halts.vcpus[1].vm, vm);
	model_free(m);
}

/* Libvirt is asked every few seconds: figures are those between the readings, and so is the system time beside them. */
static void figures_are_between_readings(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	take(m, &(struct look){ 1, 1, 1, false, true, false });
	for (int i = 2; i < 4; i++) {
		vm = take(m, &(struct look){ i, 1, 1, false, true, false });
		check_unknown(&vm->halts.vcpus[0]);
		check_unknown(&vm->halts.all);
	}
	vm = take(m, &(struct look){ 4, 4, 4, false, true, false });
	check(&vm->halts.vcpus[0], 0, 1);
	for (int i = 5; i < 7; i++) {
		vm = take(m, &(struct look){ i, 4, 4, false, true, false });
		check(&vm->halts.vcpus[1], 1, 2); /* still those */
	}
	/* Three seconds in which it did half of it. */
	vm = take(m, &(struct look){ 7, 7, 5.5, false, true, false });
	assert_near(vm->halts.vcpus[0].wakes_per_s, 50, 1e-6);
	assert_near(vm->halts.vcpus[0].system_pct, 6, 0.2);
	assert_near(vm->halts.vcpus[0].poll_of_system_pct, 25, 1);
	check_unknown(&vm->halts.all);
	/* Not wanted any more. */
	vm = take(m, &(struct look){ 8, -1, 8, false, true, false });
	assert_int_equal(vm->halts.count, 0);
	model_free(m);
}

/* The sums may come more often than each vCPU's, or alone. */
static void sums_stand_alone(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	take(m, &(struct look){ 1, 1, 1, true, false, false });
	vm = take(m, &(struct look){ 2, 2, 2, true, false, false });
	check(&vm->halts.all, HALT_ALL_VCPUS, 3);
	assert_int_equal(vm->halts.count, 0);
	/* Read by somebody else before. */
	vm = take(m, &(struct look){ 3, 1.5, 3, true, false, false });
	check_unknown(&vm->halts.all);
	/* Not to be read any more. */
	vm = take(m, &(struct look){ 4, -1, 4, true, false, false });
	check_unknown(&vm->halts.all);
	model_free(m);
}

/* What is unknown makes its own figures unknown, and no others. */
static void what_is_missing_is_unknown(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;
	const struct halt_row *all;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sample *s = sample_at(i);
		struct sample_counters *c = &add_vm(s, 10, "vm")->counters;

		c->time_ns = s->time_ns;
		c->halt_poll_success_ns = 0;
		c->halt_poll_fail_ns = 250000000ull * (uint64_t)i;
		model_update(m, s);
	}
	vm = m->vms[0];
	all = &vm->halts.all;
	assert_near(all->poll_pct, 25, 1e-6);
	assert_near(all->wait_pct, NAN, 0);
	assert_near(all->wakes_per_s, NAN, 0);
	assert_near(all->success_pct, NAN, 0);
	assert_near(all->system_pct, NAN, 0); /* no vCPU thread is to be seen */
	assert_near(all->poll_of_system_pct, NAN, 0);
	model_free(m);

	m = model_new();
	take(m, &(struct look){ 1, 1, 1, false, false, true });
	vm = take(m, &(struct look){ 2, 2, 2, false, false, true });
	assert_near(vm->halts.vcpus[0].poll_pct, 3, 1e-6);
	assert_near(vm->halts.vcpus[0].system_pct, NAN, 0);
	assert_near(vm->halts.vcpus[0].poll_of_system_pct, NAN, 0);
	/* It is known again with the next reading. */
	take(m, &(struct look){ 3, 3, 3, false, false, false });
	vm = take(m, &(struct look){ 4, 4, 4, false, false, false });
	check(&vm->halts.vcpus[0], 0, 1);
	model_free(m);
}

/* The two clocks are not one, and the ticks are coarse: it is never said to be more than all. */
static void the_share_of_system_time_has_an_end(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	take(m, &(struct look){ 1, 1, 1, false, false, false });
	vm = take(m, &(struct look){ 2, 2, 9, false, false, false });
	assert_near(vm->halts.vcpus[0].poll_pct, 24, 1e-6);
	assert_near(vm->halts.vcpus[0].poll_of_system_pct, 100, 0);
	model_free(m);
}

/* A guest that never halts was never polled for: no share of hits, and not 0 of them. */
static void without_polls_there_are_no_hits(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	take(m, &(struct look){ 1, 1, 1, false, false, false });
	vm = take(m, &(struct look){ 2, 2, 1, false, false, false });
	assert_near(vm->halts.vcpus[0].polls_per_s, 0, 0);
	assert_near(vm->halts.vcpus[0].success_pct, NAN, 0);
	assert_near(vm->halts.vcpus[0].poll_of_system_pct, 0, 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_vcpu_and_all_have_their_figures),
		cmocka_unit_test(figures_are_between_readings),
		cmocka_unit_test(sums_stand_alone),
		cmocka_unit_test(what_is_missing_is_unknown),
		cmocka_unit_test(the_share_of_system_time_has_an_end),
		cmocka_unit_test(without_polls_there_are_no_hits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
