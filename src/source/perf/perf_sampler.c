#include "source/perf/perf_sampler.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "source/perf/perf_event.h"

/* More than any VMM has; each takes a descriptor. */
enum { THREADS_MAX = 4096 };

struct sampled {
	pid_t tid;
	enum thread_kind kind;
	struct perf_event event;
	bool there; /* in the list of threads that is followed */
};

struct perf_sampler {
	pid_t pid;
	char *proc;
	struct perf_event_way way;
	struct sampled *threads;
	size_t count, capacity;
	size_t unseen; /* threads that could not be opened, of the last list */
	int error;     /* why not: the last one's errno */
	uint64_t lost;
	bool damaged; /* a ring held what is no record */
};

struct perf_sampler *perf_sampler_new(pid_t pid, const char *proc)
{
	struct perf_sampler *p = mem_calloc(1, sizeof *p);

	p->pid = pid;
	p->proc = mem_strdup(proc);
	p->way = perf_event_best(PERF_SAMPLER_HZ, proc);
	return p;
}

void perf_sampler_free(struct perf_sampler *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++)
		perf_event_stop(&p->threads[i].event);
	free(p->threads);
	free(p->proc);
	free(p);
}

static struct sampled *find_thread(const struct perf_sampler *p, pid_t tid)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->threads[i].tid == tid)
			return &p->threads[i];
	return NULL;
}

static void open_thread(struct perf_sampler *p, pid_t tid, enum thread_kind kind)
{
	struct sampled new = { .tid = tid, .kind = kind, .there = true };
	const int error =
		p->count < THREADS_MAX ? perf_event_start(&new.event, tid, &p->way) : -EMFILE;

	if (error == -ESRCH)
		return; /* it has ended meanwhile */
	if (error) {
		p->unseen++;
		p->error = -error;
		return;
	}
	p->threads = mem_grow(p->threads, p->count, &p->capacity, sizeof *p->threads);
	p->threads[p->count++] = new;
}

/* What one ring is read with. */
struct reading {
	struct perf_sampler *sampler;
	const struct perf_sampler_sink *sink;
	enum thread_kind kind;
	pid_t *made; /* threads, to be opened when no ring is being read */
	size_t made_count, made_capacity;
};

static void take_sample(void *context, const struct perf_ring_sample *sample)
{
	const struct reading *r = context;

	r->sink->sample(r->sink->context, r->kind, sample);
}

static void take_lost(void *context, uint64_t count)
{
	const struct reading *r = context;

	r->sampler->lost += count;
}

static void take_thread(void *context, pid_t pid, pid_t tid)
{
	struct reading *r = context;

	if (pid != r->sampler->pid || r->made_count >= THREADS_MAX)
		return;
	r->made = mem_grow(r->made, r->made_count, &r->made_capacity, sizeof *r->made);
	r->made[r->made_count++] = tid;
}

static void read_thread(struct sampled *t, struct reading *r)
{
	const struct perf_ring_sink sink = { take_sample, take_lost, take_thread, r };

	r->kind = t->kind;
	if (perf_ring_read(&t->event.ring, &sink))
		r->sampler->damaged = true;
}

void perf_sampler_read(struct perf_sampler *p, const struct perf_sampler_sink *sink)
{
	struct reading r = { .sampler = p, .sink = sink };

	for (size_t i = 0; i < p->count; i++)
		read_thread(&p->threads[i], &r);
	for (size_t i = 0; i < r.made_count; i++)
		if (!find_thread(p, r.made[i]))
			open_thread(p, r.made[i], THREAD_WORKER);
	free(r.made);
}

/* Lists of threads mostly come in the order of the last one: then the one that is looked for is where it was. */
static struct sampled *find_near(const struct perf_sampler *p, pid_t tid, size_t near)
{
	return near < p->count && p->threads[near].tid == tid ? &p->threads[near]
							      : find_thread(p, tid);
}

static void close_gone(struct perf_sampler *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->threads[i].there)
			p->threads[kept++] = p->threads[i];
		else
			perf_event_stop(&p->threads[i].event);
	p->count = kept;
}

