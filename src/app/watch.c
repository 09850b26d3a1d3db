#include "app/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "source/tape.h"

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

bool watch_until(struct app *a, uint64_t at_ns)
{
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
			{ .fd = STDOUT_FILENO, .events = 0 }, /* POLLERR: the reader is gone */
			{ .fd = app_work_descriptor(a), .events = POLLIN },
		};

		if (now >= at_ns)
			return true;
		if (ppoll(fds, 3, &timeout, NULL) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents & POLLERR)
			return false;
		a->ended_by = ending_signal(a);
		if (a->ended_by)
			return false;
		if (fds[2].revents || clock_mono_ns() >= a->next_work_ns)
			app_work(a);
	}
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
	if (a->ended_by || tape_is_over(a->sources[APP_TAPE]))
		return false;
	app_tick(a);
	return true;
}

void watch_tape_end(const struct app *a)
{
	const char *note = tape_note(a->sources[APP_TAPE]);

	if (note[0])
		fprintf(stderr, "kvmtop: %s\n", note);
}

void watch_say_record(struct app *a)
{
	if (a->record_why[0])
		fprintf(stderr, "kvmtop: %s\n", a->record_why);
	a->record_why[0] = '\0';
}
