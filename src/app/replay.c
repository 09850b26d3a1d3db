#include "app/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "source/replay/replay.h"

/* Ticks to be played before one that is shown: rules look at VM_EVIDENCE_S seconds, in slots of an eighth of that, and
 * the first tick has no rates. */
enum { WARM_TICKS_MIN = 4, WARM_TICKS_MAX = 64 };

static struct source *tape_of(const struct app *a)
{
	return a->sources[APP_TAPE];
}

static uint64_t warm_ticks(const struct app *a)
{
	const double step_s = replay_interval_s(tape_of(a));
	const double evidence_s = VM_EVIDENCE_S * (1 + 1.0 / VM_RECENT);
	const double ticks = evidence_s / (step_s > 0 ? step_s : 1) + 1;

	if (ticks < WARM_TICKS_MIN)
		return WARM_TICKS_MIN;
	return ticks < WARM_TICKS_MAX ? (uint64_t)ticks : WARM_TICKS_MAX;
}

/* What was learned of the time shown so far is not true of another one. */
static void forget(struct app *a)
{
	struct model *fresh = model_new();

	fresh->baselines = a->model->baselines;
	a->model->baselines = (struct baselines){ 0 };
	findings_fini(&a->findings);
	a->findings = (struct findings){ 0 };
	model_free(a->model);
	a->model = fresh;
}

void replay_go_to_tick(struct app *a, uint64_t tick)
{
	struct source *tape = tape_of(a);
	const uint64_t warm = warm_ticks(a);

	if (replay_seek(tape, tick > warm ? tick - warm : 0)) {
		replay_go_to_time(a, UINT64_MAX);
		return;
	}
	forget(a);
	do
		app_pass(a);
	while (!replay_is_over(tape) && replay_next_tick(tape) <= tick);
	app_ask_rules(a);
}

void replay_go_to_time(struct app *a, uint64_t real_ns)
{
	replay_go_to_tick(a, replay_find(tape_of(a), real_ns, a->model->recording.tick));
}

/* A time of day is of the day the recording begins, or of the next one where it would be before that. */
static uint64_t on_its_day(const struct model *m, struct tm time_of_day)
{
	const time_t start = (time_t)(m->recording.start_real_ns / NS_PER_S);
	struct tm day;
	time_t then;

	if (!localtime_r(&start, &day))
		return 0;
	time_of_day.tm_year = day.tm_year;
	time_of_day.tm_mon = day.tm_mon;
	time_of_day.tm_mday = day.tm_mday;
	time_of_day.tm_isdst = -1;
	then = mktime(&time_of_day);
	if (then + 60 <= start) { /* the minute it begins in is not before it */
		time_of_day.tm_mday++;
		time_of_day.tm_isdst = -1;
		then = mktime(&time_of_day);
	}
	return (uint64_t)then * NS_PER_S;
}

bool replay_parse(const struct model *m, const char *text, uint64_t *tick, uint64_t *real_ns)
{
	static const char *const forms[] = { "%H:%M:%S", "%H:%M", "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M" };
	const bool relative = text[0] == '+' || text[0] == '-';
	char *end;

	*tick = UINT64_MAX;
	if (relative || text[0] == '#') {
		const char *digits = text + 1;
		const double number = strtod(digits, &end);

		if (digits[strspn(digits, "0123456789.")] || end == digits || *end || number > 1e9)
			return false;
		if (!relative)
			*tick = (uint64_t)number;
		else if (text[0] == '+')
			*real_ns = m->real_ns + (uint64_t)(number * (double)NS_PER_S);
		else
			*real_ns = (double)m->real_ns > number * (double)NS_PER_S
					   ? m->real_ns - (uint64_t)(number * (double)NS_PER_S)
					   : 0;
		return true;
	}
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm t = { .tm_isdst = -1 };
		const char *rest = strptime(text, forms[i], &t);

		if (!rest || *rest)
			continue;
		*real_ns = i < 2 ? on_its_day(m, t) : (uint64_t)mktime(&t) * NS_PER_S;
		return true;
	}
	return false;
}

/* Where the user typed he wants to go. */
static bool go_to(struct app *a, struct ui *ui)
{
	uint64_t tick, real_ns;

	if (!replay_parse(a->model, ui->replay.go_to, &tick, &real_ns)) {
		ui_say(ui, "\"%s\" is no time: type 14:07, 14:07:31, +90, -30 or #40",
			ui->replay.go_to);
		return false;
	}
	if (tick != UINT64_MAX)
		replay_go_to_tick(a, tick);
	else
		replay_go_to_time(a, real_ns);
	return true;
}

/* by: ticks on or back. */
static void step(struct app *a, long by)
{
	const uint64_t here = a->model->recording.tick;

	if (by == 1 && !replay_is_over(tape_of(a)))
		app_tick(a);
	else if (by != 1)
		replay_go_to_tick(a, by < 0 && (uint64_t)-by > here ? 0 : here + (uint64_t)by);
}

bool replay_step(struct app *a, struct ui *ui)
{
	const long ticks = ui->replay.ticks, seconds = ui->replay.seconds;
	const bool wanted = ui->replay.wanted;
	const uint64_t by_ns = (uint64_t)labs(seconds) * NS_PER_S;
	bool moved = ticks || seconds;

	ui->replay.ticks = ui->replay.seconds = 0;
	ui->replay.wanted = false;
	if (!a->model->updates)
		return false;
	if (ticks)
		step(a, ticks);
	if (seconds)
		replay_go_to_time(a, seconds > 0                 ? a->model->real_ns + by_ns
				     : a->model->real_ns > by_ns ? a->model->real_ns - by_ns
								 : 0);
	if (wanted)
		moved |= go_to(a, ui);
	return moved;
}
