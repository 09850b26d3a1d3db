#include "source/exits/exits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/exits/bookings.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_reason.h"

/* A thread is looked at for forgetting after so many collects in which it did nothing. */
#define IDLE_COLLECTS 60

#define RECENT 256u

struct thread {
	pid_t tid;
	int vcpu;
	struct exit_words open_key;
	uint64_t open_ns;
	uint64_t open_epoch; /* the interval is open while this is the engine's epoch */
	struct bookings bookings;
	struct sample_irq *irqs; /* in the order in which they came */
	size_t irq_count, irq_capacity;
	uint32_t idle; /* collects since it did anything */
};

struct exits {
	struct map by_tid;
	struct thread **threads; /* the same ones, to walk */
	size_t count, capacity;
	struct thread *recent[RECENT]; /* by the low bits of the tid; NULL: look into by_tid */
	uint64_t epoch;                /* changes when events were lost; never 0 */
	uint64_t open_epoch;           /* of what opens now: the epoch; 0 while a gap is open */
	struct map had;                /* what threads_of() made of the last collect's sample */
};

struct exits *exits_new(void)
{
	struct exits *e = mem_calloc(1, sizeof *e);

	e->epoch = e->open_epoch = 1;
	return e;
}

static void free_thread(struct thread *t)
{
	bookings_fini(&t->bookings);
	free(t->irqs);
	free(t);
}

void exits_free(struct exits *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		free_thread(e->threads[i]);
	free(e->threads);
	map_fini(&e->by_tid);
	map_fini(&e->had);
	free(e);
}

static struct thread *add_thread(struct exits *e, pid_t tid)
{
	struct thread *t = mem_calloc(1, sizeof *t);

	t->tid = tid;
	t->vcpu = -1;
	map_put(&e->by_tid, (uint64_t)tid, t);
	e->threads = mem_grow(e->threads, e->count, &e->capacity, sizeof *e->threads);
	e->threads[e->count++] = t;
	return t;
}

/* NULL: it is not among the recent ones. */
static inline struct thread *find_recent(const struct exits *e, pid_t tid)
{
	struct thread *t = e->recent[(uint32_t)tid % RECENT];

	return t && t->tid == tid ? t : NULL;
}

/* It is a recent one now. NULL: it is not known and not to be added, or it cannot be a thread. */
static struct thread *find_thread(struct exits *e, pid_t tid, bool add)
{
	struct thread *t = find_recent(e, tid);

	if (t || tid <= 0)
		return t;
	t = map_get(&e->by_tid, (uint64_t)tid);
	if (!t && add && e->count < EXITS_THREADS_MAX)
		t = add_thread(e, tid);
	if (t)
		e->recent[(uint32_t)tid % RECENT] = t;
	return t;
}

static inline void open_interval(
	const struct exits *e, struct thread *t, int vcpu, struct exit_key key, uint64_t time_ns)
{
	if (vcpu >= 0)
		t->vcpu = vcpu;
	t->open_key = exit_words_make(key);
	t->open_ns = time_ns;
	t->open_epoch = e->open_epoch;
}

static inline void close_interval(
	const struct exits *e, struct thread *t, int vcpu, uint64_t time_ns)
{
	if (vcpu >= 0)
		t->vcpu = vcpu;
	if (t->open_epoch != e->epoch || time_ns < t->open_ns)
		return;
	t->open_epoch = 0;
	bookings_add(&t->bookings, t->open_key, time_ns - t->open_ns);
}

void exits_exit(struct exits *e, pid_t tid, int vcpu, struct exit_key key, uint64_t time_ns)
{
	struct thread *t = find_thread(e, tid, true);

	if (t)
		open_interval(e, t, vcpu, key, time_ns);
}

void exits_entry(struct exits *e, pid_t tid, int vcpu, uint64_t time_ns)
{
	struct thread *t = find_thread(e, tid, false);

	if (t)
		close_interval(e, t, vcpu, time_ns);
}

void exits_detail(struct exits *e, pid_t tid, enum exit_detail detail, uint64_t number)
{
	struct thread *t = find_thread(e, tid, false);
	struct exit_key key;

	if (!t || t->open_epoch != e->epoch)
		return;
	key = exit_words_split(t->open_key);
	if (key.detail != EXIT_DETAIL_NONE)
		return;
	key.detail = (uint8_t)detail;
	key.number = number;
	t->open_key = exit_words_make(key);
}

/* NULL: it has EXITS_IRQS_MAX others. */
static struct sample_irq *find_irq(struct thread *t, uint32_t gsi)
{
	for (size_t i = 0; i < t->irq_count; i++)
		if (t->irqs[i].gsi == gsi)
			return &t->irqs[i];
	if (t->irq_count == EXITS_IRQS_MAX)
		return NULL;
	t->irqs = mem_grow(t->irqs, t->irq_count, &t->irq_capacity, sizeof *t->irqs);
	t->irqs[t->irq_count] = (struct sample_irq){ .gsi = gsi };
	return &t->irqs[t->irq_count++];
}

