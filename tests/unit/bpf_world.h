/* bpf_world: what BPF programs do with events (src/bpf/exit_count.h), compiled for this machine, beside the engine
 * that is fed with records, and the same events for both. Included after cmocka.h. */
#ifndef TESTS_BPF_WORLD_H
#define TESTS_BPF_WORLD_H

#include "bpf/exit_count.h"
#include "exits_world.h"
#include "source/exits/bpf_tables.h"

enum event_kind { EVENT_EXIT, EVENT_ENTRY, EVENT_MSR, EVENT_MMIO, EVENT_IRQ };

enum { RECORD_SIZE = 128 };

struct event {
	enum event_kind kind;
	uint32_t tid;
	uint64_t time_ns;
	_Alignas(8) unsigned char record[RECORD_SIZE];
};

/* What stands for the BPF maps. */
struct bpf_memory {
	struct bpf_control control;
	struct bpf_booking bookings[BPF_ALL_BOOKINGS];
	uint64_t used[BPF_ALL_BOOKINGS];
	struct bpf_thread *others;
	uint32_t other_count, others_max;
	uint32_t first_seen_tid; /* threads below are in no PID namespace of kvmtop's; */
	uint32_t tids_less;      /* it knows those above by a number that is so much lower */
};

/* Programs have no argument for it. */
static struct bpf_memory *bpf_memory;

static struct bpf_control *control_of(void)
{
	return &bpf_memory->control;
}

static struct bpf_booking *booking_at(uint32_t at)
{
	return at < BPF_ALL_BOOKINGS ? &bpf_memory->bookings[at] : NULL;
}

static uint64_t *used_at(uint32_t at)
{
	return at < BPF_ALL_BOOKINGS ? &bpf_memory->used[at] : NULL;
}

static struct bpf_thread *other_thread(uint32_t tid, bool add)
{
	struct bpf_memory *m = bpf_memory;

	for (uint32_t i = 0; i < m->other_count; i++)
		if (m->others[i].tid == tid)
			return &m->others[i];
	if (!add || m->other_count == m->others_max)
		return NULL;
	m->others[m->other_count] = (struct bpf_thread){ .tid = tid };
	return &m->others[m->other_count++];
}

static uint32_t own_tid_of(uint32_t tid)
{
	return tid < bpf_memory->first_seen_tid ? 0 : tid - bpf_memory->tids_less;
}

struct kvm_vcpu {
	int vcpu_id;
};

static int32_t vcpu_id_of(const struct kvm_vcpu *vcpu)
{
	return vcpu ? vcpu->vcpu_id : -1;
}

struct bpf_world {
	struct world records; /* what the records say */
	struct world counted; /* what the programs counted */
	struct bpf_memory *memory;
	struct bpf_tables tables;
};

/* others: how many threads there may be beside those in the array. */
static inline struct bpf_world *bpf_world_new(const char *kernel, uint32_t others)
{
	struct bpf_world *w = calloc(1, sizeof *w);
	struct bpf_memory *m = calloc(1, sizeof *m);

	m->others = calloc(others, sizeof *m->others);
	m->others_max = others;
	bpf_memory = w->memory = m;
	open_format(&w->records.format, kernel);
	open_format(&w->counted.format, kernel);
	w->records.e = exits_new();
	w->counted.e = exits_new();
	w->tables = (struct bpf_tables){ &m->control, m->bookings, m->used };
	return w;
}

static inline void bpf_world_free(struct bpf_world *w)
{
	struct world *const worlds[] = { &w->records, &w->counted };

	for (size_t i = 0; i < 2; i++) {
		exits_free(worlds[i]->e);
		sample_free(worlds[i]->s);
		trace_format_fini(&worlds[i]->format);
	}
	free(w->memory->others);
	free(w->memory);
	free(w);
}

