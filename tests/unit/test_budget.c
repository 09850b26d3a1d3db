/* budget: what is decided, on a made-up host where the cost of each level is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/clock.h"
#include "source/trace/budget.h"

/* Events a second while all of a level is traced; own CPU is rest_pct and what each event takes. */
struct host {
	double rate[TRACING_SHED__COUNT];
	double event_ns, rest_pct;
	bool useful[TRACING_SHED__COUNT];
};

struct world {
	struct budget budget;
	struct host host;
	double now_s, own_s, trace_s, events, on_s; /* totals */
	double spent_events;                        /* since the last look */
	int changes;                                /* of the level */
};

static const struct budget_limits limits = { .cpu_pct = 5, .events_per_s = 200000 };

static void set_up(struct world *w, struct host host)
{
	*w = (struct world){ .host = host };
	w->host.useful[TRACING_SHED_NOTHING] = true;
	w->host.useful[TRACING_SHED_TIME] = true;
	budget_init(&w->budget, &limits);
}

static struct budget_usage usage(const struct world *w)
{
	return (struct budget_usage){
		.time_ns = (uint64_t)((1000 + w->now_s) * 1e9),
		.own_cpu_ns = (uint64_t)(w->own_s * 1e9),
		.trace_cpu_ns = (uint64_t)(w->trace_s * 1e9),
		.events = (uint64_t)w->events,
		.on_ns = (uint64_t)(w->on_s * 1e9),
	};
}

/* Lets the host run for so long, in steps of 50 ms as the loop takes them. */
static void run(struct world *w, double seconds)
{
	const double step_s = 0.05, end_s = w->now_s + seconds - step_s / 2;

	while (w->now_s < end_s) {
		struct budget *b = &w->budget;
		const enum tracing_shed level = b->level;
		const double duty = level == TRACING_SHED_TIME ? b->duty : 1;
		const double events = w->host.rate[level] * duty * step_s;
		struct budget_usage now;

		w->now_s += step_s;
		w->on_s += step_s * duty;
		w->events += events;
		w->spent_events += events;
		w->trace_s += events * w->host.event_ns / 1e9;
		w->own_s += events * w->host.event_ns / 1e9 + w->host.rest_pct / 100 * step_s;
		now = usage(w);
		if (!b->measuring)
			budget_start(b, &now);
		else
			budget_update(b, &now, w->host.useful);
		w->changes += b->level != level;
	}
}

