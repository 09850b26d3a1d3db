#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/changes.h"
#include "app/demo.h"
#include "app/open_changes.h"
#include "app/preferences.h"
#include "app/proof.h"
#include "app/proven.h"
#include "app/remedy_out.h"
#include "app/replay.h"
#include "core/clock.h"
#include "core/text.h"
#include "model/off.h"
#include "source/replay/replay.h"
#include "view/pointer.h"
#include "view/view.h"
#include "view/views.h"

/* After the first look the first rates come soon, as in top; then the interval is the user's. */
#define FIRST_INTERVAL_NS (300 * NS_PER_MS)

/* Bytes of what libraries said that can be looked at; all of it is printed at the end. */
enum { MESSAGES_MAX = 32768 };

struct screen {
	struct app *app;
	struct term *term;
	struct ui ui;
	enum stale stale;
	struct changes changes;
	struct proven proven;
	const struct domain_set
		*judged_by; /* the domains that open changes were held against; only compared */
	char *messages;     /* while they are shown */
	struct preferences preferences;
};

/* Time to the next tick. An empty screen waits for a VM, which shall not have to wait for us. */
static uint64_t interval_ns(const struct screen *s)
{
	const uint64_t chosen = (uint64_t)(s->ui.settings.interval_s * (double)NS_PER_S);

	return s->app->model->vm_count || chosen < NS_PER_S ? chosen : NS_PER_S;
}

static void mark(struct screen *s, enum stale stale)
{
	if (stale > s->stale)
		s->stale = stale;
}

static void take_signals(struct screen *s)
{
	int signo;

	while ((signo = signals_next(&s->app->signals))) {
		switch (signo) {
		case SIGWINCH:
			term_resize(s->term);
			mark(s, STALE_PAINT);
			break;
		case SIGTSTP:
			term_suspend(s->term);
			signals_stop();
			term_resume(s->term);
			mark(s, STALE_PAINT);
			break;
		case SIGCONT:
			/* Stopped by another's SIGSTOP: the shell has painted over the screen. */
			term_redraw(s->term);
			mark(s, STALE_PAINT);
			break;
		default:
			s->app->ended_by = signo;
			s->ui.quit = true;
		}
	}
}

static bool take_baseline(struct screen *s, struct vm_id id, bool aloud)
{
	struct app *a = s->app;
	char say[STATE_WHY_MAX];

	const bool taken = proof_take(
		a->model, &a->findings, model_find(a->model, id), a->folder, say, sizeof say);

	if (aloud)
		ui_say(&s->ui, "%s", say);
	return taken;
}

static void drop_baseline(struct screen *s)
{
	const struct app *a = s->app;
	char say[STATE_WHY_MAX];

	proof_drop(a->model, model_find(a->model, s->ui.selected), a->folder, say, sizeof say);
	ui_say(&s->ui, "%s", say);
}

/* A change that ends while its window is closed says so below. */
static void step_change(struct screen *s)
{
	const struct change *c = &s->ui.change;

	if (!changes_step(&s->changes, &s->ui.change, s->app->model, s->app->options->uri,
		    s->app->folder, s->app->folder_why))
		return;
	/* What it is to be held against is gone with the guest's next start. */
	if (c->state == CHANGE_DONE && c->task == CHANGE_APPLY)
		s->ui.change.has_baseline = take_baseline(s, c->vm, false);
	if (c->state == CHANGE_DONE && !s->app->options->pid_count) {
		open_changes_read(s->app->model, s->app->folder);
		app_ask_rules(s->app);
	}
	if (c->message && s->ui.popup != POPUP_CHANGE)
		ui_say(&s->ui, "%s", c->message);
	mark(s, STALE_PAINT);
}

/* Who chooses processes wants no VM that is none. */
static void list_off(struct screen *s)
{
	struct app *a = s->app;
	const bool all = s->ui.settings.off && !a->options->pid_count;

	if (a->model->off.wants_all == all)
		return;
	off_list_all(a->model, all);
	app_ask_rules(a);
	mark(s, STALE_SORT);
}