static inline void put(struct event *e, struct trace_field field, uint64_t value)
{
	assert_true(field.offset + field.size <= RECORD_SIZE);
	memcpy(e->record + field.offset, &value, field.size);
}

static inline struct event event_new(
	const struct trace_format *f, enum event_kind kind, uint32_t tid, uint64_t time_ns)
{
	const int types[] = { f->exit_id, f->entry_id, f->msr_id, f->mmio_id, f->irq_id };
	struct event e = { .kind = kind, .tid = tid, .time_ns = time_ns };

	put(&e, f->type, (uint64_t)types[kind]);
	put(&e, f->pid, tid);
	return e;
}

static inline struct event exit_event(const struct bpf_world *w, uint32_t tid, uint32_t vcpu,
	uint32_t isa, uint32_t reason, uint64_t info1, uint64_t time_ns)
{
	const struct trace_format *f = &w->records.format;
	struct event e = event_new(f, EVENT_EXIT, tid, time_ns);

	put(&e, f->exit_vcpu, vcpu);
	put(&e, f->exit_isa, isa);
	put(&e, f->exit_reason, reason);
	put(&e, f->exit_info1, info1);
	return e;
}

static inline struct event entry_event(
	const struct bpf_world *w, uint32_t tid, uint32_t vcpu, uint64_t time_ns)
{
	struct event e = event_new(&w->records.format, EVENT_ENTRY, tid, time_ns);

	put(&e, w->records.format.entry_vcpu, vcpu);
	return e;
}

/* kvm_msr, kvm_mmio or kvm_set_irq: whether it writes, or its type or level; and what it is about. */
static inline struct event access_event(const struct bpf_world *w, enum event_kind kind,
	uint32_t tid, uint64_t way, uint64_t number, uint64_t time_ns)
{
	const struct trace_format *f = &w->records.format;
	struct event e = event_new(f, kind, tid, time_ns);

	put(&e,
		kind == EVENT_MSR    ? f->msr_write
		: kind == EVENT_MMIO ? f->mmio_type
				     : f->irq_level,
		way);
	put(&e,
		kind == EVENT_MSR    ? f->msr_number
		: kind == EVENT_MMIO ? f->mmio_address
				     : f->irq_gsi,
		number);
	return e;
}

static inline void tell_records(struct bpf_world *w, const struct event *e)
{
	exits_record(w->records.e, &w->records.format, e->record, RECORD_SIZE, e->time_ns);
}

static inline uint64_t told(const struct event *e, struct trace_field field)
{
	return trace_field_get(field, e->record);
}

/* On VMX the port comes with kvm_pio, after kvm_exit. */
static inline void run_exit(const struct trace_format *f, const struct event *e)
{
	struct bpf_thread *t = count_thread(e->tid, true);
	const struct exit_key key = exit_key_make((uint32_t)told(e, f->exit_reason),
		(uint32_t)told(e, f->exit_isa), told(e, f->exit_info1));
	const bool by_pio = key.isa == EXIT_ISA_VMX && key.detail;

	if (!t)
		return;
	t->open_ns = e->time_ns;
	count_exit(t, by_pio ? (struct exit_key){ .reason = key.reason, .isa = key.isa } : key);
	if (by_pio)
		count_port(count_thread(e->tid, false), key.detail == EXIT_DETAIL_PORT_OUT,
			key.number);
}

static inline void run_entry(const struct trace_format *f, const struct event *e)
{
	const struct kvm_vcpu vcpu = { (int)told(e, f->entry_vcpu) };
	struct bpf_thread *t = count_thread(e->tid, false);

	if (t)
		count_entry(t, &vcpu, e->time_ns);
}

static inline void run_detail(uint32_t tid, enum exit_detail detail, uint64_t number)
{
	struct bpf_thread *t = detail ? count_thread(tid, false) : NULL;

	if (t)
		count_detail(t, detail, number);
}

