/* exit_count: what a program does with an event: pair kvm_exit with the next kvm_entry of its thread, and add up how long
 * it took under what the exit was about; as exits.h does with records. Compiled for BPF by exits.bpf.c and for
 * this machine by the tests, which hold the two against each other. Whoever includes it says where the memory is: */
#ifndef BPF_EXIT_COUNT_H
#define BPF_EXIT_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/exit_tables.h"

/* One of BPF_ALL_BOOKINGS; NULL: there is no such. */
static struct bpf_booking *booking_at(uint32_t at);
/* The entry of the list of those in use, likewise. */
static uint64_t *used_at(uint32_t at);
static struct bpf_control *control_of(void);
/* A thread that has no place in the array: its state, made where there is none. NULL: there is no room. */
static struct bpf_thread *other_thread(uint32_t tid, bool add);
/* The number that kvmtop knows a thread by, 0 where it sees no such thread; of the running one. */
static uint32_t own_tid_of(uint32_t tid);
/* -1: the event does not tell. */
struct kvm_vcpu;
static int32_t vcpu_id_of(const struct kvm_vcpu *vcpu);

#define COUNT_INLINE static inline __attribute__((always_inline))
/* What is rarely done stays out of the way of the rest. */
#define COUNT_RARE static __attribute__((noinline, unused))

/* Places that are tried for a booking. */
#define COUNT_PROBES 8

COUNT_RARE struct bpf_thread *count_find_thread(uint32_t tid, bool add)
{
	struct bpf_control *control = control_of();
	struct bpf_thread *t = &control->threads[tid & (BPF_THREADS - 1)];
	uint32_t own_tid;

	if (!add)
		return other_thread(tid, false);
	own_tid = own_tid_of(tid);
	if (!own_tid)
		return NULL;
	if (!t->tid && !__sync_val_compare_and_swap(&t->tid, 0, tid)) {
		t->own_tid = own_tid;
		return t;
	}
	t = other_thread(tid, true);
	if (!t) {
		__sync_fetch_and_add(&control->dropped, 1);
		return NULL;
	}
	if (!t->own_tid) {
		t->own_tid = own_tid;
		__sync_fetch_and_add(&control->others, 1);
	}
	return t;
}

/* The state of this thread; NULL when it has none, unless it is to be added and there is room. Its place in the
 * array may have become free while it has another one in the hash. */
COUNT_INLINE struct bpf_thread *count_thread(uint32_t tid, bool add)
{
	struct bpf_thread *t = &control_of()->threads[tid & (BPF_THREADS - 1)];

	return t->tid == tid ? t : count_find_thread(tid, add);
}

/* What the exit is about that has just begun: the caller has set open_ns. */
COUNT_INLINE void count_exit(struct bpf_thread *t, struct exit_key key)
{
	const struct exit_words words = exit_words_make(key);

	t->open.what = words.what;
	t->open.number = words.number;
}

/* What the open exit is about, unless it is known. */
COUNT_INLINE void count_detail(struct bpf_thread *t, enum exit_detail detail, uint64_t number)
{
	if (!t->open_ns || t->open.what >> EXIT_WORDS_DETAIL_SHIFT)
		return;
	t->open.what |= (uint64_t)detail << EXIT_WORDS_DETAIL_SHIFT;
	t->open.number = number;
}

/* On VMX kvm_exit does not tell the port: kvm_pio does. */
COUNT_INLINE void count_port(struct bpf_thread *t, bool out, uint64_t port)
{
	const uint64_t io = EXIT_KEY_VMX_IO_INSTRUCTION | (uint64_t)EXIT_ISA_VMX
								  << EXIT_WORDS_ISA_SHIFT;

	if (t->open.what == io)
		count_detail(t, out ? EXIT_DETAIL_PORT_OUT : EXIT_DETAIL_PORT_IN, port);
}

/* Where a booking lies in the tables, if there is no other: Fibonacci hashing. */
COUNT_INLINE uint32_t count_place(const struct exit_words *key, uint32_t tid)
{
	const uint64_t bits = key->what ^ key->number << 7 ^ (uint64_t)tid << 20;

	return (control_of()->table & 1) * BPF_BOOKINGS +
	       (uint32_t)(bits * 0x9e3779b97f4a7c15ull >> 40) % BPF_BOOKINGS;
}

COUNT_INLINE bool count_is_of(
	const struct bpf_booking *b, const struct exit_words *key, uint32_t tid)
{
	return b->tid == tid && b->key.what == key->what && b->key.number == key->number;
}

/* Takes a free booking, the one at that place; false: another thread was faster. */
COUNT_INLINE bool count_claim(struct bpf_booking *b, uint32_t at, const struct exit_words *key,
	uint32_t tid, const struct kvm_vcpu *vcpu)
{
	const uint32_t table = at / BPF_BOOKINGS & 1;
	uint64_t *used;

	if (__sync_val_compare_and_swap(&b->tid, 0, tid))
		return false;
	/* One by one: the compiler for BPF copies a struct byte by byte. */
	b->key.what = key->what;
	b->key.number = key->number;
	b->vcpu = vcpu_id_of(vcpu);
	b->min_ns = UINT64_MAX;
	used = used_at(table * BPF_BOOKINGS +
		       __sync_fetch_and_add(&control_of()->used[table], 1) % BPF_BOOKINGS);
	if (used)
		*used = at;
	return true;
}

