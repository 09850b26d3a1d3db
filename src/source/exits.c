#include "source/exits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/trace_format.h"

/* A guest may touch all 65536 ports: a thread has at most so many details between two collects,
 * further ones are booked under the reason alone. */
#define DETAILS_MAX 256

/* A thread is looked at for forgetting after so many collects without a booking. */
#define IDLE_COLLECTS 60

#define SLOTS_MIN 16u
#define RECENT 64u

#define VMX_IO_INSTRUCTION 30u
#define SVM_EXIT_IOIO 0x7bu

/* Free while it has no durations. */
struct slot {
	struct exit_key key;
	struct summary durations;
};

struct thread {
	pid_t tid;
	int vcpu;
	struct exit_key open_key;
	uint64_t open_ns;
	uint64_t open_epoch; /* the interval is open while this is the engine's epoch */
	struct slot *slots;  /* open addressing, at most half full */
	uint32_t size;       /* power of two */
	uint32_t used;
	uint32_t details; /* slots whose key has a detail */
	uint32_t idle;    /* collects since the last booking */
};

struct exits {
	struct map by_tid;
	struct thread **threads; /* the same ones, to walk */
	size_t count, capacity;
	struct thread *recent[RECENT]; /* by the low bits of the tid; NULL: look into by_tid */
	uint64_t epoch;                /* changes when events were lost; never 0 */
};

struct exits *exits_new(void)
{
	struct exits *e = mem_calloc(1, sizeof *e);

	e->epoch = 1;
	return e;
}

static void free_thread(struct thread *t)
{
	free(t->slots);
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
	free(e);
}

static struct thread *add_thread(struct exits *e, pid_t tid)
{
	struct thread *t = mem_calloc(1, sizeof *t);

	t->tid = tid;
	t->vcpu = -1;
	t->size = SLOTS_MIN;
	t->slots = mem_calloc(t->size, sizeof *t->slots);
	map_put(&e->by_tid, (uint64_t)tid, t);
	e->threads = mem_grow(e->threads, e->count, &e->capacity, sizeof *e->threads);
	e->threads[e->count++] = t;
	return t;
}

static struct thread *find_thread(struct exits *e, pid_t tid, bool add)
{
	struct thread **recent = &e->recent[(uint32_t)tid % RECENT];
	struct thread *t = *recent;

	if (t && t->tid == tid)
		return t;
	t = map_get(&e->by_tid, (uint64_t)tid);
	if (!t && add)
		t = add_thread(e, tid);
	if (t)
		*recent = t;
	return t;
}

static bool keys_equal(const struct exit_key *a, const struct exit_key *b)
{
	return a->reason == b->reason && a->isa == b->isa && a->detail == b->detail &&
	       a->number == b->number;
}

/* The slot of key, or the free one where it belongs. */
static struct slot *find_slot(const struct thread *t, const struct exit_key *key)
{
	const uint64_t bits = (uint64_t)key->reason << 24 ^ (uint64_t)key->isa << 22 ^
			      (uint64_t)key->detail << 20 ^ key->number;
	size_t i = (size_t)((bits * 0x9e3779b97f4a7c15ull) >> 32) & (t->size - 1);

	while (t->slots[i].durations.count && !keys_equal(&t->slots[i].key, key))
		i = (i + 1) & (t->size - 1);
	return &t->slots[i];
}

static void grow_slots(struct thread *t)
{
	struct slot *const old = t->slots;
	const uint32_t size = t->size;

	t->size = size * 2;
	t->slots = mem_calloc(t->size, sizeof *t->slots);
	for (uint32_t i = 0; i < size; i++)
		if (old[i].durations.count)
			*find_slot(t, &old[i].key) = old[i];
	free(old);
}

/* A free slot for the key of a kind of exit that was not booked since the last collect. */
static struct slot *claim_slot(struct thread *t, const struct exit_key *key)
{
	struct exit_key plain = *key;
	struct slot *slot;

	if (key->detail != EXIT_DETAIL_NONE && t->details >= DETAILS_MAX) {
		plain.detail = EXIT_DETAIL_NONE;
		plain.number = 0;
		slot = find_slot(t, &plain);
		if (slot->durations.count)
			return slot;
	}
	if (t->used * 2 >= t->size)
		grow_slots(t);
	slot = find_slot(t, &plain);
	slot->key = plain;
	t->used++;
	if (plain.detail != EXIT_DETAIL_NONE)
		t->details++;
	return slot;
}

void exits_exit(struct exits *e, pid_t tid, int vcpu, struct exit_key key, uint64_t time_ns)
{
	struct thread *t = find_thread(e, tid, true);

	if (vcpu >= 0)
		t->vcpu = vcpu;
	t->open_key = key;
	t->open_ns = time_ns;
	t->open_epoch = e->epoch;
}