void exits_irqs(struct exits *e, pid_t tid, uint32_t gsi, uint64_t raised, uint64_t lowered)
{
	struct thread *t = find_thread(e, tid, true);
	struct sample_irq *irq = t ? find_irq(t, gsi) : NULL;

	if (!irq)
		return;
	irq->raised += raised;
	irq->lowered += lowered;
}

void exits_irq(struct exits *e, pid_t tid, uint32_t gsi, bool raised)
{
	exits_irqs(e, tid, gsi, raised, !raised);
}

void exits_add(struct exits *e, pid_t tid, int vcpu, struct exit_key key, const struct sums *sums,
	const uint32_t *buckets)
{
	struct thread *t = find_thread(e, tid, true);

	if (!t)
		return;
	if (vcpu >= 0)
		t->vcpu = vcpu;
	bookings_add_sums(&t->bookings, exit_words_make(key), sums, buckets);
}

void exits_lost(struct exits *e)
{
	exits_gap(e, !e->open_epoch);
}

void exits_gap(struct exits *e, bool open)
{
	e->epoch++;
	e->open_epoch = open ? 0 : e->epoch;
}

/* Where the field of the reason tells its ISA. */
static struct exit_key key_by_field(const struct trace_format *f, const void *record)
{
	const uint64_t value = trace_field_get(f->exit_reason, record);
	struct trace_reason reason;

	if (f->exit_ret.size)
		return exit_key_make_arm(
			(uint32_t)trace_field_get(f->exit_ret, record), (uint32_t)value);
	reason = trace_reason_split(f->reason_isa, value);
	return (struct exit_key){ .reason = reason.number, .isa = (uint8_t)reason.isa };
}

static struct exit_key unusual_key(const struct trace_format *f, const void *record)
{
	struct exit_key key;

	if (f->reason_isa != EXIT_ISA_UNKNOWN)
		return key_by_field(f, record);
	key = exit_key_make((uint32_t)trace_field_get(f->exit_reason, record),
		(uint32_t)trace_field_get(f->exit_isa, record),
		trace_field_get(f->exit_info1, record));
	/* Without info1 (older kernels) the port is not known. */
	if (!f->exit_info1.size)
		key.detail = EXIT_DETAIL_NONE;
	return key;
}

static int unusual_vcpu(struct trace_field vcpu, const void *record)
{
	return vcpu.size ? (int)trace_field_get(vcpu, record) : -1;
}

static void take_msr(struct exits *e, const struct trace_format *f, const void *record, pid_t tid)
{
	const bool write = trace_field_get(f->msr_write, record);

	exits_detail(e, tid, write ? EXIT_DETAIL_MSR_WRITE : EXIT_DETAIL_MSR_READ,
		trace_field_get(f->msr_number, record));
}

static void take_mmio(struct exits *e, const struct trace_format *f, const void *record, pid_t tid)
{
	const enum exit_detail detail = exit_key_mmio(trace_field_get(f->mmio_type, record));

	if (detail)
		exits_detail(e, tid, detail, trace_field_get(f->mmio_address, record));
}

/* Any record that holds the common fields, in any form. */
static __attribute__((noinline)) void take_any(struct exits *e, const struct trace_format *f,
	const void *record, size_t size, uint64_t time_ns)
{
	const int type = trace_field_get16(f->type, record);
	const pid_t tid = (pid_t)trace_field_get32(f->pid, record);

	if (type == f->exit_id && size >= f->exit_size)
		exits_exit(e, tid, unusual_vcpu(f->exit_vcpu, record), unusual_key(f, record),
			time_ns);
	else if ((type == f->entry_id || type == f->reenter_id) && size >= f->entry_size)
		exits_entry(e, tid, unusual_vcpu(f->entry_vcpu, record), time_ns);
	else if (type == f->msr_id && size >= f->msr_size)
		take_msr(e, f, record, tid);
	else if (type == f->mmio_id && size >= f->mmio_size)
		take_mmio(e, f, record, tid);
	else if (type == f->irq_id && size >= f->irq_size)
		exits_irq(e, tid, (uint32_t)trace_field_get(f->irq_gsi, record),
			trace_field_get(f->irq_level, record));
}

/* Nearly all records are of the usual form and of a recent thread: for them everything is inline, and
 * nothing else is called from the middle, so that no register has to be saved. */