/* Where a steady host ends, each level a step taken by itself. */
static void sheds_no_more_than_it_must(void **state)
{
	static const struct {
		const char *what;
		struct host host;
		enum tracing_shed level;
		double duty;
	} cases[] = {
		{ "nothing happens", { .rate = { 0 } }, TRACING_SHED_NOTHING, 1 },
		{ "just within the rate",
			{ .rate = { 199000, 100000, 100000, 100000 }, .event_ns = 30 },
			TRACING_SHED_NOTHING, 1 },
		{ "details are too much",
			{ .rate = { 300000, 150000, 100000, 100000 },
				.event_ns = 30,
				.useful = { [TRACING_SHED_DETAILS] = true,
					[TRACING_SHED_VMS] = true } },
			TRACING_SHED_DETAILS, 1 },
		{ "other VMs are too much",
			{ .rate = { 900000, 500000, 150000, 150000 },
				.event_ns = 30,
				.useful = { [TRACING_SHED_DETAILS] = true,
					[TRACING_SHED_VMS] = true } },
			TRACING_SHED_VMS, 1 },
		{ "no details are traced that could be left out",
			{ .rate = { 900000, 900000, 150000, 150000 },
				.event_ns = 30,
				.useful = { [TRACING_SHED_VMS] = true } },
			TRACING_SHED_VMS, 1 },
		{ "one VM alone is too much",
			{ .rate = { 900000, 900000, 900000, 800000 },
				.event_ns = 30,
				.useful = { [TRACING_SHED_DETAILS] = true,
					[TRACING_SHED_VMS] = true } },
			TRACING_SHED_TIME, 0.225 },
		{ "there is only one VM, and no details",
			{ .rate = { 800000, 800000, 800000, 800000 }, .event_ns = 30 },
			TRACING_SHED_TIME, 0.225 },
		{ "a rate no share of the time is small enough for",
			{ .rate = { 1e9, 1e9, 1e9, 1e9 }, .event_ns = 0.1 }, TRACING_SHED_TIME,
			BUDGET_DUTY_MIN },
		{ "CPU, not events: 100,000 events of 1 us are 10 %",
			{ .rate = { 100000, 100000, 100000, 100000 }, .event_ns = 1000 },
			TRACING_SHED_TIME, 0.45 },
		{ "the rest of kvmtop takes more than the budget, events few",
			{ .rate = { 500, 500, 500, 500 }, .event_ns = 30, .rest_pct = 20 },
			TRACING_SHED_NOTHING, 1 },
		{ "the rest of kvmtop takes it, and events take as good as nothing of it",
			{ .rate = { 100000, 100000, 100000, 100000 },
				.event_ns = 100,
				.rest_pct = 20 },
			TRACING_SHED_NOTHING, 1 },
		{ "the screen takes half of the budget, events the other half and more",
			{ .rate = { 100000, 50000, 50000, 50000 },
				.event_ns = 400,
				.rest_pct = 2.5,
				.useful = { [TRACING_SHED_DETAILS] = true } },
			TRACING_SHED_DETAILS, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;

		set_up(&w, cases[i].host);
		run(&w, 9);
		if (w.budget.level != cases[i].level)
			fail_msg("%s: level %d, not %d", cases[i].what, (int)w.budget.level,
				(int)cases[i].level);
		if (w.budget.level == TRACING_SHED_TIME &&
			(w.budget.duty < cases[i].duty * 0.98 ||
				w.budget.duty > cases[i].duty * 1.02))
			fail_msg(
				"%s: duty %g, not %g", cases[i].what, w.budget.duty, cases[i].duty);
	}
}

static const struct host storm = {
	.rate = { 4e6, 2e6, 2e6, 2e6 },
	.event_ns = 30,
	.useful = { [TRACING_SHED_DETAILS] = true, [TRACING_SHED_VMS] = true },
};

static const struct host calm = {
	.rate = { 20000, 10000, 5000, 5000 },
	.event_ns = 30,
	.useful = { [TRACING_SHED_DETAILS] = true, [TRACING_SHED_VMS] = true },
};

static void a_storm_is_met_within_two_seconds_and_kept_within_the_budget(void **state)
{
	struct world w;

	(void)state;
	set_up(&w, storm);
	run(&w, 2);
	assert_int_equal(w.budget.level, TRACING_SHED_TIME);
	w.spent_events = 0;
	run(&w, 600);
	assert_true(w.spent_events <= 600 * limits.events_per_s);
	assert_true(w.spent_events >= 600 * limits.events_per_s * 0.8);
	assert_int_equal(w.changes, 3); /* a full second of it is known not to fit: no trial */
}

/* A guest that works every fifth span: what it does on the whole counts. */
static void bursts_are_kept_within_the_budget_on_the_whole(void **state)
{
	struct world w;

	(void)state;
	set_up(&w, storm);
	run(&w, 5);
	w.spent_events = 0;
	for (int i = 0; i < 1000; i++) {
		w.host.rate[TRACING_SHED_TIME] = w.host.rate[TRACING_SHED_VMS] =
			i % 5 ? 100000 : 8e6;
		run(&w, 0.5);
	}
	assert_int_equal(w.budget.level, TRACING_SHED_TIME);
	assert_true(w.spent_events <= 500 * limits.events_per_s);
	assert_true(w.spent_events >= 500 * limits.events_per_s * 0.3);
}

static void all_is_traced_again_soon_after_a_storm(void **state)
{
	struct world w;

	(void)state;
	set_up(&w, storm);
	run(&w, 60);
	for (int i = 0; i < TRACING_SHED__COUNT; i++)
		w.host.rate[i] = calm.rate[i];
	run(&w, 7.5);
	assert_int_equal(w.budget.level, TRACING_SHED_VMS); /* as measured, without a wait */
	run(&w, 10);
	assert_true(w.budget.level < TRACING_SHED_VMS);
	run(&w, 10);
	assert_int_equal(w.budget.level, TRACING_SHED_NOTHING);
}

/* What the others would add is not known: it is tried, and less often each time. */
static void trials_become_rare(void **state)
{
	struct world w;
	double over_s = 0;

	(void)state;
	set_up(&w, (struct host){ .rate = { 4e6, 4e6, 1000, 1000 },
			   .event_ns = 30,
			   .useful = { [TRACING_SHED_VMS] = true } });
	run(&w, 12.5);
	assert_int_equal(w.changes, 3); /* up, down after 10 s, up again */
	assert_int_equal(w.budget.level, TRACING_SHED_VMS);
	w.changes = 0;
	run(&w, 18);
	assert_int_equal(w.changes, 0); /* 20 s now */
	run(&w, 3600);
	/* 20 + 40 + 80 + 160 + 300 s and from there on 300 s each */
	assert_in_range(w.changes, 2 * 12, 2 * 18);
	w.spent_events = 0;
	run(&w, 3600);
	over_s = w.spent_events / 4e6;
	assert_true(over_s < 3600 * 0.003);
	/* Another VM is another case. */
	budget_forget(&w.budget);
	w.changes = 0;
	run(&w, 12);
	assert_in_range(w.changes, 1, 4);
}

static void a_little_over_is_met_when_it_stays(void **state)
{
	struct world w;

	(void)state;
	set_up(&w, (struct host){ .rate = { 210000, 100000, 100000, 100000 },
			   .event_ns = 30,
			   .useful = { [TRACING_SHED_DETAILS] = true } });
	run(&w, 1.5);
	assert_int_equal(w.budget.level, TRACING_SHED_NOTHING);
	run(&w, 2);
	assert_int_equal(w.budget.level, TRACING_SHED_DETAILS);
}

static void a_level_that_leaves_out_nothing_is_left(void **state)
{
	struct world w;

	(void)state;
	set_up(&w, storm);
	w.host.rate[TRACING_SHED_VMS] = w.host.rate[TRACING_SHED_TIME] = 100000;
	run(&w, 2);
	assert_int_equal(w.budget.level, TRACING_SHED_VMS);
	/* The other VMs have ended. */
	w.host.useful[TRACING_SHED_VMS] = false;
	w.host.rate[TRACING_SHED_NOTHING] = w.host.rate[TRACING_SHED_DETAILS] = 100000;
	run(&w, 0.6);
	assert_int_equal(w.budget.level, TRACING_SHED_DETAILS);
	/* Nobody looks at details any more. */
	w.host.useful[TRACING_SHED_DETAILS] = false;
	run(&w, 0.6);
	assert_int_equal(w.budget.level, TRACING_SHED_NOTHING);
}

/* A window is not judged before its time, nor when nothing was recorded in it. */
static void waits_until_there_is_something_to_judge(void **state)
{
	const bool useful[TRACING_SHED__COUNT] = { true, true, true, true };
	struct budget_usage now = { .time_ns = NS_PER_S };
	struct budget b;

	(void)state;
	budget_init(&b, &limits);
	now.events = 1000000;
	assert_false(budget_update(&b, &now, useful)); /* not begun */
	budget_start(&b, &now);
	now.time_ns += 400 * NS_PER_MS;
	now.on_ns += 400 * NS_PER_MS;
	now.events += 1000000;
	assert_false(budget_update(&b, &now, useful));
	now.time_ns += 100 * NS_PER_MS;
	now.on_ns += 100 * NS_PER_MS;
	assert_true(budget_update(&b, &now, useful));
	assert_int_equal(b.level, TRACING_SHED_DETAILS);
	now.time_ns += NS_PER_S;
	now.events += 1000000;
	assert_false(budget_update(&b, &now, useful)); /* not in force yet */
	budget_start(&b, &now);
	now.time_ns += NS_PER_S;
	assert_false(budget_update(&b, &now, useful)); /* recording was off all the time */
	assert_int_equal(b.level, TRACING_SHED_DETAILS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sheds_no_more_than_it_must),
		cmocka_unit_test(a_storm_is_met_within_two_seconds_and_kept_within_the_budget),
		cmocka_unit_test(bursts_are_kept_within_the_budget_on_the_whole),
		cmocka_unit_test(all_is_traced_again_soon_after_a_storm),
		cmocka_unit_test(trials_become_rare),
		cmocka_unit_test(a_little_over_is_met_when_it_stays),
		cmocka_unit_test(a_level_that_leaves_out_nothing_is_left),
		cmocka_unit_test(waits_until_there_is_something_to_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
