#include "source/trace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/exits.h"
#include "source/trace_format.h"
#include "source/trace_instance.h"
#include "source/trace_probe.h"
#include "source/trace_ring.h"

/* Records younger than this wait for the next round: the trace's clock and CLOCK_MONOTONIC may be
 * a little apart while the kernel adjusts them. */
#define SLACK_NS (1 * NS_PER_MS)

#define RETRY_NS (5 * NS_PER_S)
#define CLOSED_WAIT_MS 1000
#define MIN_WAIT_MS 5
#define MAX_WAIT_MS 50

/* VMs run and not one exit was seen for so long: this KVM has the events, but never fires them. */
#define SILENCE_NS (5 * NS_PER_S)

struct trace {
	struct source source;
	char *tracefs;                   /* NULL: not mounted */
	struct trace_instance *instance; /* NULL: closed, and so are ring and format */
	struct trace_ring *ring;
	struct trace_format format;
	struct exits *exits;
	struct sample_tracing totals;
	char why[200]; /* why it is closed */
	uint64_t retry_ns;
	int wait_ms;
	char cpus_online[1024]; /* as last read */
	uint64_t vms_since_ns;  /* since when there are VMs; 0: there are none */
};

static ssize_t read_cpu(void *context, void *page, size_t size)
{
	const int *fd = context;

	return read(*fd, page, size);
}

static void close_cpu(void *context)
{
	int *fd = context;

	close(*fd);
	free(fd);
}

static int add_cpu(struct trace *t, int cpu)
{
	const int fd = trace_instance_open_cpu(t->instance, cpu);
	int *context;

	if (fd < 0)
		return fd;
	context = mem_calloc(1, sizeof *context);
	*context = fd;
	trace_ring_add(t->ring, cpu,
		(struct trace_reader){ .read = read_cpu, .close = close_cpu, .context = context });
	return 0;
}

/* Gives every CPU that is online a reader. A CPU that went offline keeps it: its last records are
 * still to be read. Returns 0 or -errno. The file reads as
 *	0-3,8-11 */
static int add_online_cpus(struct trace *t)
{
	char text[sizeof t->cpus_online];
	const char *at = text;
	int first, last, length, error = 0;
	FILE *file = fopen("/sys/devices/system/cpu/online", "re");

	if (!file)
		return -errno;
	if (!fgets(text, sizeof text, file))
		text[0] = '\0';
	fclose(file);
	if (!strcmp(text, t->cpus_online))
		return 0;
	while (!error && sscanf(at, "%d%n", &first, &length) == 1) {
		at += length;
		last = first;
		if (sscanf(at, "-%d%n", &last, &length) == 1)
			at += length;
		for (int cpu = first; cpu <= last && !error; cpu++)
			if (!trace_ring_has(t->ring, cpu))
				error = add_cpu(t, cpu);
		at += *at == ',';
	}
	if (!error)
		memcpy(t->cpus_online, text, sizeof text);
	return error;
}

static void close_tracing(struct trace *t)
{
	trace_ring_free(t->ring);
	trace_instance_free(t->instance);
	trace_format_fini(&t->format);
	t->ring = NULL;
	t->instance = NULL;
}

static void open_tracing(struct trace *t)
{
	int error;

	t->retry_ns = clock_mono_ns() + RETRY_NS;
	if (trace_probe_format(t->tracefs, &t->format, t->why, sizeof t->why))
		return;
	error = trace_instance_new(&t->instance, t->tracefs, (int)sysconf(_SC_NPROCESSORS_ONLN));
	if (!error) {
		t->ring = trace_ring_new(trace_instance_page_bytes(t->instance));
		t->cpus_online[0] = '\0';
		error = add_online_cpus(t);
	}
	if (!error)
		error = trace_instance_start(t->instance);
	if (error) {
		trace_probe_explain(t->tracefs, error, t->why, sizeof t->why);
		close_tracing(t);
	}
}

/* Whether tracing is open; tries to open it now and then. */
static bool is_open(struct trace *t)
{
	if (!t->instance && clock_mono_ns() >= t->retry_ns)
		open_tracing(t);
	return t->instance;
}

static void take_record(void *context, const void *record, size_t size, uint64_t time_ns)
{
	struct trace *t = context;

	t->totals.events++;
	exits_record(t->exits, &t->format, record, size, time_ns);
}

/* At both ends of a gap: what was open before it may have ended in it, what was opened in it on
 * another CPU may have ended in it too. */
static void take_loss(void *context, int count, bool open)
{
	struct trace *t = context;

	if (count > 0)
		t->totals.lost += (uint64_t)count;
	else if (count < 0)
		t->totals.lost_unknown = true;
	(void)open;
	exits_lost(t->exits);
}

/* Returns whether all that was there is booked now. */
static bool drain(struct trace *t)
{
	const struct trace_sink sink = { .record = take_record, .lost = take_loss, .context = t };
	const uint64_t horizon_ns = clock_mono_ns() - SLACK_NS;

	t->totals.horizon_ns = trace_ring_merge(t->ring, horizon_ns, &sink);
	return t->totals.horizon_ns == horizon_ns;
}

/* The fuller the fullest buffer was, the sooner the next round comes. */
static void choose_wait(struct trace *t)
{
	const size_t busiest = trace_ring_busiest_bytes(t->ring);
	const size_t whole = trace_instance_buffer_bytes(t->instance);

	if (busiest > whole / 8)
		t->wait_ms /= 2;
	else if (busiest < whole / 32)
		t->wait_ms *= 2;
	if (t->wait_ms < MIN_WAIT_MS)
		t->wait_ms = MIN_WAIT_MS;
	if (t->wait_ms > MAX_WAIT_MS)
		t->wait_ms = MAX_WAIT_MS;
}

static int trace_work(struct source *source)
{
	struct trace *t = (struct trace *)source;

	if (!is_open(t))
		return CLOSED_WAIT_MS;
	if (!drain(t))
		return 0;
	choose_wait(t);
	return t->wait_ms;
}

static bool is_silent(struct trace *t, const struct sample *s)
{
	if (!s->vm_count)
		t->vms_since_ns = 0;
	else if (!t->vms_since_ns)
		t->vms_since_ns = s->time_ns;
	return s->vm_count && !t->totals.events && s->time_ns - t->vms_since_ns >= SILENCE_NS;
}

static void trace_collect(struct source *source, struct sample *s)
{
	struct trace *t = (struct trace *)source;

	if (!is_open(t)) {
		sample_set_source(s, SOURCE_TRACING, "%s", t->why);
		return;
	}
	add_online_cpus(t);
	drain(t);
	exits_collect(t->exits, &t->format, s);
	s->tracing = t->totals;
	if (is_silent(t, s))
		sample_set_source(s, SOURCE_TRACING,
			"no VM exit was seen so far: the VMs are paused, or this host is a VM "
			"whose KVM does not report exits; run kvmtop on the physical host");
	else
		sample_set_source(s, SOURCE_TRACING, NULL);
}

static void trace_close(struct source *source)
{
	struct trace *t = (struct trace *)source;

	close_tracing(t);
	exits_free(t->exits);
	free(t->tracefs);
	free(t);
}

struct source *trace_open(const char *tracefs)
{
	static const struct source_ops ops = {
		.collect = trace_collect,
		.work = trace_work,
		.close = trace_close,
	};
	struct trace *t = mem_calloc(1, sizeof *t);

	t->source.ops = &ops;
	t->tracefs = mem_strdup(tracefs);
	t->exits = exits_new();
	t->wait_ms = MAX_WAIT_MS;
	return &t->source;
}
