#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "core/clock.h"
#include "core/text.h"
#include "model/shed.h"

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

/* Lets the sources work until at_ns. Returns false when kvmtop is to end: by a signal, or because
 * nobody reads its output any more. */
static bool wait_until(struct app *a, uint64_t at_ns)
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

static int report(const struct app *a)
{
	return report_tick(stdout, a->options->format, a->model, &a->findings);
}

/* A recording is one tick, from its beginning to its end. */
static int run_recording(struct app *a)
{
	const char *note = a->model->recording.note;

	while (!a->ended_by && a->next_work_ns != UINT64_MAX) {
		a->ended_by = ending_signal(a);
		app_work(a);
	}
	if (a->ended_by)
		return 0;
	app_tick(a);
	app_tick(a);
	if (note[0])
		fprintf(stderr, "kvmtop: %s\n", note);
	return report(a);
}

/* Says on standard error what the budget leaves out now, when that has changed. */
static void say_shed(const struct app *a, enum tracing_shed before)
{
	struct strbuf notice = { 0 };

	if (a->model->host.shed == before)
		return;
	shed_notice(a->model, &notice);
	fprintf(stderr, "kvmtop: %s\n",
		notice.length ? strbuf_text(&notice) : "all exits are traced again");
	strbuf_fini(&notice);
}

static void tick(struct app *a)
{
	const enum tracing_shed before = a->model->host.shed;

	app_tick(a);
	say_shed(a, before);
}

static int run_host(struct app *a)
{
	const uint64_t step_ns = (uint64_t)(a->options->delay_s * (double)NS_PER_S);
	int error = 0;

	app_look_at(a, 0, true);
	tick(a); /* what the first interval starts from */
	a->next_tick_ns = clock_mono_ns();
	for (long n = 0; !a->options->iterations || n < a->options->iterations; n++) {
		a->next_tick_ns += step_ns;
		if (!wait_until(a, a->next_tick_ns))
			break;
		tick(a);
		error = report(a);
		if (error)
			break;
	}
	return error;
}

int batch_run(struct app *a)
{
	const int error = a->options->recording ? run_recording(a) : run_host(a);

	if (error && error != -EPIPE) {
		fprintf(stderr, "kvmtop: the output cannot be written: %s\n", strerror(-error));
		return 1;
	}
	return a->ended_by ? 128 + a->ended_by : 0;
}