/* What is played comes when it came then, and behind its end there is nothing to look at. */
static void look_again_in(struct screen *s, uint64_t wait_ns)
{
	if (!s->app->options->replay)
		s->app->next_tick_ns = clock_mono_ns() + wait_ns;
}

static void take_keys(struct screen *s)
{
	const bool details = ui_wants_details(&s->ui);
	int key;

	while (!s->ui.quit && (key = term_key(s->term)) != TERM_KEY_NONE) {
		const double before_s = s->ui.settings.interval_s;
		enum action action = ui_action(&s->ui, key);

		if (key == TERM_KEY_HANGUP) {
			s->app->ended_by = SIGHUP;
			s->ui.quit = true;
			return;
		}
		if (key == TERM_KEY_MOUSE)
			mark(s, pointer_act(&s->ui, term_mouse(s->term), s->app->model,
					&s->app->findings, &action));
		if (action == ACTION_NONE)
			mark(s, ui_type(&s->ui, key));
		if (action == ACTION_REDRAW)
			term_redraw(s->term);
		mark(s, ui_act(&s->ui, action, s->app->model, &s->app->findings));
		if (action == ACTION_COPY)
			remedy_out_copy(&s->ui, s->term, s->app->model, &s->app->findings);
		else if (action == ACTION_WRITE_PATCH)
			remedy_out_write(&s->ui, s->app->model, &s->app->findings);
		if (action == ACTION_BASELINE)
			take_baseline(s, s->ui.selected, true);
		else if (action == ACTION_DROP_BASELINE)
			drop_baseline(s);
		step_change(s);
		preferences_step(&s->preferences, &s->ui, s->term);
		list_off(s);
		if (s->ui.settings.interval_s != before_s)
			look_again_in(s, interval_ns(s));
	}
	/* They are traced from a tick on, so let there be one at once. */
	if (!details && ui_wants_details(&s->ui))
		look_again_in(s, 0);
}

/* What only the view that is shown needs is opened by it, and closed with it. */
static void want(struct screen *s)
{
	if (app_want(s->app, views[s->ui.view]->wants | ui_wants(&s->ui), s->ui.selected))
		look_again_in(s, 0);
}

/* Waits for the first of: a key, a signal, work or a tick that is due, the terminal taking a frame. */
static void wait_for_something(struct screen *s, bool *may_paint)
{
	const uint64_t now = clock_mono_ns();
	const uint64_t tick =
		s->ui.paused || s->app->options->recording ? UINT64_MAX : s->app->next_tick_ns;
	const uint64_t next = tick < s->app->next_work_ns ? tick : s->app->next_work_ns;
	const uint64_t left = next > now ? next - now : 0;
	const struct timespec timeout = {
		.tv_sec = (time_t)(left / NS_PER_S),
		.tv_nsec = (long)(left % NS_PER_S),
	};
	struct pollfd fds[] = {
		{ .fd = s->app->signals.fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = s->stale || !term_ready(s->term) ? STDOUT_FILENO : -1, .events = POLLOUT },
		{ .fd = changes_fd(&s->changes), .events = POLLIN },
		{ .fd = app_work_descriptor(s->app), .events = POLLIN },
	};

	*may_paint = false;
	if (ppoll(fds, 5, next == UINT64_MAX ? NULL : &timeout, NULL) < 0)
		return;
	if (fds[0].revents)
		take_signals(s);
	if (fds[1].revents)
		take_keys(s);
	if (fds[2].revents & POLLOUT) {
		term_send_more(s->term);
		*may_paint = term_ready(s->term);
	}
	if (fds[3].revents)
		step_change(s);
	if (fds[4].revents)
		app_work_early(s->app);
}

