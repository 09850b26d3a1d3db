#include "source/perf/kvm_events.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "sample/sample.h"
#include "sample/wants.h"
#include "source/perf/descriptors.h"
#include "source/perf/kvm_events_counting.h"
#include "source/perf/kvm_events_list.h"
#include "source/perf/kvm_events_plan.h"
#include "source/perf/kvm_events_targets.h"
#include "source/vm_choice.h"

/* Threads come and go: room for some more is planned, in steps, so that not each one means a new plan. */
enum { THREADS_STEP = 16 };

struct kvm_events {
	struct source source;
	char *tracefs, *cpus_path;
	size_t descriptors_max;
	bool wanted;
	struct vm_id wanted_vm;
	struct vm_choice choice;
	struct kvm_events_list list; /* count 0: nothing is counted, why says why */
	struct descriptors descriptors;
	size_t asked, allowed; /* descriptors */
	size_t ceiling;        /* the most that is tried: they may have run out before */
	struct kvm_events_counting host, vm;
	struct vm_id vm_id; /* whose threads vm is about; pid 0: nobody's */
	uint64_t retry_ns;  /* not before; 0: at once */
	char why[sizeof((struct sample_kvm_events *)NULL)->why];
	char note[sizeof((struct sample_kvm_events *)NULL)->note];
};

/* -- beginning and ending */

static bool is_closing(const struct kvm_events *k)
{
	return k->host.set.closing_count || k->vm.set.closing_count;
}

static void stop(struct kvm_events *k)
{
	kvm_events_counting_begin(&k->host, NULL, 0);
	kvm_events_counting_begin(&k->vm, NULL, 0);
	k->vm_id = (struct vm_id){ 0 };
	k->asked = k->allowed = 0;
	kvm_events_list_fini(&k->list);
}

static void fail(struct kvm_events *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct kvm_events *k, const char *format, ...)
{
	va_list args;

	stop(k);
	va_start(args, format);
	vsnprintf(k->why, sizeof k->why, format, args);
	va_end(args);
	k->retry_ns = clock_mono_ns() + KVM_EVENTS_RETRY_NS;
}

static void fail_to_open(struct kvm_events *k, int error)
{
	if (error == -EACCES || error == -EPERM)
		fail(k, "counting KVM's events is not permitted: run kvmtop as root, outside of "
			"containers, or allow it by `sysctl kernel.perf_event_paranoid=-1`");
	else if (error == -ENOSYS)
		fail(k, "KVM's events cannot be counted: this kernel is built without "
			"perf_event_open, "
			"or a container hides it; run kvmtop on the host itself");
	else if (error == -ENOMEM)
		fail(k,
			"KVM's events cannot be counted: the kernel has no memory for %zu "
			"counters; "
			"free some",
			k->host.set.open_count + k->vm.set.open_count);
	else
		fail(k, "KVM's events cannot be counted: perf_event_open failed (%s); see `dmesg`",
			strerror(-error));
}

/* Somebody else took descriptors meanwhile, or the host has no more: with fewer, anew. */
static void shrink(struct kvm_events *k)
{
	const size_t had = k->host.set.open_count + k->vm.set.open_count;

	stop(k);
	k->ceiling = had > DESCRIPTORS_SPARE ? had - DESCRIPTORS_SPARE : 0;
	k->retry_ns = 0;
}

/* -- what is to be counted */

static size_t own_descriptors(const struct kvm_events *k)
{
	return k->host.set.open_count + k->host.set.closing_count + k->vm.set.open_count +
	       k->vm.set.closing_count;
}

static void allow(struct kvm_events *k, const struct kvm_events_size *size)
{
	const size_t need = kvm_events_need(size);

	if (need <= k->asked)
		return;
	k->asked = need;
	k->allowed = descriptors_allow(&k->descriptors, need, own_descriptors(k));
	if (k->allowed > k->ceiling)
		k->allowed = k->ceiling;
}

static void follow_host(
	struct kvm_events *k, size_t events, const struct perf_target *cpus, size_t count)
{
	if (k->host.set.count != events)
		kvm_events_counting_begin(&k->host, k->list.ids, events);
	/* Of a CPU that has just come, nothing is known of the time before: the totals begin anew. */
	if (events && perf_set_follow(&k->host.set, cpus, count))
		k->host.since_ns = 0;
}

