#include "source/recording/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "source/exits/exits.h"
#include "source/recording/recording_file.h"
#include "source/recording/recording_format.h"
#include "source/recording/recording_head.h"
#include "source/recording/recording_reader.h"
#include "source/recording/recording_vm.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_ring.h"

/* No record can be later: this is the ring's word for "never". */
#define HORIZON_NS (UINT64_MAX - 1)

struct recording {
	struct source source;
	char name[64];    /* of the file, cleaned */
	uint64_t real_ns; /* when the file was written */
	struct recording_file file;
	struct recording_head head;
	struct recording_state state;
	const struct recording_buffer *buffer; /* what is read of it */
	size_t buffers_unread;                 /* others that hold events, too */
	struct trace_format format;
	struct trace_ring *ring;
	struct exits *exits;
	struct exits_intake intake;
	bool done;
	bool begun;           /* the sample of the beginning was given */
	struct sample *whole; /* with the exits of the whole, from the moment that all is read */
};

/* Reads a part, until nothing comes any more. */
static void read_part(struct recording *r)
{
	const struct trace_sink sink = exits_intake_sink(&r->intake);
	const uint64_t events = r->intake.events;

	if (trace_ring_merge(r->ring, HORIZON_NS, &sink) == HORIZON_NS && !r->state.open)
		r->done = true;
	/* What is left is later than any time can be: garbage. */
	if (r->intake.events == events && !trace_ring_busiest_bytes(r->ring))
		r->done = true;
}

static int recording_work(struct source *source)
{
	struct recording *r = (struct recording *)source;

	if (!r->done)
		read_part(r);
	return r->done ? -1 : 0;
}

static void set_note(const struct recording *r, struct sample_recording *s)
{
	const char *text = NULL;

	if (r->state.cut)
		text = "is cut: what is whole is shown";
	else if (r->state.damaged)
		text = "is damaged: what can be read is shown";
	else if (r->buffers_unread)
		text = "holds events of several instances: only the largest is shown; split it "
		       "with `trace-cmd split -B NAME`";
	else if (!r->intake.events)
		text = "holds no events: record with " RECORDING_HOW_TO " while a VM runs";
	snprintf(s->file, sizeof s->file, "%s", r->name);
	if (text)
		snprintf(s->note, sizeof s->note, "%s %s", r->name, text);
}

static void read_whole(struct recording *r)
{
	while (!r->done)
		read_part(r);
	r->whole = sample_new();
	exits_collect(r->exits, &r->format, r->whole);
}

/* The whole's exits become those of s, and the memory they lie in, too. */
static void move_exits(struct recording *r, struct sample *s)
{
	const struct arena arena = s->arena;

	s->arena = r->whole->arena;
	r->whole->arena = arena;
	s->exit_threads = r->whole->exit_threads;
	s->exit_thread_count = r->whole->exit_thread_count;
	r->whole->exit_threads = NULL;
	r->whole->exit_thread_count = 0;
}

static void recording_collect(struct source *source, struct sample *s)
{
	struct recording *r = (struct recording *)source;
	const struct sample *from = s;
	uint64_t first_ns, last_ns;

	if (!r->whole)
		read_whole(r);
	first_ns = r->intake.first_ns;
	last_ns = r->intake.last_ns;
	s->tracing = (struct sample_tracing){
		.events = r->intake.events,
		.lost = r->intake.lost,
		.lost_unknown = r->intake.lost_unknown,
		.details = true,
		.duty = 1,
	};
	/* Two moments that differ, and neither is 0, which would mean that nothing was traced. */
	s->time_ns = first_ns + 1;
	if (r->begun)
		s->time_ns = last_ns > first_ns ? last_ns + 1 : first_ns + 2;
	s->tracing.horizon_ns = s->time_ns;
	s->real_ns = r->real_ns;
	if (r->begun)
		move_exits(r, s);
	else
		from = r->whole;
	r->begun = true;
	recording_vm_add(s, from, r->name, &r->head);
	snprintf(s->host.name, sizeof s->host.name, "%s", r->head.host);
	s->host.cpus = (int)r->head.cpus;
	set_note(r, &s->recording);
	sample_set_source(s, SOURCE_PROC, "a recording is read, not this host");
	sample_set_source(s, SOURCE_TRACING, NULL);
	sample_set_source(s, SOURCE_LIBVIRT, "a recording is read, not this host");
}