static void paint(struct screen *s)
{
	free(s->messages);
	s->messages =
		s->ui.popup == POPUP_MESSAGES ? guard_caught(&s->app->guard, MESSAGES_MAX) : NULL;
	s->ui.messages = s->messages;
	view_paint(s->term, s->app->model, &s->app->findings, &s->ui);
	s->stale = STALE_NOTHING;
}

/* What of the user's files cannot be read. */
static void say_trouble(struct screen *s)
{
	const char *settings = preferences_trouble(&s->preferences);
	const char *baselines = s->app->baselines_why;

	ui_say(&s->ui, "%s%s%s", settings, *settings && *baselines ? "; " : "", baselines);
}

/* Reads on between keys; at the end the whole is shown and stands still. */
static void loop_recording(struct screen *s)
{
	struct app *a = s->app;
	char file[128], reading[sizeof s->ui.message];

	text_clean(file, sizeof file, a->options->recording);
	snprintf(reading, sizeof reading, "Reading %s ...", file);
	ui_say(&s->ui, "%s", reading);
	paint(s);
	while (!s->ui.quit) {
		bool may_paint;

		wait_for_something(s, &may_paint);
		if (may_paint && s->stale && !s->ui.quit)
			paint(s);
		if (a->next_work_ns == UINT64_MAX)
			continue;
		app_work(a);
		if (a->next_work_ns != UINT64_MAX)
			continue;
		app_tick(a);
		app_tick(a);
		/* What the user was told since then he is to read. */
		if (!strcmp(s->ui.message, reading))
			say_trouble(s);
		mark(s, STALE_SAMPLE);
	}
}

/* After a jump the next tick is as far away as it was. */
static void go_about(struct screen *s)
{
	struct app *a = s->app;
	const double speed = s->ui.replay.speed;

	if (!replay_step(a, &s->ui))
		return;
	mark(s, STALE_SAMPLE);
	a->next_tick_ns =
		replay_is_over(a->sources[APP_TAPE])
			? UINT64_MAX
			: clock_mono_ns() +
				  (uint64_t)((double)replay_wait_ns(a->sources[APP_TAPE]) / speed);
}

/* The next tick comes when it came then; after the last one there is none. */
static void play_tick(struct screen *s)
{
	struct app *a = s->app;
	const uint64_t now = clock_mono_ns();
	uint64_t wait_ns;

	app_tick(a);
	mark(s, STALE_SAMPLE);
	wait_ns = (uint64_t)((double)replay_wait_ns(a->sources[APP_TAPE]) / s->ui.replay.speed);
	a->next_tick_ns = (now > a->next_tick_ns + wait_ns ? now : a->next_tick_ns) + wait_ns;
	if (replay_is_over(a->sources[APP_TAPE]))
		a->next_tick_ns = UINT64_MAX;
}

static void loop_tape(struct screen *s)
{
	struct app *a = s->app;
	long ticks = -1; /* the first one is what the first interval starts from */

	s->ui.replay.on = true;
	s->ui.replay.about = a->options->demo ? demo_about : NULL;
	/* Without a tick there is no model that could say so. */
	if (replay_is_over(a->sources[APP_TAPE]))
		ui_say(&s->ui, "%s", replay_note(a->sources[APP_TAPE]));
	paint(s);
	a->next_work_ns = UINT64_MAX;
	a->next_tick_ns = replay_is_over(a->sources[APP_TAPE]) ? UINT64_MAX : clock_mono_ns();
	while (!s->ui.quit) {
		bool may_paint;

		wait_for_something(s, &may_paint);
		if (may_paint && s->stale && !s->ui.quit)
			paint(s);
		go_about(s);
		if (clock_mono_ns() < a->next_tick_ns || s->ui.paused)
			continue;
		play_tick(s);
		if (a->options->iterations && ++ticks >= a->options->iterations) {
			paint(s);
			s->ui.quit = true;
		}
	}
}

static bool has_unfinished(const struct change_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (!log->items[i].finished && !log->items[i].undone_ns)
			return true;
	return false;
}

