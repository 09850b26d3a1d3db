/* bpf_world: the counting programs in bpf_machine.h's machine beside the engine that is fed with records,
 * and the same events for both. Included after cmocka.h. */
#ifndef TESTS_BPF_WORLD_H
#define TESTS_BPF_WORLD_H

#include "bpf_machine.h"
#include "exits_world.h"
#include "source/exits/bpf_count.h"
#include "source/exits/bpf_tables.h"

enum event_kind { EVENT_EXIT, EVENT_ENTRY, EVENT_MSR, EVENT_MMIO, EVENT_IRQ, EVENT_KINDS };

enum { RECORD_SIZE = 128 };

struct event {
	enum event_kind kind;
	uint32_t tid;
	uint64_t time_ns;
	_Alignas(8) unsigned char record[RECORD_SIZE];
};

struct bpf_world {
	struct world records; /* what the records say */
	struct world counted; /* what the programs counted */
	struct bpf_machine machine;
	struct bpf_code *programs; /* EVENT_KINDS */
	struct bpf_tables tables;
	struct bpf_thread *threads; /* those in the array */
};

static inline void write_programs(struct bpf_world *w, const struct bpf_count_maps *maps)
{
	const struct trace_format *f = &w->records.format;

	w->programs = calloc(EVENT_KINDS, sizeof *w->programs);
	bpf_count_exit(&w->programs[EVENT_EXIT], f, maps);
	bpf_count_entry(&w->programs[EVENT_ENTRY], f, maps);
	bpf_count_msr(&w->programs[EVENT_MSR], f, maps);
	bpf_count_mmio(&w->programs[EVENT_MMIO], f, maps);
	bpf_count_irq(&w->programs[EVENT_IRQ], f, maps);
}

/* others: how many threads there may be beside those in the array. */
static inline struct bpf_world *bpf_world_new(const char *kernel, uint32_t others)
{
	struct bpf_world *w = calloc(1, sizeof *w);
	struct bpf_machine *m = &w->machine;
	const struct bpf_count_maps maps = {
		.control = bpf_machine_map_new(m, false, sizeof(struct bpf_control), 1),
		.threads =
			bpf_machine_map_new(m, false, sizeof(struct bpf_thread), BPF_COUNT_THREADS),
		.other_threads = bpf_machine_map_new(m, true, sizeof(struct bpf_thread), others),
		.bookings = bpf_machine_map_new(
			m, false, sizeof(struct bpf_booking), BPF_TABLES_BOOKINGS),
		.used = bpf_machine_map_new(m, false, 2 * sizeof(uint32_t), BPF_TABLES_BOOKINGS),
	};

	open_format(&w->records.format, kernel);
	open_format(&w->counted.format, kernel);
	w->records.e = exits_new();
	w->counted.e = exits_new();
	w->tables = (struct bpf_tables){
		.control = (struct bpf_control *)m->maps[maps.control].values,
		.bookings = (struct bpf_booking *)m->maps[maps.bookings].values,
		.used = (uint32_t *)m->maps[maps.used].values,
	};
	w->threads = (struct bpf_thread *)m->maps[maps.threads].values;
	write_programs(w, &maps);
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
	bpf_machine_fini(&w->machine);
	free(w->programs);
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

static inline void start_program(struct bpf_world *w, struct bpf_cpu *cpu, const struct event *e)
{
	bpf_cpu_init(cpu, &w->machine, &w->programs[e->kind], e->record, RECORD_SIZE, e->tid,
		e->time_ns);
}

/* What is over has to be so without a fault, and to let the event go on to others. */
static inline void check_program(const struct bpf_cpu *cpu, enum event_kind kind)
{
	if (cpu->fault)
		fail_msg("program %d, instruction %zu: %s", (int)kind, cpu->at, cpu->fault);
	assert_true(cpu->over);
	assert_true(cpu->r[BPF_REG_0] == 1);
}

static inline void run_program(struct bpf_world *w, const struct event *e)
{
	struct bpf_cpu cpu;

	start_program(w, &cpu, e);
	bpf_cpu_run(&cpu);
	check_program(&cpu, e->kind);
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
