#include "source/perf/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/machine.h"
#include "core/mem.h"
#include "sample/wants.h"
#include "source/perf/perf_sampler.h"
#include "source/perf/symbol_counts.h"
#include "source/perf/symbol_worker.h"
#include "source/vm_choice.h"

/* From this part of the samples on it is said that functions have no names. */
#define NAMELESS_MIN 0.05

struct samples {
	struct source source;
	char *proc;
	bool guest_loaded; /* as in struct sample_hot_symbols */
	bool wanted;
	struct vm_id vm; /* that is wanted; pid 0: the busiest one */
	struct vm_choice choice;

	/* Of the VM that is sampled. */
	struct vm_id open; /* pid 0: none, and all below is closed */
	uint64_t opened_ns;
	uint64_t read_ns; /* when the rings were read last */
	struct perf_sampler *sampler;
	struct symbol_worker *worker;
	struct symbol_counts *counts;
	bool asks; /* names are being looked up */
};

static void close_vm(struct samples *x)
{
	if (!x->open.pid)
		return;
	perf_sampler_free(x->sampler);
	symbol_worker_stop(x->worker);
	symbol_counts_free(x->counts);
	x->sampler = NULL;
	x->worker = NULL;
	x->counts = NULL;
	x->open = (struct vm_id){ 0 };
	x->asks = false;
}

static void open_vm(struct samples *x, struct vm_id id)
{
	x->open = id;
	x->opened_ns = x->read_ns = clock_mono_ns();
	x->sampler = perf_sampler_new(id.pid, x->proc);
	x->worker = symbol_worker_start(id.pid, x->proc);
	x->counts = symbol_counts_new(x->guest_loaded);
}

static void take_sample(void *context, enum thread_kind kind, const struct perf_ring_sample *sample)
{
	struct samples *x = context;

	if (!symbol_counts_add(x->counts, kind, sample->space, sample->address, sample->period))
		return;
	if (symbol_worker_ask(x->worker, sample->space, sample->address)) {
		symbol_counts_asked(x->counts, sample->address);
		x->asks = true;
	}
}

static void take_answers(struct samples *x)
{
	size_t count;
	struct symbol_answer *answers = symbol_worker_take(x->worker, &count);

	for (size_t i = 0; i < count; i++)
		symbol_counts_answer(
			x->counts, answers[i].space, answers[i].address, &answers[i].name);
	free(answers);
}

/* vm NULL: the threads are those that are sampled already. */
static void read_rings(struct samples *x, const struct sample_vm *vm)
{
	const struct perf_sampler_sink sink = { take_sample, x };

	take_answers(x);
	x->asks = false;
	if (vm)
		perf_sampler_follow(x->sampler, vm->threads, vm->thread_count, &sink);
	else
		perf_sampler_read(x->sampler, &sink);
	x->read_ns = clock_mono_ns();
	if (x->asks)
		symbol_worker_go(x->worker);
}

/* -- what it says */

/* Where user functions have no names at all. */
static void note_library(struct sample_hot_symbols *out, const struct symbol_news *news)
{
	if (news->library == SYMBOL_LIBRARY_BUILT_OUT)
		perf_sampler_note(out,
			"User functions show as file and offset: this kvmtop was built "
			"without elfutils; install libdw-dev and build it again.");
	else if (news->library == SYMBOL_LIBRARY_ABSENT)
		perf_sampler_note(out,
			"User functions show as file and offset: libdw is not installed; "
			"`apt install libdw1`.");
	else if (news->library == SYMBOL_LIBRARY_UNUSABLE)
		perf_sampler_note(out,
			"User functions show as file and offset: libdw cannot be used (%s).",
			news->library_why);
}

static void note_names(const struct samples *x, struct sample_hot_symbols *out)
{
	const char *module;
	const double nameless = symbol_counts_nameless(x->counts, &module);
	struct symbol_news news;

	symbol_worker_news(x->worker, &news);
	if (!news.started)
		perf_sampler_note(out,
			"No names can be looked up: no thread can be started for it; "
			"raise the limit of threads (ulimit -u).");
	if (news.kernel_known && news.kernel == KALLSYMS_HIDDEN)
		perf_sampler_note(out,
			"Names of the kernel's functions are hidden: run sudo kvmtop, and "
			"sysctl kernel.kptr_restrict=1 where that is 2.");
	if (news.kernel_known && news.kernel == KALLSYMS_ABSENT)
		perf_sampler_note(out,
			"The kernel's functions have no names here: /proc/kallsyms cannot "
			"be read; run sudo kvmtop on the host itself.");
	note_library(out, &news);
	if (news.library != SYMBOL_LIBRARY_LOADED)
		return;
	if (nameless >= NAMELESS_MIN && module && news.closed)
		perf_sampler_note(out,
			"%.0f%% of the user time has no names: %zu files cannot be opened; run "
			"sudo kvmtop.",
			100 * nameless, news.closed);
	else if (nameless >= NAMELESS_MIN && module)
		perf_sampler_note(out,
			"%.0f%% of the user time has no names, most of it in %s: install its debug "
			"symbols.",
			100 * nameless, module);
}

