#include "source/trace/budget.h"

#include <math.h>

#include "core/clock.h"

/* What is measured over less time is noise. */
#define WINDOW_NS (500 * NS_PER_MS)

/* Clearly over the budget: act at once. A little over: when it stays so. */
#define OVER_CLEARLY 1.2
#define OVER_WINDOWS 4

/* A lower level is tried after this time, which doubles each time that fails: when within
 * PROVEN_NS the budget is exceeded again. */
#define HOLD_MIN_NS (10 * NS_PER_S)
#define HOLD_MAX_NS (300 * NS_PER_S)
#define PROVEN_NS (10 * NS_PER_S)

/* A lower level clearly fits when the load is below this for a part of the hold: while the time is
 * cut, the load of full time is measured; details make two or three times as many events. */
#define FITS_TIME 0.7
#define FITS_DETAILS 0.3
#define FITS_HOLD_PART 5

/* Duty aims a little below the budget, and changes by no more than this factor at a time. A span may
 * see a guest's burst or miss it: a higher load is believed at once, a lower one over so many windows. */
#define AIM 0.9
#define LOAD_WINDOWS 4
#define DUTY_STEP 4.0

/* However much reads of empty buffers cost: an event does not cost more. Shedding events saves
 * nothing where there are only a few. */
#define EVENT_CPU_MAX_NS 10000.0

/* What is left of the CPU budget for events, however much the rest of kvmtop uses. */
#define EVENTS_PART_MIN 0.25

/* The screen's work comes in bursts: its share is a mean over about so many windows. */
#define REST_WINDOWS 8

void budget_init(struct budget *b, const struct budget_limits *limits)
{
	*b = (struct budget){
		.limits = *limits,
		.duty = BUDGET_DUTY_MAX,
		.hold_ns = HOLD_MIN_NS,
	};
}

void budget_start(struct budget *b, const struct budget_usage *now)
{
	b->start = *now;
	b->measuring = true;
}

void budget_forget(struct budget *b)
{
	b->hold_ns = HOLD_MIN_NS;
}

/* At TRACING_SHED_TIME the reads around its short spans would be booked on few events; there the cost
 * is taken over from the level before. */
static void learn_event_cost(struct budget *b, double events, double trace_cpu_ns)
{
	if (b->level != TRACING_SHED_TIME && events > 0)
		b->event_cpu_ns = fmin(trace_cpu_ns / events, EVENT_CPU_MAX_NS);
}

/* How much of the budget the window's events would have used, had they been traced all the time:
 * 1 is all of it. Ends the window. */
static double take_load(struct budget *b, const struct budget_usage *now)
{
	const double wall_ns = (double)(now->time_ns - b->start.time_ns);
	const double on_ns = (double)(now->on_ns - b->start.on_ns);
	const double own_ns = (double)(now->own_cpu_ns - b->start.own_cpu_ns);
	const double events = (double)(now->events - b->start.events);
	const double rate = events * (double)NS_PER_S / wall_ns;
	double events_pct, left_pct, load;

	learn_event_cost(b, events, (double)(now->trace_cpu_ns - b->start.trace_cpu_ns));
	events_pct = 100 * events * b->event_cpu_ns / wall_ns;
	b->rest_pct += (fmax(100 * own_ns / wall_ns - events_pct, 0) - b->rest_pct) / REST_WINDOWS;
	left_pct = fmax(b->limits.cpu_pct - b->rest_pct, b->limits.cpu_pct * EVENTS_PART_MIN);
	b->start = *now;
	load = fmax(rate / b->limits.events_per_s, events_pct / left_pct) * wall_ns / on_ns;
	if (b->level == TRACING_SHED_TIME && load < b->load)
		load = b->load + (load - b->load) / LOAD_WINDOWS;
	b->load = load;
	return load;
}

static void set_level(struct budget *b, enum tracing_shed level, uint64_t now_ns)
{
	b->level = level;
	b->level_since_ns = now_ns;
	b->fits_since_ns = 0;
	b->over_windows = 0;
	b->trying = false;
	b->measuring = false;
}

static enum tracing_shed higher(const struct budget *b, const bool useful[TRACING_SHED__COUNT])
{
	enum tracing_shed level = b->level + 1;

	while (level < TRACING_SHED_TIME && !useful[level])
		level++;
	return level;
}

static enum tracing_shed lower(const struct budget *b, const bool useful[TRACING_SHED__COUNT])
{
	enum tracing_shed level = b->level - 1;

	while (level > TRACING_SHED_NOTHING && !useful[level])
		level--;
	return level;
}

static bool must_shed(struct budget *b, double load)
{
	b->over_windows = load > 1 ? b->over_windows + 1 : 0;
	return b->level < TRACING_SHED_TIME &&
	       (load > OVER_CLEARLY || b->over_windows >= OVER_WINDOWS);
}

static void shed_more(struct budget *b, uint64_t now_ns, const bool useful[TRACING_SHED__COUNT])
{
	const bool failed = b->trying && now_ns - b->level_since_ns < PROVEN_NS;

	if (!failed)
		b->hold_ns = HOLD_MIN_NS;
	else
		b->hold_ns = b->hold_ns * 2 < HOLD_MAX_NS ? b->hold_ns * 2 : HOLD_MAX_NS;
	set_level(b, higher(b, useful), now_ns);
}

/* What the VMs that are not traced would add is not known, so that is only ever tried. What cutting
 * the time saves is known: while full time would not fit, it need not be tried. */
static bool may_shed_less(struct budget *b, double load, uint64_t now_ns)
{
	const bool fits = (b->level == TRACING_SHED_TIME && load < FITS_TIME) ||
			  (b->level == TRACING_SHED_DETAILS && load < FITS_DETAILS);

	if (b->level == TRACING_SHED_NOTHING)
		return false;
	if (!fits)
		b->fits_since_ns = 0;
	else if (!b->fits_since_ns)
		b->fits_since_ns = now_ns;
	if (fits && now_ns - b->fits_since_ns >= b->hold_ns / FITS_HOLD_PART)
		return true;
	return load < 1 && now_ns - b->level_since_ns >= b->hold_ns;
}

static bool set_duty(struct budget *b, double duty, double least, double most)
{
	const double before = b->duty;

	b->duty = fmin(fmax(duty, fmax(least, BUDGET_DUTY_MIN)), fmin(most, BUDGET_DUTY_MAX));
	return fabs(b->duty - before) > 0;
}

bool budget_update(
	struct budget *b, const struct budget_usage *now, const bool useful[TRACING_SHED__COUNT])
{
	double load;

	if (!b->measuring || now->time_ns - b->start.time_ns < WINDOW_NS ||
		now->on_ns == b->start.on_ns)
		return false;
	load = take_load(b, now);
	if (b->level != TRACING_SHED_NOTHING && !useful[b->level]) {
		set_level(b, lower(b, useful), now->time_ns);
		return true;
	}
	if (must_shed(b, load)) {
		shed_more(b, now->time_ns, useful);
		if (b->level == TRACING_SHED_TIME)
			set_duty(b, AIM / load, BUDGET_DUTY_MIN, BUDGET_DUTY_MAX);
		return true;
	}
	if (may_shed_less(b, load, now->time_ns)) {
		set_level(b, lower(b, useful), now->time_ns);
		b->trying = true;
		return true;
	}
	if (b->level == TRACING_SHED_TIME)
		return set_duty(b, load > 0 ? AIM / load : BUDGET_DUTY_MAX, b->duty / DUTY_STEP,
			b->duty * DUTY_STEP);
	return false;
}
