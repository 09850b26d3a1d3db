#include "source/trace/trace_shed.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/tracefs/trace_instance.h"

/* While the time is cut, recording is on once a period, long enough to see most exits from their
 * begin to their end; a period is stretched for that, but not beyond what a second shows. */
#define PERIOD_MIN_NS (100 * NS_PER_MS)
#define PERIOD_MAX_NS (1000 * NS_PER_MS)
#define ON_WISHED_NS (5 * NS_PER_MS)

/* Where the loop came late to switch it off, the pause grows with it, up to this. */
#define PAUSE_MAX_NS (2 * NS_PER_S)

/* So near to always that switching is not worth it; the pauses must be longer than records take to be
 * read. */
#define DUTY_WHOLE 0.95

void trace_shed_init(struct trace_shed *s, struct trace_instance *instance, uint64_t now_ns)
{
	*s = (struct trace_shed){
		.instance = instance,
		.duty = 1,
		.on = true,
		.on_since_ns = now_ns,
		.edge_ns = UINT64_MAX,
	};
}

void trace_shed_fini(struct trace_shed *s)
{
	free(s->tids);
	s->tids = NULL;
	s->instance = NULL;
}

static void apply_details(struct trace_shed *s)
{
	const bool on = s->details_wanted && s->level < TRACING_SHED_DETAILS;

	if (on == s->details || s->has_no_details)
		return;
	s->has_no_details = !trace_instance_set_details(s->instance, on);
	s->details = on && !s->has_no_details;
}

void trace_shed_want_details(struct trace_shed *s, bool wanted)
{
	s->details_wanted = wanted;
	apply_details(s);
}

static void write_threads(struct trace_shed *s, bool filtered, uint64_t now_ns)
{
	const size_t count = filtered ? s->tid_count : 0;

	if (trace_instance_set_threads(s->instance, s->tids, count)) {
		s->cannot_filter = filtered;
		filtered = false;
	}
	s->filtered = filtered;
	s->cut_ns = now_ns;
}

static void apply_threads(struct trace_shed *s, uint64_t now_ns)
{
	const bool filtered = s->level >= TRACING_SHED_VMS && s->tid_count && !s->cannot_filter;

	if (filtered != s->filtered)
		write_threads(s, filtered, now_ns);
}

void trace_shed_select(
	struct trace_shed *s, pid_t pid, const pid_t *tids, size_t count, uint64_t now_ns)
{
	s->pid = pid;
	if (count == s->tid_count && (!count || !memcmp(tids, s->tids, count * sizeof *tids)))
		return;
	s->tids = mem_resize(s->tids, count ? count : 1, sizeof *s->tids);
	if (count)
		memcpy(s->tids, tids, count * sizeof *tids);
	s->tid_count = count;
	if (s->filtered)
		write_threads(s, count > 0, now_ns);
	else
		apply_threads(s, now_ns);
}

uint64_t trace_shed_on_ns(const struct trace_shed *s, uint64_t now_ns)
{
	return s->on_ns + (s->on && now_ns > s->on_since_ns ? now_ns - s->on_since_ns : 0);
}

static void set_recording(struct trace_shed *s, bool on, uint64_t now_ns)
{
	if (on == s->on || trace_instance_set_recording(s->instance, on))
		return;
	s->on_ns = trace_shed_on_ns(s, now_ns);
	s->on = on;
	s->on_since_ns = now_ns;
	s->cut_ns = now_ns;
}

static uint64_t on_length_ns(const struct trace_shed *s)
{
	double period_ns = (double)ON_WISHED_NS / s->duty;

	if (period_ns < (double)PERIOD_MIN_NS)
		period_ns = (double)PERIOD_MIN_NS;
	if (period_ns > (double)PERIOD_MAX_NS)
		period_ns = (double)PERIOD_MAX_NS;
	return (uint64_t)(period_ns * s->duty);
}

/* After being on for so long. */
static uint64_t pause_length_ns(const struct trace_shed *s, uint64_t on_ns)
{
	const double pause_ns = (double)on_ns * (1 - s->duty) / s->duty;

	return pause_ns < (double)PAUSE_MAX_NS ? (uint64_t)pause_ns : PAUSE_MAX_NS;
}

void trace_shed_set(struct trace_shed *s, enum tracing_shed level, double duty, uint64_t now_ns)
{
	const bool whole = level < TRACING_SHED_TIME || duty >= DUTY_WHOLE;

	s->level = level;
	s->duty = duty;
	apply_details(s);
	apply_threads(s, now_ns);
	if (whole) {
		set_recording(s, true, now_ns);
		s->edge_ns = UINT64_MAX;
	} else if (s->edge_ns == UINT64_MAX) {
		s->on_ns = trace_shed_on_ns(s, now_ns);
		s->on_since_ns = now_ns;
		s->edge_ns = now_ns + on_length_ns(s);
	}
}

uint64_t trace_shed_work(struct trace_shed *s, uint64_t now_ns)
{
	if (s->edge_ns == UINT64_MAX)
		return UINT64_MAX;
	if (now_ns >= s->edge_ns) {
		const uint64_t was_on_ns = now_ns - s->on_since_ns;

		set_recording(s, !s->on, now_ns);
		s->edge_ns = now_ns + (s->on ? on_length_ns(s) : pause_length_ns(s, was_on_ns));
	}
	return s->edge_ns > now_ns ? s->edge_ns - now_ns : 0;
}
