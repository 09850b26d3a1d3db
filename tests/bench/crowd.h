/* crowd: samples of a host with many VMs, which change from tick to tick as those of a real one do. */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include <stdint.h>
#include <stdio.h>

#include "core/clock.h"
#include "sample/sample.h"

enum { CROWD_VCPUS = 8, CROWD_KINDS = 4, CROWD_BUCKETS = 8 };

/* Figures that differ as those of a host do: not always the same, and not noise either. */
static inline uint64_t crowd_about(uint64_t *seed, uint64_t value)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return value + value * (*seed >> 33) % (value / 8 + 2);
}

static inline void crowd_add_exits(struct sample *s, struct sample_exit_thread *t, uint64_t *seed)
{
	static const char *const names[CROWD_KINDS] = { "HLT", "MSR_WRITE", "EXTERNAL_INTERRUPT",
		"PREEMPTION_TIMER" };

	t->exits = arena_array(&s->arena, CROWD_KINDS, sizeof *t->exits);
	t->count = CROWD_KINDS;
	for (uint32_t i = 0; i < CROWD_KINDS; i++) {
		uint32_t *counts = arena_array(&s->arena, CROWD_BUCKETS, sizeof *counts);

		for (int j = 0; j < CROWD_BUCKETS; j++)
			counts[j] = (uint32_t)crowd_about(seed, 10 + 5 * (uint64_t)j);
		t->exits[i] = (struct sample_exit){
			.key = { .reason = 12 + i, .isa = EXIT_ISA_VMX },
			.name = names[i],
			.durations = { .count = crowd_about(seed, 300),
				.total_ns = crowd_about(seed, 900000),
				.min_ns = crowd_about(seed, 800),
				.max_ns = crowd_about(seed, 90000) },
			.latency = { 30, CROWD_BUCKETS, counts },
		};
		t->exits[i].durations.mean_ns = (double)t->exits[i].durations.total_ns /
						(double)t->exits[i].durations.count;
		t->exits[i].durations.m2 = (double)crowd_about(seed, 1000000000) / 3;
	}
}

static inline void crowd_add_vm(struct sample *s, size_t number, uint64_t tick, uint64_t *seed)
{
	const pid_t pid = (pid_t)(10000 + 100 * number);
	struct sample_vm *vm = &s->vms[number];

	*vm = sample_vm_unknown((struct vm_id){ pid, 1000 + number });
	vm->name = arena_printf(&s->arena, "guest%zu", number);
	vm->threads = arena_array(&s->arena, CROWD_VCPUS + 2, sizeof *vm->threads);
	for (int i = 0; i < CROWD_VCPUS + 2; i++) {
		struct sample_thread *t = &vm->threads[vm->thread_count++];

		*t = (struct sample_thread){
			.tid = pid + i,
			.start_ticks = 1000 + number,
			.kind = i < CROWD_VCPUS ? THREAD_VCPU : THREAD_WORKER,
			.vcpu = i < CROWD_VCPUS ? i : -1,
			.utime_ticks = 2 * tick,
			.stime_ticks = tick,
			.guest_ticks = tick,
			.switches = SAMPLE_UNKNOWN,
			.cpu_ns = crowd_about(seed, 10000000 * (tick + 1)),
			.wait_ns = crowd_about(seed, 100000 * (tick + 1)),
		};
		snprintf(t->name, sizeof t->name, i < CROWD_VCPUS ? "CPU %d/KVM" : "worker", i);
		if (i >= CROWD_VCPUS)
			continue;
		s->exit_threads[s->exit_thread_count] =
			(struct sample_exit_thread){ .tid = t->tid, .vcpu = i };
		crowd_add_exits(s, &s->exit_threads[s->exit_thread_count++], seed);
	}
}

static inline struct sample *crowd_sample(size_t vms, uint64_t tick, uint64_t *seed)
{
	struct sample *s = sample_new();

	s->time_ns = (tick + 1) * NS_PER_S;
	s->real_ns = s->time_ns;
	s->tracing.horizon_ns = s->time_ns;
	s->vms = arena_array(&s->arena, vms, sizeof *s->vms);
	s->exit_threads = arena_array(&s->arena, vms * CROWD_VCPUS, sizeof *s->exit_threads);
	s->vm_count = vms;
	for (size_t i = 0; i < vms; i++)
		crowd_add_vm(s, i, tick, seed);
	return s;
}

#endif
