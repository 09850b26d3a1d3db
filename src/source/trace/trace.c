#include "source/trace/trace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/exits/exits.h"
#include "source/exits/exits_bpf.h"
#include "source/host/kvm_counters.h"
#include "source/trace/trace_keeper.h"
#include "source/trace/trace_silence.h"
#include "source/tracefs/trace_clock.h"
#include "source/tracefs/trace_cpus.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_instance.h"
#include "source/tracefs/trace_probe.h"
#include "source/tracefs/trace_ring.h"

/* Records younger than this wait for the next round: the clocks of two CPUs may be a little apart, and so
 * may the trace's clock and CLOCK_MONOTONIC while the kernel adjusts them. */
#define SLACK_NS (1 * NS_PER_MS)

/* So long at most a sample with a VM that has ended waits for its last records, where there are very many. */
#define LAST_WORDS_NS (200 * NS_PER_MS)

#define RETRY_NS (5 * NS_PER_S)
#define CLOSED_WAIT_MS 1000
#define MIN_WAIT_MS 5
#define MAX_WAIT_MS 50

/* Where the kernel wakes us when a buffer has come so far, the rings are read between two ticks only for
 * the budget's sake. */
#define WATERMARK_PCT 25
#define MAX_WATCHED_WAIT_MS 250

/* So many times in a row woken for next to nothing: the watermark is not what it says. */
#define FALSE_ALARMS_MAX 8

struct trace {
	struct source source;
	char *tracefs; /* NULL: not mounted */
	const char *counters_root, *clock_path;
	enum trace_method method;
	struct budget_limits limits;
	bool details_wanted;
	pid_t selected;

	struct exits_bpf *bpf; /* NULL: closed */
	bool bpf_details;      /* are looked at in this interval */

	struct trace_instance *instance; /* NULL: closed, and so is all down to keeper */
	struct trace_ring *ring;
	struct trace_clock clock;
	struct trace_cpus cpus;
	struct trace_format format;
	struct trace_keeper keeper;

	struct exits *exits;
	struct exits_intake intake;
	struct sample_tracing totals;
	uint64_t cpu_ns; /* went into reading events */
	char why[256];   /* why it is closed */
	uint64_t retry_ns;
	int wait_ms;
	uint64_t due_ns; /* when work was to come at the latest */
	int false_alarms;
	uint32_t pid_namespace; /* of kvmtop's own, or 0 */
	struct trace_silence silence;
};

static uint64_t cpu_clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void stop_watching(struct trace *t)
{
	if (t->cpus.watch >= 0)
		close(t->cpus.watch);
	t->cpus.watch = -1;
}

static void start_watching(struct trace *t)
{
	t->false_alarms = 0;
	if (!trace_instance_set_watermark(t->instance, WATERMARK_PCT))
		t->cpus.watch = epoll_create1(EPOLL_CLOEXEC);
}

static void close_bpf(struct trace *t)
{
	exits_bpf_close(t->bpf);
	t->bpf = NULL;
	trace_format_fini(&t->format);
}

static void close_tracing(struct trace *t)
{
	stop_watching(t);
	trace_ring_free(t->ring);
	trace_keeper_fini(&t->keeper);
	trace_clock_close(&t->clock);
	trace_instance_free(t->instance);
	trace_format_fini(&t->format);
	t->ring = NULL;
	t->instance = NULL;
}

/* False where records are to be read. The clock that programs have is CLOCK_MONOTONIC: where a device has
 * to be asked for it, records with another one are cheaper. */
static bool open_bpf(struct trace *t, char *why, size_t size)
{
	if (t->method == TRACE_RING || (t->method == TRACE_AUTO && !t->pid_namespace &&
					       trace_clock_is_device(t->clock_path)))
		return false;
	if (exits_bpf_open(&t->bpf, t->pid_namespace, why, size))
		return false;
	t->bpf_details = exits_bpf_set_details(t->bpf, t->details_wanted);
	return true;
}

/* Records name threads by the host's numbers, which are others' here. */
static void explain_pid_namespace(struct trace *t, const char *why)
{
	snprintf(t->why, sizeof t->why,
		"exit reasons need BPF programs in a PID namespace, and %s; run kvmtop on the "
		"host, or "
		"start the container with --pid=host",
		why);
}