/* Probes all places there are for it, from the first one on. */
COUNT_RARE struct bpf_booking *count_search(
	const struct exit_words *key, uint32_t tid, const struct kvm_vcpu *vcpu, uint32_t first)
{
	for (uint32_t i = 0; i < COUNT_PROBES; i++) {
		const uint32_t at = (first & BPF_BOOKINGS) + (first + i) % BPF_BOOKINGS;
		struct bpf_booking *b = booking_at(at);

		if (b && ((!b->tid && count_claim(b, at, key, tid, vcpu)) ||
				 count_is_of(b, key, tid)))
			return b;
	}
	__sync_fetch_and_add(&control_of()->dropped, 1);
	return NULL;
}

/* The booking of a thread under that key, a new one where there is none; NULL where there is no room. */
COUNT_INLINE struct bpf_booking *count_booking(
	const struct exit_words *key, uint32_t tid, const struct kvm_vcpu *vcpu)
{
	const uint32_t first = count_place(key, tid);
	struct bpf_booking *b = booking_at(first);

	return b && count_is_of(b, key, tid) ? b : count_search(key, tid, vcpu, first);
}

/* floor(log2()) of a byte. */
static const uint8_t count_log2[256] = {
	[2 ... 3] = 1,
	[4 ... 7] = 2,
	[8 ... 15] = 3,
	[16 ... 31] = 4,
	[32 ... 63] = 5,
	[64 ... 127] = 6,
	[128 ... 255] = 7,
};

/* latency_bucket(), without an instruction that BPF lacks: of a duration whose highest bits, from bit `low` on, are `high`. */
COUNT_INLINE uint32_t count_bucket(uint64_t ns, uint32_t high, uint32_t low)
{
	uint32_t bucket;

	if (ns < 1u << LATENCY_FIRST_DOUBLING)
		return (uint32_t)ns >> (LATENCY_FIRST_DOUBLING - LATENCY_BITS);
	if (high >> 16) {
		high >>= 16;
		low += 16;
	}
	if (high >> 8) {
		high >>= 8;
		low += 8;
	}
	low += count_log2[high & 255];
	bucket = ((low - LATENCY_FIRST_DOUBLING + 1) << LATENCY_BITS) +
		 ((uint32_t)(ns >> ((low - LATENCY_BITS) & 63)) & ((1u << LATENCY_BITS) - 1));
	return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

/* The square of a duration in two words: with ns = 2^32 h + l it is 2^64 h^2 + 2^33 h l + l^2. Its bucket is found, too. */
COUNT_RARE uint32_t count_long(struct bpf_booking *b, uint64_t ns)
{
	const uint64_t h = ns >> 32, l = (uint32_t)ns, square = ns * ns;

	b->squares_high += h * h + (h * l >> 31) + (l * l > square);
	return count_bucket(ns, (uint32_t)h, 32);
}

COUNT_INLINE void count_add(struct bpf_booking *b, uint64_t ns)
{
	const uint64_t square = ns * ns, squares_low = b->squares_low + square;
	uint32_t bucket;

	b->count++;
	b->total_ns += ns;
	if (ns < b->min_ns)
		b->min_ns = ns;
	if (ns > b->max_ns)
		b->max_ns = ns;
	b->squares_low = squares_low;
	if (squares_low < square)
		b->squares_high++;
	bucket = ns >> 32 ? count_long(b, ns) : count_bucket(ns, (uint32_t)ns, 0);
	b->buckets[bucket & (LATENCY_BUCKETS - 1)]++;
}

/* The open exit ends. An entry that is older than it leaves it open. */
COUNT_INLINE void count_entry(struct bpf_thread *t, const struct kvm_vcpu *vcpu, uint64_t now_ns)
{
	struct bpf_booking *b;
	const uint64_t open_ns = t->open_ns;

	if (!open_ns || now_ns < open_ns)
		return;
	t->open_ns = 0;
	b = count_booking(&t->open, t->own_tid, vcpu);
	if (b)
		count_add(b, now_ns - open_ns);
}

/* A thread of any kind, which need not be known, set an interrupt line. */
COUNT_INLINE void count_irq(uint32_t tid, uint32_t gsi, bool raised)
{
	const struct exit_words key = { (uint64_t)BPF_IRQ << EXIT_WORDS_DETAIL_SHIFT, gsi };
	/* 0, the idle task: a booking of it would be free. */
	const uint32_t own_tid = tid ? own_tid_of(tid) : 0;
	struct bpf_booking *b = own_tid ? count_booking(&key, own_tid, NULL) : NULL;

	if (!b)
		return;
	b->count++;
	b->total_ns += raised;
}

#endif
