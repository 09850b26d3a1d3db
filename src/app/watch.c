#include "app/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "source/replay/replay.h"

/* How long to wait for libvirt's list of domains, and how often to look. */
#define OFF_WAIT_NS (10 * NS_PER_S)
#define OFF_LOOK_NS (100 * NS_PER_MS)

/* A signal that ends kvmtop, or 0. There is no screen that a change of size would mean anything to. */
static int ending_signal(struct app *a)
{
	int signo;

	while ((signo = signals_next(&a->signals))) {
		if (signo == SIGTSTP)
			signals_stop();
		else if (signo != SIGWINCH && signo != SIGCONT)
			return signo;
	}
	return 0;
}

enum outcome {
	OUTCOME_DUE,   /* the time has come */
	OUTCOME_ROOM,  /* out takes more */
	OUTCOME_ENDED, /* by a signal */
	OUTCOME_GONE,  /* nobody reads out any more */
};

/* Lets the sources work until at_ns, or until something else happens; out: -1 when nothing is to be written. A signal
 * that ended it before is no news. */
static enum outcome wait_until(struct app *a, uint64_t at_ns, int out)
{
	const int ended_by = a->ended_by;

	for (;;) {
		const uint64_t now = clock_mono_ns();
		const uint64_t next = at_ns < a->next_work_ns ? at_ns : a->next_work_ns;
		const uint64_t left = next > now ? next - now : 0;
		const struct timespec timeout = {
			.tv_sec = (time_t)(left / NS_PER_S),
			.tv_nsec = (long)(left % NS_PER_S),
		};
		struct pollfd fds[] = {
			{ .fd = a->signals.fd, .events = POLLIN },
			/* POLLERR: the reader is gone */
			{ .fd = out < 0 ? STDOUT_FILENO : out, .events = out < 0 ? 0 : POLLOUT },
			{ .fd = app_work_descriptor(a), .events = POLLIN },
		};
		int signo;

		if (now >= at_ns)
			return OUTCOME_DUE;
		if (ppoll(fds, 3, next == UINT64_MAX ? NULL : &timeout, NULL) < 0 && errno != EINTR)
			return OUTCOME_GONE;
		if (fds[1].revents & POLLERR)
			return OUTCOME_GONE;
		signo = ending_signal(a);
		a->ended_by = signo ? signo : ended_by;
		if (signo)
			return OUTCOME_ENDED;
		if (fds[1].revents & POLLOUT)
			return OUTCOME_ROOM;
		if (fds[2].revents)
			app_work_early(a);
		if (clock_mono_ns() >= a->next_work_ns)
			app_work(a);
	}
}

bool watch_until(struct app *a, uint64_t at_ns)
{
	return wait_until(a, at_ns, -1) == OUTCOME_DUE;
}

bool watch_room(struct app *a, int out, int at_most_ms)
{
	const uint64_t at_ns =
		at_most_ms < 0 ? UINT64_MAX : clock_mono_ns() + (uint64_t)at_most_ms * NS_PER_MS;

	return wait_until(a, at_ns, out) == OUTCOME_ROOM;
}

static bool has_domains(const struct model *m)
{
	return m->last && m->last->domains;
}

bool watch_for_off(struct app *a)
{
	const uint64_t end_ns = clock_mono_ns() + OFF_WAIT_NS;

	if (!a->model->off.wants_all)
		return true;
	app_tick(a);
	while (!has_domains(a->model) && a->model->sources[SOURCE_LIBVIRT].ok &&
		clock_mono_ns() < end_ns) {
		if (!watch_until(a, clock_mono_ns() + OFF_LOOK_NS))
			return false;
		app_tick(a);
	}
	return true;
}

bool watch_recording(struct app *a)
{
	const char *note = a->model->recording.note;

	while (!a->ended_by && a->next_work_ns != UINT64_MAX) {
		a->ended_by = ending_signal(a);
		app_work(a);
	}
	if (a->ended_by)
		return false;
	app_tick(a);
	app_tick(a);
	if (note[0])
		fprintf(stderr, "kvmtop: %s\n", note);
	return true;
}

bool watch_tape(struct app *a)
{
	a->ended_by = ending_signal(a);
	if (a->ended_by || replay_is_over(a->sources[APP_TAPE]))
		return false;
	app_tick(a);
	return true;
}

void watch_tape_end(const struct app *a)
{
	const char *note = replay_note(a->sources[APP_TAPE]);

	if (note[0])
		fprintf(stderr, "kvmtop: %s\n", note);
}

void watch_say_record(struct app *a)
{
	if (a->record_why[0])
		fprintf(stderr, "kvmtop: %s\n", a->record_why);
	a->record_why[0] = '\0';
}