static void note_event(struct sample_hot_symbols *out)
{
	if (out->guest_unseen)
		perf_sampler_note(out,
			"The guest's own code is not seen: this host's counters leave it "
			"out.");
	if (out->event == SYMBOL_EVENT_CPU_CLOCK)
		perf_sampler_note(out,
			"No CPU counters here (a VM, or no PMU): a timer samples instead, "
			"blind where the kernel has interrupts off.");
}

static void guess(void *context, enum symbol_space space, uint64_t address, struct symbol_name *out)
{
	symbol_worker_guess(context, space, address, out);
}

static void describe(struct samples *x, struct sample_hot_symbols *out, struct arena *arena)
{
	const struct symbol_guesser guesser = { guess, x->worker };

	out->pid = x->open.pid;
	out->start_ticks = x->open.start_ticks;
	perf_sampler_describe(x->sampler, out);
	out->opened_ns = out->why[0] ? 0 : x->opened_ns;
	symbol_counts_fill(x->counts, out, arena, &guesser);
	note_names(x, out);
	note_event(out);
	out->guest_loaded = x->guest_loaded;
}

/* -- the source */

static void samples_collect(struct source *source, struct sample *s)
{
	struct samples *x = (struct samples *)source;
	const struct sample_vm *vm;
	struct sample_hot_symbols *out;

	if (!x->wanted)
		return;
	out = arena_alloc(&s->arena, sizeof *out);
	s->hot_symbols = out;
	s->hot_symbols_count = 1;
	vm = vm_choice_take(&x->choice, s, x->vm);
	if (vm && vm->ended && !vm_id_equal(vm->id, x->open))
		vm = NULL;
	if (!vm || !vm_id_equal(vm->id, x->open))
		close_vm(x);
	if (!vm) {
		snprintf(out->why, sizeof out->why, "%s",
			x->vm.pid ? "The VM has ended: select another one."
				  : "No running VMs found.");
		return;
	}
	if (!x->open.pid)
		open_vm(x, vm->id);
	read_rings(x, vm);
	describe(x, out, &s->arena);
}

/* Rings are read before they are full; what was asked on the way is mostly answered when the next sample is taken. */
static int samples_work(struct source *source)
{
	struct samples *x = (struct samples *)source;
	uint64_t past_ms;

	if (!x->wanted)
		return -1;
	if (!x->open.pid)
		return PERF_SAMPLER_READ_MS;
	past_ms = (clock_mono_ns() - x->read_ns) / NS_PER_MS;
	if (past_ms >= PERF_SAMPLER_READ_MS) {
		read_rings(x, NULL);
		past_ms = 0;
	}
	return PERF_SAMPLER_READ_MS - (int)past_ms;
}

static void samples_want(struct source *source, const struct sample_wants *wants)
{
	struct samples *x = (struct samples *)source;

	x->wanted = wants->what & WANT_SYMBOLS;
	x->vm = wants->vm;
	if (!x->wanted || (x->vm.pid && !vm_id_equal(x->vm, x->open)))
		close_vm(x);
	if (!x->wanted)
		vm_choice_fini(&x->choice);
}

static void samples_close(struct source *source)
{
	struct samples *x = (struct samples *)source;

	close_vm(x);
	vm_choice_fini(&x->choice);
	free(x->proc);
	free(x);
}

struct source *samples_open(const char *proc)
{
	static const struct source_ops ops = {
		.collect = samples_collect,
		.work = samples_work,
		.want = samples_want,
		.close = samples_close,
	};
	struct samples *x = mem_calloc(1, sizeof *x);
	char machine[16];

	machine_name(machine, sizeof machine);
	x->guest_loaded = machine_samples_loaded_as_guest(machine);
	x->source.ops = &ops;
	x->proc = mem_strdup(proc);
	return &x->source;
}
