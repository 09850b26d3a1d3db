/* bpf_storm: events at random, of threads that are hard to keep apart. Included after cmocka.h. */
#ifndef TESTS_BPF_STORM_H
#define TESTS_BPF_STORM_H

#include "bpf_world.h"

enum { OTHERS = 64 };

static inline uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static inline uint64_t below(uint64_t *seed, uint64_t limit)
{
	return next_random(seed) % limit;
}

/* Many share the low 12 bits; some are as large as they come. */
static const uint32_t tids[] = { 1, 2, 3, 4096, 4097, 4098, 8192, 8193, 12289, 4194303, 4190207, 77,
	4173, 8269, 300, 301, 302, 4397, 0x7fffffff, 0 };

#define TIDS (sizeof tids / sizeof *tids)

/* Durations of all sizes, and a clock that goes back now and then. */
static inline uint64_t advance(uint64_t *seed, uint64_t now_ns)
{
	const uint64_t kind = below(seed, 100);

	if (kind < 4)
		return now_ns;
	if (kind < 8)
		return now_ns - below(seed, 2000);
	return now_ns + below(seed, 1ull << below(seed, kind < 90 ? 14 : 43));
}

static inline struct event random_exit(
	const struct bpf_world *w, uint64_t *seed, uint32_t tid, uint32_t vcpu, uint64_t now_ns)
{
	static const struct {
		uint32_t isa, reason;
	} kinds[] = { { EXIT_ISA_VMX, 30 }, { EXIT_ISA_VMX, 12 }, { EXIT_ISA_VMX, 0x80000021 },
		{ EXIT_ISA_VMX, 0x0800001e }, { EXIT_ISA_VMX, 0x7b }, { EXIT_ISA_VMX, 48 },
		{ EXIT_ISA_SVM, 0x7b }, { EXIT_ISA_SVM, 0x400 }, { EXIT_ISA_SVM, 30 },
		{ EXIT_ISA_SVM, 0xffffffff }, { EXIT_ISA_UNKNOWN, 30 }, { 3, 0x7b } };
	static const uint64_t ports[] = { 0, 0x60, 0x70, 0x71, 0x3f8, 0xffff };
	const size_t kind = below(seed, sizeof kinds / sizeof *kinds);
	uint64_t info1 = ports[below(seed, sizeof ports / sizeof *ports)] << 16 | below(seed, 128);

	if (below(seed, 4) == 0)
		info1 |= next_random(seed) << 32;
	if (below(seed, 16) == 0)
		info1 = 0;
	return exit_event(w, tid, vcpu, kinds[kind].isa, kinds[kind].reason, info1, now_ns);
}

static inline struct event random_access(const struct bpf_world *w, uint64_t *seed,
	enum event_kind kind, uint32_t tid, uint64_t now_ns)
{
	static const uint64_t numbers[] = { 0, 1, 0x10, 0x6e0, 0xc0000080, 0xfee000b0, 0xfed000f0,
		0x4014000000000 };
	const uint64_t number = numbers[below(seed, sizeof numbers / sizeof *numbers)];

	return access_event(w, kind, tid, below(seed, 4), number, now_ns);
}

static inline struct event random_event(
	const struct bpf_world *w, uint64_t *seed, size_t thread, uint64_t now_ns)
{
	const uint32_t tid = tids[thread], vcpu = (uint32_t)thread * 3;
	const uint64_t kind = below(seed, 100);

	if (kind < 38)
		return random_exit(w, seed, tid, vcpu, now_ns);
	if (kind < 80)
		return entry_event(w, tid, vcpu, now_ns);
	return random_access(w, seed,
		kind < 88   ? EVENT_MSR
		: kind < 95 ? EVENT_MMIO
			    : EVENT_IRQ,
		tid, now_ns);
}

#endif
