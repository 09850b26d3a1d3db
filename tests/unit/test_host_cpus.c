/* host_cpus: each CPU by itself, as CPUs come and go. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/model.h"
#include "samples.h"

enum { END = -1, CPUS_MAX = 1024 };

/* A sample with these CPUs, each with the ticks that all CPUs then have, and number * times more user time. */
static struct sample *sample_of(
	double seconds, const int *numbers, struct sample_cpu ticks, uint64_t times)
{
	struct sample *s = sample_at(seconds);

	s->host.per_cpu = arena_array(&s->arena, CPUS_MAX, sizeof *s->host.per_cpu);
	for (size_t i = 0; numbers[i] != END; i++) {
		struct sample_cpu *cpu = &s->host.per_cpu[s->host.per_cpu_count++];

		*cpu = ticks;
		cpu->number = numbers[i];
		cpu->user_ticks += (uint64_t)numbers[i] * times;
		cpu->idle_ticks -= (uint64_t)numbers[i] * times;
	}
	return s;
}

static const struct sample_cpu start = { .user_ticks = 100,
	.nice_ticks = 100,
	.system_ticks = 100,
	.idle_ticks = 100000,
	.iowait_ticks = 100,
	.irq_ticks = 100,
	.softirq_ticks = 100,
	.steal_ticks = 100,
	.guest_ticks = 100 };

static void shares_add_up(void **state)
{
	static const int numbers[] = { 0, 3, END };
	struct sample_cpu later = start;
	struct model *m = model_new();

	(void)state;
	assert_int_equal(m->host.per_cpu_count, 0);
	later.user_ticks += 8;
	later.nice_ticks += 2;
	later.system_ticks += 12;
	later.irq_ticks += 1;
	later.softirq_ticks += 3;
	later.idle_ticks += 24;
	later.iowait_ticks += 4;
	later.steal_ticks += 6;
	later.guest_ticks += 20;
	model_update(m, sample_of(0, numbers, start, 0));
	assert_int_equal(m->host.per_cpu_count, 2);
	assert_int_equal(m->host.per_cpu[1].number, 3);
	assert_true(isnan(m->host.per_cpu[1].busy_pct));
	model_update(
		m, sample_of(0.8, numbers, later, 8)); /* 80 ticks; CPU 3: 24 more of user time */
	assert_near(m->host.per_cpu[0].guest_pct, 25, 1e-9);
	assert_near(m->host.per_cpu[0].user_pct, 12.5, 1e-9);
	assert_near(m->host.per_cpu[0].system_pct, 20, 1e-9);
	assert_near(m->host.per_cpu[0].idle_pct, 35, 1e-9);
	assert_near(m->host.per_cpu[0].iowait_pct, 5, 1e-9);
	assert_near(m->host.per_cpu[0].steal_pct, 7.5, 1e-9);
	assert_near(m->host.per_cpu[0].busy_pct, 65, 1e-9);
	assert_near(m->host.per_cpu[1].user_pct, 42.5, 1e-9);
	assert_near(m->host.per_cpu[1].idle_pct, 5, 1e-9);
	assert_near(m->host.per_cpu[1].busy_pct, 95, 1e-9);

	/* The same moment once more: no tick was counted, and nothing is known. */
	model_update(m, sample_of(2, numbers, later, 8));
	assert_true(isnan(m->host.per_cpu[0].busy_pct) && isnan(m->host.per_cpu[0].idle_pct));
	model_free(m);
}

/* Work between the kernel's ticks: it was not idle, and what it was the few ticks tell that saw some, or all of the life. */
static void work_that_no_tick_saw(void **state)
{
	static const int numbers[] = { 0, END };
	struct sample_cpu ticks = start;
	struct model *m = model_new();
	const struct host_cpu *cpu;

	(void)state;
	ticks.guest_ticks = 400;
	model_update(m, sample_of(1, numbers, ticks, 0));
	ticks.idle_ticks += 75;
	ticks.user_ticks += 1;
	ticks.system_ticks += 4;
	model_update(m, sample_of(2, numbers, ticks, 0));
	cpu = &m->host.per_cpu[0];
	assert_near(cpu->idle_pct, 75, 1e-9);
	assert_near(cpu->busy_pct, 25, 1e-9);
	assert_near(cpu->user_pct, 5, 1e-9);
	assert_near(cpu->system_pct, 20, 1e-9);
	assert_near(cpu->guest_pct, 0, 1e-9);
	/* 400 guest, 201 user, 304 system so far. */
	ticks.idle_ticks += 50;
	model_update(m, sample_of(3, numbers, ticks, 0));
	cpu = &m->host.per_cpu[0];
	assert_near(cpu->busy_pct, 50, 1e-9);
	assert_near(cpu->guest_pct, 50.0 * 400 / 905, 1e-9);
	assert_near(cpu->user_pct, 50.0 * 201 / 905, 1e-9);
	/* What rounding loses is no work. */
	ticks.idle_ticks += 97;
	model_update(m, sample_of(4, numbers, ticks, 0));
	cpu = &m->host.per_cpu[0];
	assert_near(cpu->idle_pct, 100, 1e-9);
	model_free(m);
}