/* As exits.bpf.c has the programs. */
static inline void run_program(const struct bpf_world *w, const struct event *e)
{
	const struct trace_format *f = &w->records.format;

	/* No vCPU is the idle task, which may set an interrupt line. */
	if (!e->tid && e->kind != EVENT_IRQ)
		return;
	switch (e->kind) {
	case EVENT_EXIT:
		run_exit(f, e);
		break;
	case EVENT_ENTRY:
		run_entry(f, e);
		break;
	case EVENT_MSR:
		run_detail(e->tid,
			told(e, f->msr_write) ? EXIT_DETAIL_MSR_WRITE : EXIT_DETAIL_MSR_READ,
			told(e, f->msr_number));
		break;
	case EVENT_MMIO:
		run_detail(e->tid, exit_key_mmio(told(e, f->mmio_type)), told(e, f->mmio_address));
		break;
	case EVENT_IRQ:
		count_irq(e->tid, (uint32_t)told(e, f->irq_gsi), told(e, f->irq_level));
		break;
	}
}

/* Both ways. */
static inline void happen(struct bpf_world *w, struct event e)
{
	tell_records(w, &e);
	run_program(w, &e);
}

static inline struct bpf_intake take_counted(struct bpf_world *w)
{
	return bpf_tables_take(&w->tables, bpf_tables_flip(&w->tables), w->counted.e);
}

static inline uint64_t assert_same_exits(
	const struct bpf_world *w, const struct sample_exit_thread *want)
{
	const struct sample_exit_thread *got = find_thread(&w->counted, want->tid);
	uint64_t sum = 0;

	assert_non_null(got);
	assert_int_equal(got->count, want->count);
	if (want->count)
		assert_int_equal(got->vcpu, want->vcpu);
	for (size_t i = 0; i < want->count; i++) {
		const struct sample_exit *a = &want->exits[i];
		const struct sample_exit *b = find_exit(&w->counted, want->tid, a->key);

		assert_non_null(b);
		assert_true(b->durations.count == a->durations.count);
		assert_true(b->durations.total_ns == a->durations.total_ns);
		assert_true(b->durations.min_ns == a->durations.min_ns);
		assert_true(b->durations.max_ns == a->durations.max_ns);
		/* Both come from whole numbers, which are the same. */
		assert_true(b->durations.mean_ns == a->durations.mean_ns);
		assert_true(b->durations.m2 == a->durations.m2);
		assert_int_equal(b->latency.first, a->latency.first);
		assert_int_equal(b->latency.count, a->latency.count);
		assert_memory_equal(b->latency.counts, a->latency.counts,
			a->latency.count * sizeof *a->latency.counts);
		assert_string_equal(b->name, a->name);
		sum += a->durations.count;
	}
	return sum;
}

static inline void assert_same_irqs(
	const struct bpf_world *w, const struct sample_exit_thread *want)
{
	const struct sample_exit_thread *got = find_thread(&w->counted, want->tid);

	assert_non_null(got);
	assert_int_equal(got->irq_count, want->irq_count);
	for (size_t i = 0; i < want->irq_count; i++) {
		assert_int_equal(got->irqs[i].gsi, want->irqs[i].gsi);
		assert_int_equal(got->irqs[i].raised, want->irqs[i].raised);
		assert_int_equal(got->irqs[i].lowered, want->irqs[i].lowered);
	}
}

/* Collects both: each thread, kind and figure is the same. Returns how many exits there were. */
static inline uint64_t assert_same(struct bpf_world *w)
{
	uint64_t sum = 0;

	collect(&w->records);
	collect(&w->counted);
	assert_int_equal(w->counted.s->exit_thread_count, w->records.s->exit_thread_count);
	for (size_t i = 0; i < w->records.s->exit_thread_count; i++) {
		sum += assert_same_exits(w, &w->records.s->exit_threads[i]);
		assert_same_irqs(w, &w->records.s->exit_threads[i]);
	}
	return sum;
}

#endif