static void open_tracing(struct trace *t)
{
	char why[100] = "";
	int error;

	t->retry_ns = clock_mono_ns() + RETRY_NS;
	if (t->pid_namespace && t->method == TRACE_RING) {
		explain_pid_namespace(t, "`--tracer ring` was given");
		return;
	}
	if (trace_probe_format(t->tracefs, &t->format, t->why, sizeof t->why))
		return;
	if (open_bpf(t, why, sizeof why))
		return;
	if (t->pid_namespace || t->method == TRACE_BPF) {
		if (t->pid_namespace)
			explain_pid_namespace(t, why);
		else
			snprintf(t->why, sizeof t->why,
				"exits cannot be counted by BPF: %s; run kvmtop without "
				"`--tracer bpf`",
				why);
		trace_format_fini(&t->format);
		return;
	}
	error = trace_instance_new(&t->instance, t->tracefs, (int)sysconf(_SC_NPROCESSORS_ONLN));
	if (!error) {
		trace_clock_open(&t->clock, t->instance, t->clock_path);
		t->ring = trace_ring_new();
		t->cpus.list[0] = '\0';
		start_watching(t);
		error = trace_cpus_update(&t->cpus, t->instance, t->ring);
	}
	if (!error)
		error = trace_instance_start(t->instance);
	if (error) {
		trace_probe_explain(t->tracefs, error, t->why, sizeof t->why);
		close_tracing(t);
		return;
	}
	exits_gap(t->exits, false); /* of the instance before, whose records are gone */
	trace_keeper_init(&t->keeper, t->instance, &t->limits, t->details_wanted);
}

/* Whether tracing is open; tries to open it now and then. */
static bool is_open(struct trace *t)
{
	if (!t->instance && !t->bpf && clock_mono_ns() >= t->retry_ns)
		open_tracing(t);
	return t->instance || t->bpf;
}

/* Hands out what is from before a moment of CLOCK_MONOTONIC. Returns whether that is done. */
static bool merge(struct trace *t, uint64_t horizon_ns, const struct trace_sink *sink)
{
	const uint64_t wanted_ns = trace_clock_from_mono(&t->clock, horizon_ns);
	const uint64_t done_ns = trace_ring_merge(t->ring, wanted_ns, sink);

	t->totals.horizon_ns = trace_clock_to_mono(&t->clock, done_ns);
	return done_ns == wanted_ns;
}

/* Hands out what is from before the last switch, and drops what is open then. Returns whether that is
 * done. */
static bool pass_cut(struct trace *t, uint64_t horizon_ns, const struct trace_sink *sink)
{
	const uint64_t cut_ns = t->keeper.shed.cut_ns;

	if (!cut_ns || cut_ns > horizon_ns)
		return true;
	if (!merge(t, cut_ns, sink))
		return false;
	exits_lost(t->exits);
	t->keeper.shed.cut_ns = 0;
	return true;
}

/* Returns whether all that was there is booked now. */
static bool drain(struct trace *t)
{
	const struct trace_sink sink = exits_intake_sink(&t->intake);
	const uint64_t cpu_ns = cpu_clock_ns(CLOCK_THREAD_CPUTIME_ID);
	uint64_t horizon_ns;
	bool done;

	trace_clock_read(&t->clock);
	horizon_ns = clock_mono_ns() - SLACK_NS;
	done = pass_cut(t, horizon_ns, &sink) && merge(t, horizon_ns, &sink);
	t->cpu_ns += cpu_clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
	t->totals.events = t->intake.events;
	t->totals.lost = t->intake.lost;
	t->totals.lost_unknown = t->intake.lost_unknown;
	return done;
}

static bool has_ended_vm(const struct sample *s)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].ended)
			return true;
	return false;
}

/* Books all from before the moment at which the sample's threads were read, which has just passed: what a thread did
 * that had ended by then is whole. Of a VM that has ended there is no later sample to book it in. */
static void drain_for_sample(struct trace *t, const struct sample *s)
{
	const uint64_t read_ns = clock_mono_ns(), ready_ns = read_ns + SLACK_NS;
	const struct timespec ready = { (time_t)(ready_ns / NS_PER_S),
		(long)(ready_ns % NS_PER_S) };
	const bool must = has_ended_vm(s);

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ready, NULL) == EINTR)
		;
	while (!drain(t) && must && clock_mono_ns() - read_ns < LAST_WORDS_NS)
		;
}

/* A kernel that wakes us all the time is read by the clock alone. */
static void judge_alarm(struct trace *t)
{
	const bool early = clock_mono_ns() < t->due_ns;
	const bool empty = trace_ring_busiest_bytes(t->ring) <
			   trace_instance_buffer_bytes(t->instance) / 100 * WATERMARK_PCT / 4;

	t->false_alarms = early && empty ? t->false_alarms + 1 : 0;
	if (t->false_alarms == FALSE_ALARMS_MAX)
		stop_watching(t);
}