void perf_sampler_follow(struct perf_sampler *p, const struct sample_thread *threads, size_t count,
	const struct perf_sampler_sink *sink)
{
	perf_sampler_read(p, sink);
	for (size_t i = 0; i < p->count; i++)
		p->threads[i].there = false;
	p->unseen = 0;
	p->error = 0;
	for (size_t i = 0; i < count; i++) {
		struct sampled *t = find_near(p, threads[i].tid, i);

		if (t) {
			t->there = true;
			t->kind = threads[i].kind;
		} else {
			open_thread(p, threads[i].tid, threads[i].kind);
		}
	}
	close_gone(p);
}

/* -- saying what is wrong */

void perf_sampler_why(int error, int paranoid, char *out, size_t size)
{
	switch (error) {
	case EACCES:
	case EPERM:
		if (paranoid > 2)
			snprintf(out, size,
				"Sampling is refused: kernel.perf_event_paranoid is %d; run sudo "
				"kvmtop, or "
				"sysctl kernel.perf_event_paranoid=1.",
				paranoid);
		else
			snprintf(out, size,
				"Sampling is refused: run sudo kvmtop; in a container it needs "
				"CAP_PERFMON, "
				"CAP_SYS_PTRACE and a seccomp profile that allows "
				"perf_event_open.");
		break;
	case ENOSYS:
		snprintf(out, size,
			"Sampling is not to be had: perf_event_open is missing in this kernel, or "
			"this "
			"container's seccomp profile hides it; run kvmtop on the host itself.");
		break;
	case EMFILE:
	case ENFILE:
		snprintf(out, size,
			"Threads cannot be sampled: no file descriptor is left; raise the limit "
			"with "
			"ulimit -n.");
		break;
	case ENOBUFS:
		snprintf(out, size,
			"Threads cannot be sampled: no memory may be locked for it; run sudo "
			"kvmtop, or "
			"raise the sysctl kernel.perf_event_mlock_kb.");
		break;
	case EBUSY:
		snprintf(out, size,
			"Sampling is refused: another profiler has the CPU's counters to itself; "
			"end it "
			"and come back.");
		break;
	default:
		snprintf(out, size, "Sampling does not work here: perf_event_open: %s.",
			strerror(error));
	}
}

void perf_sampler_note(struct sample_hot_symbols *out, const char *format, ...)
{
	char text[HOT_SYMBOLS_NOTE_SIZE], clean[HOT_SYMBOLS_NOTE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_clean(clean, sizeof clean, text);
	for (size_t i = 0; i < out->note_count; i++)
		if (!strcmp(out->notes[i], clean))
			return;
	if (out->note_count < HOT_SYMBOLS_NOTES_MAX)
		memcpy(out->notes[out->note_count++], clean, sizeof clean);
}

static int read_paranoid(const char *proc)
{
	char path[256];
	int value = -10;
	FILE *file;

	snprintf(path, sizeof path, "%s/sys/kernel/perf_event_paranoid", proc);
	file = fopen(path, "re");
	if (file && fscanf(file, "%d", &value) != 1)
		value = -10;
	if (file)
		fclose(file);
	return value;
}

static void note_limits(const struct perf_sampler *p, struct sample_hot_symbols *out)
{
	if (p->way.without_kernel)
		perf_sampler_note(out,
			"The kernel's part is not seen: kernel.perf_event_paranoid is %d; run sudo "
			"kvmtop.",
			read_paranoid(p->proc));
	if (p->unseen)
		perf_sampler_note(out, "%zu of %zu threads are not sampled: %s.", p->unseen,
			p->unseen + p->count,
			p->error == EMFILE || p->error == ENFILE
				? "no file descriptor is left; raise the limit with ulimit -n"
			: p->error == ENOBUFS ? "no memory may be locked for them; raise "
						"kernel.perf_event_mlock_kb"
					      : strerror(p->error));
	if (p->damaged)
		perf_sampler_note(
			out, "A ring of samples was damaged, and what was in it is left out.");
}

void perf_sampler_describe(const struct perf_sampler *p, struct sample_hot_symbols *out)
{
	out->event = (uint8_t)(p->count ? p->way.event : SYMBOL_EVENT_NONE);
	out->hz = p->way.hz;
	out->guest_unseen = p->way.without_guest;
	out->kernel_unseen = p->way.without_kernel;
	out->lost = p->lost;
	out->threads = p->count;
	out->threads_unseen = p->unseen;
	out->why[0] = '\0';
	if (p->count)
		note_limits(p, out);
	else if (p->unseen)
		perf_sampler_why(p->error, read_paranoid(p->proc), out->why, sizeof out->why);
}