/* What another kvmtop has changed or undone is read with it. Whether an unfinished change is open is told by the definition,
 * which libvirt may tell later. */
static void see_proven(struct screen *s)
{
	struct app *a = s->app;
	const int64_t before_ns = s->proven.folder_ns;
	const struct domain_set *domains = a->model->last ? a->model->last->domains : NULL;

	proven_tick(&s->proven, a->model, &a->findings, a->folder);
	if (a->options->pid_count ||
		(s->proven.folder_ns == before_ns &&
			(domains == s->judged_by || !has_unfinished(&s->proven.log))))
		return;
	s->judged_by = domains;
	open_changes_put(a->model, &s->proven.log);
	app_ask_rules(a);
}

static void loop(struct screen *s)
{
	struct app *a = s->app;
	long ticks = 0;

	paint(s); /* at once, with nothing on it: the user sees that it runs */
	app_first_look(a);
	a->next_tick_ns = clock_mono_ns() + FIRST_INTERVAL_NS;
	s->stale = STALE_PAINT;
	while (!s->ui.quit) {
		bool may_paint;
		uint64_t now;

		wait_for_something(s, &may_paint);
		if (may_paint && s->stale && !s->ui.quit)
			paint(s);
		want(s);
		now = clock_mono_ns();
		if (now >= a->next_work_ns)
			app_work(a);
		if (now < a->next_tick_ns || s->ui.paused)
			continue;
		app_look_at(a, s->ui.selected.pid, ui_wants_details(&s->ui));
		app_tick(a);
		see_proven(s);
		step_change(s);
		mark(s, STALE_SAMPLE);
		if (a->record_why[0])
			ui_say(&s->ui, "%s", a->record_why);
		a->record_why[0] = '\0';
		a->next_tick_ns += interval_ns(s);
		if (a->next_tick_ns <= now) /* was stopped, or the host stalls: no burst of ticks */
			a->next_tick_ns = now + interval_ns(s);
		if (a->options->iterations && ++ticks >= a->options->iterations) {
			paint(s);
			s->ui.quit = true;
		}
	}
}

int screen_run(struct app *a)
{
	struct screen s = { .app = a, .changes = { .read_only = a->options->read_only } };
	char why[STATE_WHY_MAX], outcome[DEFINITION_MESSAGE_MAX];
	bool kept;

	s.term = term_open(NULL, stdout, stdin, why, sizeof why);
	if (!s.term) {
		fprintf(stderr, "kvmtop: %s\n", why);
		return 1;
	}
	ui_init(&s.ui);
	preferences_load(&s.preferences, &s.ui, s.term);
	if (a->options->delay_given)
		preferences_give_interval(&s.preferences, &s.ui, a->options->delay_s);
	else if (a->options->replay && !isnan(replay_interval_s(a->sources[APP_TAPE])))
		preferences_give_interval(
			&s.preferences, &s.ui, replay_interval_s(a->sources[APP_TAPE]));
	if (a->options->all)
		preferences_give_off(&s.preferences, &s.ui);
	list_off(&s);
	say_trouble(&s);
	if (a->options->replay)
		loop_tape(&s);
	else if (a->options->recording)
		loop_recording(&s);
	else
		loop(&s);
	kept = preferences_save(&s.preferences, &s.ui, why, sizeof why);
	changes_fini(&s.changes, a->options->uri, outcome, sizeof outcome);
	proven_fini(&s.proven);
	app_close_sources(a);
	/* A terminal that takes no more bytes must not keep kvmtop from ending: from here on a signal
	 * ends it, and the guard does the rest. */
	signals_close(&a->signals);
	term_close(s.term);
	if (!kept)
		fprintf(stderr, "kvmtop: %s\n", why);
	if (outcome[0])
		fprintf(stderr, "kvmtop: %s\n", outcome);
	ui_fini(&s.ui);
	free(s.messages);
	return a->ended_by ? 128 + a->ended_by : 0;
}