static void follow_vm(struct kvm_events *k, struct vm_id id, size_t events,
	const struct perf_target *threads, size_t count)
{
	if (k->vm.set.count != events || !vm_id_equal(k->vm_id, id))
		kvm_events_counting_begin(&k->vm, k->list.ids, events);
	k->vm_id = id;
	/* A thread that comes begins at 0, and what one that goes has counted stays: no total goes back. */
	if (events)
		perf_set_follow(&k->vm.set, threads, count);
}

static void follow(struct kvm_events *k, const struct sample_vm *vm)
{
	struct perf_target *cpus, *threads;
	const size_t cpu_count = kvm_events_cpus(k->cpus_path, &cpus);
	const size_t thread_count = kvm_events_threads(vm, &threads);
	struct kvm_events_size size = {
		.events = k->list.count,
		.cpus = cpu_count,
		.threads = (thread_count + THREADS_STEP - 1) / THREADS_STEP * THREADS_STEP,
	};
	struct kvm_events_plan plan;

	allow(k, &size);
	plan = kvm_events_plan(&size, k->allowed);
	if (!cpu_count) {
		fail(k, "KVM's events cannot be counted: %s does not say which CPUs are online",
			k->cpus_path);
	} else if (!plan.host) {
		kvm_events_plan_explain(&plan, &size, k->allowed, k->note, sizeof k->note);
		fail(k, "%s", k->note);
	} else {
		k->why[0] = '\0';
		kvm_events_plan_explain(&plan, &size, k->allowed, k->note, sizeof k->note);
		follow_host(k, plan.host, cpus, cpu_count);
		follow_vm(k, vm ? vm->id : (struct vm_id){ 0 }, vm ? plan.vm : 0, threads,
			thread_count);
	}
	free(cpus);
	free(threads);
}

/* False: not now, or k->why says why not. */
static bool has_list(struct kvm_events *k)
{
	char why[sizeof k->why];

	if (k->list.count)
		return true;
	if (is_closing(k) || clock_mono_ns() < k->retry_ns)
		return false;
	k->note[0] = '\0';
	if (!kvm_events_list_read(&k->list, k->tracefs, why, sizeof why))
		return true;
	fail(k, "%s", why);
	return false;
}

/* -- the sample */

static void say_progress(struct kvm_events *k)
{
	const struct perf_set *host = &k->host.set, *vm = &k->vm.set;

	snprintf(k->why, sizeof k->why, "%zu of %zu counters are open; figures come when all are",
		host->open_count + vm->open_count,
		host->count * host->member_count + vm->count * vm->member_count);
}

static void report_events(const struct kvm_events *k, struct sample *s)
{
	struct sample_kvm_events *e = &s->kvm_events;
	struct perf_times times;

	e->host_since_ns = k->host.since_ns;
	times = kvm_events_counting_times(&k->host);
	e->host_enabled_ns = times.enabled_ns;
	e->host_running_ns = times.running_ns;
	times = kvm_events_counting_times(&k->vm);
	e->vm_since_ns = k->vm.since_ns;
	e->vm_enabled_ns = times.enabled_ns;
	e->vm_running_ns = times.running_ns;
	e->vm_pid = k->vm_id.pid;
	e->vm_start_ticks = k->vm_id.start_ticks;
	e->count = k->list.count;
	e->events = arena_array(&s->arena, e->count, sizeof *e->events);
	for (size_t i = 0; i < e->count; i++)
		e->events[i] = (struct sample_kvm_event){
			.name = arena_strdup(&s->arena, k->list.names[i]),
			.host = kvm_events_counting_total(&k->host, i),
			.vm = kvm_events_counting_total(&k->vm, i),
		};
}

/* A CPU that cannot be read went offline: begin anew without it. */
static void read_counts(struct kvm_events *k)
{
	kvm_events_counting_start(&k->host);
	kvm_events_counting_start(&k->vm);
	if (!kvm_events_counting_read(&k->host))
		k->host.since_ns = 0;
	kvm_events_counting_read(&k->vm);
}

