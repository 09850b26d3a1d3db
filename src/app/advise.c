#include "app/advise.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/watch.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "model/vm_match.h"

const struct vm *advise_find(const struct model *m, const char *call, char *why, size_t size)
{
	const struct vm **vms = mem_calloc(vm_match_room(m), sizeof *vms), *found = NULL;
	size_t count = vm_match_find(m, call, vms), running = 0;
	char clean[64];

	/* One that was started anew is the one that is meant. */
	for (size_t i = 0; i < count; i++)
		if (!vms[i]->ended)
			vms[running++] = vms[i];
	if (running)
		count = running;

	text_clean(clean, sizeof clean, call);
	if (count == 1)
		found = vms[0];
	else if (count)
		snprintf(why, size,
			"more than one VM is called %s: say which by its process id or UUID",
			clean);
	else
		snprintf(why, size,
			"no VM here is called %s, nor is that its UUID or process id; kvmtop -b -n "
			"1 --all lists them",
			clean);
	free(vms);
	return found;
}

/* Something is known of the VM's exits, traced or counted. */
static bool is_seen(const struct vm *vm)
{
	return vm->recent.seconds > 0 || !isnan(vm->counters.exits_per_s);
}

int advise_status(const struct model *m, const struct findings *f, const struct vm *only, char *why,
	size_t size)
{
	const struct sample_source *proc = &m->sources[SOURCE_PROC];
	const struct sample_source *tracing = &m->sources[SOURCE_TRACING];
	bool seen = !m->vm_count || (only && only->off);

	why[0] = '\0';
	if (only && only->ended) {
		snprintf(why, size,
			"%.100s has ended during the measurement: no result; start it and try "
			"again",
			only->name);
		return ADVISE_TROUBLE;
	}
	for (size_t i = 0; i < f->count; i++)
		if (!only || vm_id_equal(f->items[i].vm, only->id))
			return ADVISE_FINDINGS;
	if (!m->vm_count && !(only && only->off) && !m->recording.file[0] && !proc->ok) {
		snprintf(why, size, "no VM is to be seen: %s", proc->why);
		return ADVISE_TROUBLE;
	}
	for (size_t i = 0; i < m->vm_count; i++)
		seen |= (!only || m->vms[i] == only) && is_seen(m->vms[i]);
	if (seen)
		return ADVISE_NOTHING;
	if (m->recording.file[0])
		snprintf(why, size, "nothing was found, but the recording has no exits");
	else
		snprintf(why, size, "nothing was found, but exits are not known: %s",
			tracing->why[0] ? tracing->why : "none was traced");
	return ADVISE_TROUBLE;
}

/* To its end, or for as many ticks as -n says: what is told is how it was then. */
static bool watch_whole_tape(struct app *a)
{
	long n = 0;

	if (watch_tape(a))
		while ((!a->options->iterations || n < a->options->iterations) && watch_tape(a))
			n++;
	watch_tape_end(a);
	return !a->ended_by;
}

/* One interval, so that all figures are about the same time. Returns false when a signal came first. */
static bool watch(struct app *a)
{
	if (a->options->replay)
		return watch_whole_tape(a);
	if (a->options->recording)
		return watch_recording(a);
	app_look_at(a, 0, true);
	if (!watch_for_off(a))
		return false;
	app_tick(a);
	if (!watch_until(a, clock_mono_ns() + (uint64_t)(a->options->delay_s * (double)NS_PER_S)))
		return false;
	app_tick(a);
	watch_say_record(a);
	return true;
}

static int trouble(const char *why)
{
	fprintf(stderr, "kvmtop: %s\n", why);
	return ADVISE_TROUBLE;
}

static int say(struct app *a, const struct vm *only)
{
	struct strbuf text = { 0 };
	int error = report_advice(&text, a->options->form.format, a->model, &a->findings, only);

	out_open(&a->out, STDOUT_FILENO);
	if (!error)
		error = out_write(a, strbuf_text(&text), text.length);
	out_close(&a->out);
	strbuf_fini(&text);
	return error;
}

int advise_run(struct app *a)
{
	const struct options *o = a->options;
	const struct vm *only = NULL;
	char why[STATE_WHY_MAX];
	int error, status;

	if (a->baselines_why[0])
		fprintf(stderr, "kvmtop: %s\n", a->baselines_why);
	if (!watch(a))
		return a->ended_by ? 128 + a->ended_by : ADVISE_TROUBLE;
	if (o->advise_vm) {
		only = advise_find(a->model, o->advise_vm, why, sizeof why);
		if (!only)
			return trouble(why);
	}
	error = say(a, only);
	if (error == -EINTR)
		return 128 + a->ended_by;
	if (error) {
		snprintf(why, sizeof why, "the output cannot be written: %s", strerror(-error));
		return error == -EPIPE ? ADVISE_TROUBLE : trouble(why);
	}
	status = advise_status(a->model, &a->findings, only, why, sizeof why);
	return why[0] ? trouble(why) : status;
}