/* By number, not by place: a CPU that has come is unknown at first, one that has gone is not there. */
static void cpus_come_and_go(void **state)
{
	static const int all[] = { 0, 1, 2, 3, END }, without[] = { 0, 2, 3, END };
	struct sample_cpu ticks = start;
	struct model *m = model_new();

	(void)state;
	model_update(m, sample_of(0, all, ticks, 0));
	ticks.idle_ticks += 100;
	model_update(m, sample_of(1, without, ticks, 10));
	assert_int_equal(m->host.per_cpu_count, 3);
	assert_int_equal(m->host.per_cpu[1].number, 2);
	assert_near(m->host.per_cpu[1].busy_pct, 20, 1e-9);
	assert_near(m->host.per_cpu[2].busy_pct, 30, 1e-9);
	ticks.idle_ticks += 100;
	model_update(m, sample_of(2, all, ticks, 20));
	assert_int_equal(m->host.per_cpu_count, 4);
	assert_int_equal(m->host.per_cpu[1].number, 1);
	assert_true(isnan(m->host.per_cpu[1].busy_pct) && isnan(m->host.per_cpu[1].guest_pct));
	assert_near(m->host.per_cpu[3].busy_pct, 30, 1e-9);
	ticks.idle_ticks += 100;
	model_update(m, sample_of(3, all, ticks, 30));
	assert_near(m->host.per_cpu[1].busy_pct, 10, 1e-9);
	model_free(m);
}

/* /proc/stat cut short, unreadable, and read again. */
static void what_is_not_read_is_unknown(void **state)
{
	static const int two[] = { 4, 5, END }, none[] = { END };
	struct sample_cpu ticks = start;
	struct sample *s = sample_of(1, two, ticks, 0);
	struct model *m = model_new();

	(void)state;
	s->host.per_cpu[1] = sample_cpu_unknown(5);
	model_update(m, sample_of(0, two, ticks, 0));
	for (size_t i = 0; i < 2; i++)
		s->host.per_cpu[i].idle_ticks += i ? 0 : 100;
	model_update(m, s);
	assert_near(m->host.per_cpu[0].idle_pct, 100, 1e-9);
	assert_true(isnan(m->host.per_cpu[1].idle_pct) && isnan(m->host.per_cpu[1].busy_pct));
	model_update(m, sample_of(2, none, ticks, 0));
	assert_int_equal(m->host.per_cpu_count, 0);
	model_update(m, sample_of(3, two, ticks, 0));
	assert_int_equal(m->host.per_cpu_count, 2);
	assert_true(isnan(m->host.per_cpu[0].idle_pct));
	model_free(m);
}

static void many_cpus(void **state)
{
	struct sample_cpu ticks = start;
	struct model *m = model_new();
	int numbers[CPUS_MAX + 1];

	(void)state;
	for (int i = 0; i < CPUS_MAX; i++)
		numbers[i] = i;
	numbers[CPUS_MAX] = END;
	model_update(m, sample_of(0, numbers, ticks, 0));
	ticks.idle_ticks += CPUS_MAX;
	model_update(m, sample_of(1, numbers, ticks, 1));
	assert_int_equal(m->host.per_cpu_count, CPUS_MAX);
	for (int i = 0; i < CPUS_MAX; i++)
		assert_near(m->host.per_cpu[i].busy_pct, 100.0 * i / CPUS_MAX, 1e-9);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_add_up),
		cmocka_unit_test(work_that_no_tick_saw),
		cmocka_unit_test(cpus_come_and_go),
		cmocka_unit_test(what_is_not_read_is_unknown),
		cmocka_unit_test(many_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