/* The fuller the fullest buffer was, the sooner the next round comes. */
static void choose_wait(struct trace *t)
{
	const int most = t->cpus.watch < 0 ? MAX_WAIT_MS : MAX_WATCHED_WAIT_MS;
	const size_t busiest = trace_ring_busiest_bytes(t->ring);
	const size_t whole = trace_instance_buffer_bytes(t->instance);

	if (busiest > whole / 8)
		t->wait_ms /= 2;
	else if (busiest < whole / 32)
		t->wait_ms *= 2;
	if (t->wait_ms < MIN_WAIT_MS)
		t->wait_ms = MIN_WAIT_MS;
	if (t->wait_ms > most)
		t->wait_ms = most;
}

static int trace_work(struct source *source)
{
	struct trace *t = (struct trace *)source;
	uint64_t edge_ns;
	int wait_ms = 0;

	if (!is_open(t))
		return CLOSED_WAIT_MS;
	if (t->bpf)
		return -1;
	if (drain(t)) {
		judge_alarm(t);
		choose_wait(t);
		wait_ms = t->wait_ms;
	}
	edge_ns = trace_keeper_work(&t->keeper, &t->totals, t->cpu_ns);
	if (edge_ns < (uint64_t)wait_ms * NS_PER_MS)
		wait_ms = (int)((edge_ns + NS_PER_MS - 1) / NS_PER_MS);
	t->due_ns = clock_mono_ns() + (uint64_t)wait_ms * NS_PER_MS;
	return wait_ms;
}

static int trace_descriptor(const struct source *source)
{
	return ((const struct trace *)source)->cpus.watch;
}

static void collect_bpf(struct trace *t, struct sample *s)
{
	struct bpf_intake in;

	t->totals.horizon_ns = clock_mono_ns();
	in = exits_bpf_collect(t->bpf, t->exits);
	t->totals.events += in.exits;
	t->totals.lost += in.dropped;
	exits_collect(t->exits, &t->format, s);
	s->tracing = t->totals;
	s->tracing.bpf = true;
	s->tracing.details = t->bpf_details;
	s->tracing.duty = 1;
	s->tracing.budget_cpu_pct = t->limits.cpu_pct;
	s->tracing.budget_events_per_s = t->limits.events_per_s;
	t->bpf_details = exits_bpf_set_details(t->bpf, t->details_wanted);
}

static void collect_ring(struct trace *t, struct sample *s)
{
	trace_cpus_update(&t->cpus, t->instance, t->ring);
	drain_for_sample(t, s);
	exits_collect(t->exits, &t->format, s);
	s->tracing = t->totals;
	trace_keeper_report(&t->keeper, s, t->selected, t->details_wanted, t->counters_root);
}

static void trace_collect(struct source *source, struct sample *s)
{
	struct trace *t = (struct trace *)source;

	if (!is_open(t)) {
		sample_set_source(s, SOURCE_TRACING, "%s", t->why);
		return;
	}
	if (t->bpf)
		collect_bpf(t, s);
	else
		collect_ring(t, s);
	trace_silence_report(&t->silence, t->totals.events, s);
}

static void trace_close(struct source *source)
{
	struct trace *t = (struct trace *)source;

	if (t->bpf)
		close_bpf(t);
	else
		close_tracing(t);
	exits_free(t->exits);
	free(t->tracefs);
	free(t);
}

static const struct source_ops trace_ops = {
	.collect = trace_collect,
	.work = trace_work,
	.descriptor = trace_descriptor,
	.close = trace_close,
};

struct source *trace_open(const struct trace_config *config)
{
	struct trace *t = mem_calloc(1, sizeof *t);

	t->source.ops = &trace_ops;
	t->tracefs = mem_strdup(config->tracefs);
	t->cpus.path = config->cpus_path ? config->cpus_path : TRACE_CPUS_PATH;
	t->counters_root = config->counters_root ? config->counters_root : KVM_COUNTERS_ROOT;
	t->clock_path = config->clock_path ? config->clock_path : TRACE_CLOCK_SOURCE_PATH;
	t->method = config->method;
	t->limits = config->limits;
	t->pid_namespace = config->pid_namespace;
	t->cpus.watch = -1;
	t->clock.fd = -1;
	t->exits = exits_new();
	t->intake = (struct exits_intake){ .exits = t->exits, .format = &t->format };
	t->wait_ms = MAX_WAIT_MS;
	return &t->source;
}

void trace_want_details(struct source *source, bool wanted)
{
	if (source && source->ops == &trace_ops)
		((struct trace *)source)->details_wanted = wanted;
}

void trace_select(struct source *source, pid_t pid)
{
	if (source && source->ops == &trace_ops)
		((struct trace *)source)->selected = pid;
}
