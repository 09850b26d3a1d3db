#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/watch.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "model/shed.h"
#include "model/vm_match.h"

/* How long to wait for another host's first figures, for those that follow, and how often to look. */
#define REMOTE_WAIT_NS (10 * NS_PER_S)
#define REMOTE_TWICE_NS (1500 * NS_PER_MS)
#define REMOTE_LOOK_NS (200 * NS_PER_MS)

/* Says what VMs that are asked for are not there: they may still come. */
static void say_missing(const struct app *a)
{
	const struct options *o = a->options;
	const struct vm **found = mem_calloc(vm_match_room(a->model), sizeof *found);

	for (size_t i = 0; i < o->vm_count; i++) {
		char clean[64];

		if (vm_match_find(a->model, o->vms[i], found))
			continue;
		text_clean(clean, sizeof clean, o->vms[i]);
		fprintf(stderr,
			"kvmtop: no VM here is called %s, nor is that its UUID or process id%s\n",
			clean, o->recording ? "" : ": waiting for it");
	}
	free(found);
}

/* Says which of the VMs that are asked for have ended. m: those. Returns how many. */
static size_t say_ended(const struct app *a, const struct model *m)
{
	const struct options *o = a->options;
	size_t count = 0;

	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm *vm = m->vms[i];

		if (!vm->ended)
			continue;
		count++;
		if (!a->options->replay)
			fprintf(stderr, "kvmtop: VM %s (pid %d) has ended%s\n", vm->name,
				(int)vm->id.pid,
				o->vm_count && !o->pid_count ? ": waiting for it to start" : "");
	}
	return count;
}

/* Frees text. error: of making it. */
static int write_out(struct app *a, struct strbuf *text, int error)
{
	if (!error)
		error = out_write(a, strbuf_text(text), text->length);
	strbuf_fini(text);
	return error;
}

/* first: nothing was reported yet. */
static int report(struct app *a, bool first)
{
	const struct options *o = a->options;
	struct strbuf text = { 0 };
	struct model narrow;
	int error;

	if (!o->vm_count) {
		error = report_tick(&text, o->form, a->model, &a->findings);
		if (o->pid_count)
			a->ended_pids += say_ended(a, a->model);
		return write_out(a, &text, error);
	}
	if (first)
		say_missing(a);
	narrow = vm_match_narrow(a->model, o->vms, o->vm_count);
	/* Where not all can be traced, it is to be one of these. */
	app_look_at(a, narrow.vm_count ? narrow.vms[0]->id.pid : 0, true);
	app_want(a, 0, narrow.vm_count ? narrow.vms[0]->id : (struct vm_id){ 0 });
	error = report_tick(&text, o->form, &narrow, &a->findings);
	a->ended_pids += say_ended(a, &narrow);
	vm_match_release(&narrow);
	return write_out(a, &text, error);
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
	watch_say_record(a);
}

/* Who ends kvmtop still wants to know what was since the last tick, as with perf kvm stat live. What is
 * shorter than the shortest interval would only show how coarse the counters are. */
static int report_last(struct app *a, bool first, uint64_t last_ns)
{
	const bool asked = a->ended_by == SIGINT || a->ended_by == SIGTERM;
	const double seconds = (double)(clock_mono_ns() - last_ns) / (double)NS_PER_S;

	if (!asked || seconds < OPTION_DELAY_MIN_S)
		return 0;
	tick(a);
	return report(a, first);
}

/* Of another host nothing is known before libvirt has told it twice: what is reported is to be worth it. Gives up
 * where that takes long. False when kvmtop is to end. */
static bool wait_for_remote(struct app *a)
{
	const uint64_t start_ns = clock_mono_ns();
	uint64_t told_ns = 0, now_ns = start_ns;

	if (!app_is_remote(a))
		return true;
	while (now_ns < start_ns + REMOTE_WAIT_NS &&
		(!told_ns || now_ns < told_ns + REMOTE_TWICE_NS)) {
		if (!watch_until(a, now_ns + REMOTE_LOOK_NS))
			return false;
		app_tick(a);
		now_ns = clock_mono_ns();
		if (!told_ns && a->model->host.cpus)
			told_ns = now_ns;
	}
	return true;
}

/* A process that has ended does not come again, and what has its id by then is not what was asked for. */
static bool has_nothing_left(const struct app *a)
{
	return a->options->pid_count && a->ended_pids >= a->options->pid_count;
}

static int run_host(struct app *a)
{
	const uint64_t step_ns = (uint64_t)(a->options->delay_s * (double)NS_PER_S);
	uint64_t last_ns;
	int error = 0;

	app_look_at(a, 0, true);
	app_want(a, 0, (struct vm_id){ 0 });
	if (!wait_for_remote(a) || !watch_for_off(a))
		return 0;
	tick(a); /* what the first interval starts from */
	last_ns = a->next_tick_ns = clock_mono_ns();
	for (long n = 0; !error && (!a->options->iterations || n < a->options->iterations); n++) {
		a->next_tick_ns += step_ns;
		if (!watch_until(a, a->next_tick_ns)) {
			error = report_last(a, !n, last_ns);
			break;
		}
		last_ns = clock_mono_ns();
		tick(a);
		error = report(a, !n);
		if (has_nothing_left(a))
			break;
	}
	/* Ctrl-C is how one ends what has no end. */
	if (a->ended_by == SIGINT)
		a->ended_by = 0;
	return error;
}

/* As fast as it can be read: the first tick is what the first interval starts from. */
static int run_tape(struct app *a)
{
	int error = 0;

	if (watch_tape(a))
		for (long n = 0;
			!error && (!a->options->iterations || n < a->options->iterations) &&
			watch_tape(a);
			n++)
			error = report(a, !n);
	watch_tape_end(a);
	return error;
}

static int run_file(struct app *a)
{
	if (a->options->replay)
		return run_tape(a);
	return watch_recording(a) ? report(a, true) : 0;
}

static int run(struct app *a)
{
	struct strbuf head = { 0 };
	int error;

	report_begin(&head, a->options->form);
	error = write_out(a, &head, 0);
	if (error)
		return error;
	return a->options->recording || a->options->replay ? run_file(a) : run_host(a);
}

int batch_run(struct app *a)
{
	int error;

	if (a->baselines_why[0])
		fprintf(stderr, "kvmtop: %s\n", a->baselines_why);
	out_open(&a->out, STDOUT_FILENO);
	error = run(a);
	out_close(&a->out);
	if (error && error != -EPIPE && error != -EINTR) {
		fprintf(stderr, "kvmtop: the output cannot be written: %s\n", strerror(-error));
		return 1;
	}
	return a->ended_by ? 128 + a->ended_by : 0;
}