static inline void take(struct exits *e, const struct trace_format *f, const void *record,
	size_t size, uint64_t time_ns)
{
	struct thread *t;
	int type;

	if (size < f->common_size)
		return;
	type = trace_field_get16(f->type, record);
	t = find_recent(e, (pid_t)trace_field_get32(f->pid, record));
	if (t && f->usual && type == f->entry_id && size >= f->entry_size) {
		close_interval(e, t, (int)trace_field_get32(f->entry_vcpu, record), time_ns);
		return;
	}
	if (t && f->usual && type == f->exit_id && size >= f->exit_size) {
		open_interval(e, t, (int)trace_field_get32(f->exit_vcpu, record),
			exit_key_make(trace_field_get32(f->exit_reason, record),
				trace_field_get32(f->exit_isa, record),
				trace_field_get64(f->exit_info1, record)),
			time_ns);
		return;
	}
	take_any(e, f, record, size, time_ns);
}

void exits_record(struct exits *e, const struct trace_format *f, const void *record, size_t size,
	uint64_t time_ns)
{
	take(e, f, record, size, time_ns);
}

static void intake_records(void *context, struct trace_page *from, uint64_t end_ns)
{
	struct exits_intake *in = context;
	struct exits *const e = in->exits;
	const struct trace_format *const f = in->format;
	struct trace_page page = *from;
	uint64_t events = 0;

	if (!in->events)
		in->first_ns = page.time_ns;
	do {
		in->last_ns = page.time_ns;
		events++;
		take(e, f, page.record, page.size, page.time_ns);
	} while (trace_page_next_before(&page, end_ns));
	in->events += events;
	*from = page;
}

/* At both ends of a gap: what was open before it may have ended in it, what was opened in it on
 * another CPU may have ended in it too. */
static void intake_lost(void *context, int count, bool open)
{
	struct exits_intake *in = context;

	if (count > 0)
		in->lost += (uint64_t)count;
	else if (count < 0)
		in->lost_unknown = true;
	exits_gap(in->exits, open);
}

struct trace_sink exits_intake_sink(struct exits_intake *in)
{
	return (struct trace_sink){ .records = intake_records, .lost = intake_lost, .context = in };
}

/* The threads of the VMs that run, by tid: what tells a thread from another one that had its number before. */
static struct map threads_of(const struct sample *s)
{
	struct map threads = { 0 };

	for (size_t i = 0; i < s->vm_count; i++)
		for (size_t j = 0; !s->vms[i].ended && j < s->vms[i].thread_count; j++) {
			const struct sample_thread *t = &s->vms[i].threads[j];

			map_put(&threads, (uint64_t)t->tid,
				(void *)(uintptr_t)(t->start_ticks * 2 + 1));
		}
	return threads;
}

/* A thread that has ended never closes what it has open, and another one may get its number: the first entry of that
 * one must not book it. now: the thread of that number in the sample, or NULL. Returns whether it has ended. */
static bool notice_end(const struct exits *e, struct thread *t, const void *now)
{
	const void *had = map_get(&e->had, (uint64_t)t->tid);
	const bool ended = had && had != now;

	if (ended)
		t->open_epoch = 0;
	return ended && !now;
}

/* An interval may be open for hours (a halted vCPU) and is then booked whole. */
static bool may_forget(const struct exits *e, const struct thread *t, const void *now)
{
	if (t->idle % IDLE_COLLECTS)
		return false;
	return t->open_epoch != e->epoch || !now;
}

static void forget_thread(struct exits *e, size_t i)
{
	struct thread *t = e->threads[i];

	if (e->recent[(uint32_t)t->tid % RECENT] == t)
		e->recent[(uint32_t)t->tid % RECENT] = NULL;
	map_remove(&e->by_tid, (uint64_t)t->tid);
	e->threads[i] = e->threads[--e->count];
	free_thread(t);
}

static void move_out(
	struct thread *t, struct trace_format *f, struct sample *s, struct sample_exit_thread *out)
{
	*out = (struct sample_exit_thread){
		.tid = t->tid,
		.vcpu = t->vcpu,
		.irqs = arena_array(&s->arena, t->irq_count, sizeof *out->irqs),
		.irq_count = t->irq_count,
	};
	out->count = bookings_move(&t->bookings, f, s, &out->exits);
	if (t->irq_count)
		memcpy(out->irqs, t->irqs, t->irq_count * sizeof *out->irqs);
	t->irq_count = 0;
}

void exits_collect(struct exits *e, struct trace_format *f, struct sample *s)
{
	struct map threads = threads_of(s);

	s->exit_threads = arena_array(&s->arena, e->count, sizeof *s->exit_threads);
	s->exit_thread_count = 0;
	for (size_t i = 0; i < e->count;) {
		struct thread *t = e->threads[i];
		const void *now = map_get(&threads, (uint64_t)t->tid);
		bool forget = notice_end(e, t, now);

		if (t->bookings.used || t->irq_count) {
			t->idle = 0;
			move_out(t, f, s, &s->exit_threads[s->exit_thread_count++]);
		} else {
			t->idle++;
			forget |= may_forget(e, t, now);
		}
		if (forget)
			forget_thread(e, i);
		else
			i++;
	}
	map_fini(&e->had);
	e->had = threads;
}
