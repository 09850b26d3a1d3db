#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/watch.h"
#include "core/clock.h"
#include "core/text.h"
#include "model/shed.h"

static int report(const struct app *a)
{
	return report_tick(stdout, a->options->format, a->model, &a->findings);
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

static int run_host(struct app *a)
{
	const uint64_t step_ns = (uint64_t)(a->options->delay_s * (double)NS_PER_S);
	int error = 0;

	app_look_at(a, 0, true);
	tick(a); /* what the first interval starts from */
	a->next_tick_ns = clock_mono_ns();
	for (long n = 0; !a->options->iterations || n < a->options->iterations; n++) {
		a->next_tick_ns += step_ns;
		if (!watch_until(a, a->next_tick_ns))
			break;
		tick(a);
		error = report(a);
		if (error)
			break;
	}
	return error;
}

/* As fast as it can be read: the first tick is what the first interval starts from. */
static int run_tape(struct app *a)
{
	long n = 0;
	int error = 0;

	if (watch_tape(a))
		while (!error && (!a->options->iterations || n++ < a->options->iterations) &&
			watch_tape(a))
			error = report(a);
	watch_tape_end(a);
	return error;
}

static int run_file(struct app *a)
{
	if (a->options->replay)
		return run_tape(a);
	return watch_recording(a) ? report(a) : 0;
}

int batch_run(struct app *a)
{
	int error;

	if (a->baselines_why[0])
		fprintf(stderr, "kvmtop: %s\n", a->baselines_why);
	error = a->options->recording || a->options->replay ? run_file(a) : run_host(a);

	if (error && error != -EPIPE) {
		fprintf(stderr, "kvmtop: the output cannot be written: %s\n", strerror(-error));
		return 1;
	}
	return a->ended_by ? 128 + a->ended_by : 0;
}