void exits_entry(struct exits *e, pid_t tid, int vcpu, uint64_t time_ns)
{
	struct thread *t = find_thread(e, tid, false);
	struct slot *slot;

	if (!t)
		return;
	if (vcpu >= 0)
		t->vcpu = vcpu;
	if (t->open_epoch != e->epoch || time_ns < t->open_ns)
		return;
	t->open_epoch = 0;
	slot = find_slot(t, &t->open_key);
	if (!slot->durations.count)
		slot = claim_slot(t, &t->open_key);
	summary_add(&slot->durations, time_ns - t->open_ns);
}

void exits_lost(struct exits *e)
{
	e->epoch++;
}

struct exit_key exits_key(uint32_t reason, uint32_t isa, uint64_t info1)
{
	struct exit_key key = { .reason = reason };
	bool in;

	if (isa == EXIT_ISA_VMX) {
		key.isa = EXIT_ISA_VMX;
		key.reason = reason & 0xffff;
		if (key.reason != VMX_IO_INSTRUCTION)
			return key;
		in = info1 & 1u << 3;
	} else if (isa == EXIT_ISA_SVM) {
		key.isa = EXIT_ISA_SVM;
		if (reason != SVM_EXIT_IOIO)
			return key;
		in = info1 & 1u << 0;
	} else {
		return key;
	}
	key.detail = in ? EXIT_DETAIL_PORT_IN : EXIT_DETAIL_PORT_OUT;
	key.number = info1 >> 16 & 0xffff;
	return key;
}

static struct exit_key record_key(const struct trace_format *f, const void *record)
{
	uint32_t reason = (uint32_t)trace_field_get(f->exit_reason, record);
	uint32_t isa = (uint32_t)trace_field_get(f->exit_isa, record);
	uint32_t ret;

	if (f->exit_ret.size) {
		ret = (uint32_t)trace_field_get(f->exit_ret, record);
		if (ret != TRACE_ARM_TRAP)
			reason = ret | TRACE_ARM_RET;
	}
	/* Without info1 (older kernels) the port is not known. */
	if (!f->exit_info1.size) {
		struct exit_key key = exits_key(reason, isa, 0);

		key.detail = EXIT_DETAIL_NONE;
		return key;
	}
	return exits_key(reason, isa, trace_field_get(f->exit_info1, record));
}

static int record_vcpu(struct trace_field vcpu, const void *record)
{
	return vcpu.size ? (int)trace_field_get(vcpu, record) : -1;
}

void exits_record(struct exits *e, const struct trace_format *f, const void *record, size_t size,
	uint64_t time_ns)
{
	int type;
	pid_t tid;

	if (size < f->entry_size)
		return;
	type = (int)trace_field_get(f->type, record);
	tid = (pid_t)trace_field_get(f->pid, record);
	if (type == f->entry_id)
		exits_entry(e, tid, record_vcpu(f->entry_vcpu, record), time_ns);
	else if (type == f->exit_id && size >= f->exit_size)
		exits_exit(
			e, tid, record_vcpu(f->exit_vcpu, record), record_key(f, record), time_ns);
}

static bool has_thread(const struct sample *s, pid_t tid)
{
	for (size_t i = 0; i < s->vm_count; i++)
		for (size_t j = 0; j < s->vms[i].thread_count; j++)
			if (s->vms[i].threads[j].tid == tid)
				return true;
	return false;
}

/* An interval may be open for hours (a halted vCPU) and is then booked whole; but a thread that died
 * in one never closes it. */
static bool may_forget(const struct exits *e, const struct thread *t, const struct sample *s)
{
	if (t->idle % IDLE_COLLECTS)
		return false;
	return t->open_epoch != e->epoch || !has_thread(s, t->tid);
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
	*out = (struct sample_exit_thread){ .tid = t->tid, .vcpu = t->vcpu };
	out->exits = arena_array(&s->arena, t->used, sizeof *out->exits);
	for (uint32_t i = 0; i < t->size; i++) {
		const struct slot *slot = &t->slots[i];

		if (!slot->durations.count)
			continue;
		out->exits[out->count++] = (struct sample_exit){
			.key = slot->key,
			.name = trace_format_reason(f, slot->key.isa, slot->key.reason),
			.durations = slot->durations,
		};
	}
	memset(t->slots, 0, t->size * sizeof *t->slots);
	t->used = t->details = 0;
}

void exits_collect(struct exits *e, struct trace_format *f, struct sample *s)
{
	s->exit_threads = arena_array(&s->arena, e->count, sizeof *s->exit_threads);
	s->exit_thread_count = 0;
	for (size_t i = 0; i < e->count;) {
		struct thread *t = e->threads[i];

		if (t->used) {
			t->idle = 0;
			move_out(t, f, s, &s->exit_threads[s->exit_thread_count++]);
		} else {
			t->idle++;
			if (may_forget(e, t, s)) {
				forget_thread(e, i);
				continue;
			}
		}
		i++;
	}
}