static void kvm_events_collect(struct source *source, struct sample *s)
{
	struct kvm_events *k = (struct kvm_events *)source;
	struct sample_kvm_events *e = &s->kvm_events;

	if (!k->wanted)
		return;
	e->wanted = true;
	if (has_list(k)) {
		const struct sample_vm *vm = vm_choice_take(&k->choice, s, k->wanted_vm);

		follow(k, vm && vm->ended && !vm_id_equal(vm->id, k->vm_id) ? NULL : vm);
	}
	if (k->list.count) {
		read_counts(k);
		if (!k->host.since_ns)
			say_progress(k);
	}
	e->read_ns = clock_mono_ns();
	if (k->host.since_ns)
		report_events(k, s);
	text_clean(e->why, sizeof e->why, k->host.since_ns ? "" : k->why);
	text_clean(e->note, sizeof e->note, k->host.since_ns ? k->note : "");
}

/* -- work */

static void open_some(struct kvm_events *k, uint64_t until_ns)
{
	int result;

	do {
		result = perf_set_open_one(&k->host.set);
		if (!result)
			result = perf_set_open_one(&k->vm.set);
	} while (result > 0 && clock_mono_ns() < until_ns);
	if (result == -EMFILE || result == -ENFILE)
		shrink(k);
	else if (result < 0)
		fail_to_open(k, result);
	else if (!k->host.set.member_count)
		fail(k, "KVM's events cannot be counted: no CPU takes a counter; see `dmesg`");
}

static bool close_some(struct kvm_events *k, uint64_t until_ns)
{
	do {
		if (!perf_set_close_one(&k->vm.set) && !perf_set_close_one(&k->host.set))
			return false;
	} while (clock_mono_ns() < until_ns);
	return is_closing(k);
}

static bool is_opening(const struct kvm_events *k)
{
	return (k->host.set.member_count && !perf_set_is_open(&k->host.set)) ||
	       (k->vm.set.member_count && !perf_set_is_open(&k->vm.set));
}

static int kvm_events_work(struct source *source)
{
	struct kvm_events *k = (struct kvm_events *)source;
	const uint64_t until_ns = clock_mono_ns() + KVM_EVENTS_STEP_NS;

	if (is_closing(k) && close_some(k, until_ns))
		return 0;
	if (!k->wanted) {
		descriptors_give_back(&k->descriptors);
		return -1;
	}
	if (is_opening(k))
		open_some(k, until_ns);
	kvm_events_counting_start(&k->host);
	kvm_events_counting_start(&k->vm);
	return is_closing(k) || is_opening(k) ? 0 : -1;
}

static void kvm_events_want(struct source *source, const struct sample_wants *wants)
{
	struct kvm_events *k = (struct kvm_events *)source;
	const bool wanted = wants->what & WANT_EVENTS;

	k->wanted_vm = wants->vm;
	if (wanted == k->wanted)
		return;
	k->wanted = wanted;
	k->ceiling = k->descriptors_max;
	k->retry_ns = 0;
	k->why[0] = k->note[0] = '\0';
	if (wanted)
		return;
	stop(k);
	vm_choice_fini(&k->choice);
	kvm_events_work(source); /* the rest when there is time for it */
}

static void kvm_events_close(struct source *source)
{
	struct kvm_events *k = (struct kvm_events *)source;

	kvm_events_counting_fini(&k->host);
	kvm_events_counting_fini(&k->vm);
	kvm_events_list_fini(&k->list);
	descriptors_give_back(&k->descriptors);
	vm_choice_fini(&k->choice);
	free(k->tracefs);
	free(k->cpus_path);
	free(k);
}

struct source *kvm_events_open(const struct kvm_events_config *config)
{
	static const struct source_ops ops = {
		.collect = kvm_events_collect,
		.work = kvm_events_work,
		.want = kvm_events_want,
		.close = kvm_events_close,
	};
	struct kvm_events *k = mem_calloc(1, sizeof *k);

	k->source.ops = &ops;
	k->tracefs = mem_strdup(config->tracefs);
	k->cpus_path = mem_strdup(config->cpus_path ? config->cpus_path : KVM_EVENTS_CPUS_PATH);
	k->host.set.calls = config->calls ? config->calls : &perf_calls_kernel;
	k->vm.set.calls = k->host.set.calls;
	k->descriptors_max = config->descriptors_max ? config->descriptors_max : SIZE_MAX;
	return &k->source;
}