static void recording_close(struct source *source)
{
	struct recording *r = (struct recording *)source;

	trace_ring_free(r->ring);
	exits_free(r->exits);
	if (r->format.names)
		trace_format_fini(&r->format);
	sample_free(r->whole);
	recording_head_fini(&r->head);
	recording_file_close(&r->file);
	free(r);
}

static uint64_t bytes_of(const struct recording_buffer *b, size_t *cpus)
{
	uint64_t bytes = 0;

	*cpus = 0;
	for (size_t i = 0; i < b->cpu_count; i++)
		if (b->cpus[i].size) {
			/* The true ones fit; others are found to be cut later. */
			bytes += b->cpus[i].size < UINT32_MAX ? b->cpus[i].size : UINT32_MAX;
			++*cpus;
		}
	return bytes;
}

/* An instance each: events that two of them recorded must not be counted twice. */
static void choose_buffer(struct recording *r)
{
	uint64_t most = 0, bytes;
	size_t cpus, with_events = 0;

	r->buffer = &r->head.buffers[0];
	for (size_t i = 0; i < r->head.buffer_count; i++) {
		bytes = bytes_of(&r->head.buffers[i], &cpus);
		with_events += bytes > 0;
		if (bytes > most) {
			most = bytes;
			r->buffer = &r->head.buffers[i];
		}
	}
	r->buffers_unread = with_events ? with_events - 1 : 0;
}

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list;
}

/* Writes what is wrong with the clock to why, and returns -EINVAL; or returns 0. */
static int check_clock(const struct recording *r, char *why, size_t size)
{
	static const char *const in_step[] = { "mono", "mono_raw", "perf", "boot", "tai", "global",
		NULL };
	const char *clock = r->buffer->clock[0] ? r->buffer->clock : r->head.clock;
	char clean[sizeof r->head.clock];
	size_t cpus;

	bytes_of(r->buffer, &cpus);
	if (is_one_of(clock, in_step) || (!strcmp(clock, "local") && cpus < 2))
		return 0;
	text_clean(clean, sizeof clean, clock);
	if (!strcmp(clock, "local"))
		snprintf(why, size,
			"was recorded with the clock local, which is not in step across "
			"CPUs: record with " RECORDING_HOW_TO);
	else
		snprintf(why, size,
			"was recorded with the clock %s, which kvmtop does not read: record "
			"with " RECORDING_HOW_TO,
			clean[0] ? clean : "(none)");
	return -EINVAL;
}

static void add_readers(struct recording *r)
{
	const struct recording_buffer *b = r->buffer;

	r->ring = trace_ring_new();
	for (size_t i = 0; i < b->cpu_count; i++)
		if (b->cpus[i].size)
			trace_ring_add(r->ring, (int)i,
				recording_reader_new(
					&r->file, r->head.packing, b, &b->cpus[i], &r->state));
}

static void set_name(struct recording *r, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (!text_clean(r->name, sizeof r->name, slash ? slash + 1 : path))
		text_clean(r->name, sizeof r->name, path);
	if (r->file.fd >= 0 && !fstat(r->file.fd, &st))
		r->real_ns = (uint64_t)st.st_mtim.tv_sec * NS_PER_S + (uint64_t)st.st_mtim.tv_nsec;
}

/* Writes what is wrong with the file to why. */
static int open_file(struct recording *r, const char *path, char *why, size_t size)
{
	int error = recording_file_open(&r->file, path);

	set_name(r, path);
	if (error) {
		snprintf(why, size, "cannot be read: %s",
			error == -EINVAL ? "it is no regular file" : strerror(-error));
		return error;
	}
	error = recording_head_init(&r->head, &r->file, why, size);
	if (error)
		return error;
	choose_buffer(r);
	error = check_clock(r, why, size);
	if (!error)
		error = recording_format_init(&r->format, &r->head, why, size);
	if (!error)
		add_readers(r);
	return error;
}

int recording_open(struct source **source, const char *path, char *why, size_t size)
{
	static const struct source_ops ops = {
		.collect = recording_collect,
		.work = recording_work,
		.close = recording_close,
	};
	struct recording *r = mem_calloc(1, sizeof *r);
	char what[200];
	int error;

	r->source.ops = &ops;
	r->file.fd = -1;
	r->exits = exits_new();
	r->intake = (struct exits_intake){ .exits = r->exits, .format = &r->format };
	error = open_file(r, path, what, sizeof what);
	if (error) {
		snprintf(why, size, "%s %s", r->name, what);
		recording_close(&r->source);
		return error;
	}
	*source = &r->source;
	return 0;
}
