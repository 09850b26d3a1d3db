#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "core/clock.h"

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
		};

		if (now >= at_ns)
			return true;
		if (ppoll(fds, 2, &timeout, NULL) < 0 && errno != EINTR)
			return false;
		if (fds[1].revents & POLLERR)
			return false;
		a->ended_by = ending_signal(a);
		if (a->ended_by)
			return false;
		if (clock_mono_ns() >= a->next_work_ns)
			app_work(a);
	}
}

/* Says on standard error what the budget leaves out now, when that has changed. */
static void say_shed(const struct app *a, enum tracing_shed before)
{
	static const char *const texts[TRACING_SHED__COUNT] = {
		[TRACING_SHED_NOTHING] = "all is traced again",
		[TRACING_SHED_DETAILS] = "what they were about is not traced",
		[TRACING_SHED_VMS] = "only one VM is traced",
		[TRACING_SHED_TIME] = "one VM is traced, for a part of the time",
	};
	const struct sample_tracing *t = &a->tracing;
	const struct vm *vm = NULL;

	if (t->shed == before || !t->horizon_ns)
		return;
	for (size_t i = 0; i < a->model->vm_count; i++)
		if (a->model->vms[i]->id.pid == t->only_pid)
			vm = a->model->vms[i];
	if (t->shed == TRACING_SHED_NOTHING)
		fprintf(stderr, "kvmtop: exits are within the budget again: %s\n", texts[t->shed]);
	else
		fprintf(stderr,
			"kvmtop: more exits than the budget allows (%g %% of a CPU, %.0f events a "
			"second; --budget raises it): %s%s%s\n",
			t->budget_cpu_pct, t->budget_events_per_s, texts[t->shed], vm ? ": " : "",
			vm ? vm->name : "");
}

static void tick(struct app *a)
{
	const enum tracing_shed before = a->tracing.shed;

	app_tick(a);
	say_shed(a, before);
}

int batch_run(struct app *a)
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
		error = report_tick(stdout, a->options->format, a->model, &a->findings);
		if (error)
			break;
	}
	if (error && error != -EPIPE) {
		fprintf(stderr, "kvmtop: the output cannot be written: %s\n", strerror(-error));
		return 1;
	}
	return a->ended_by ? 128 + a->ended_by : 0;
}
