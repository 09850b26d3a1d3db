/* samples: samples made by hand, for tests of what stands above them. Needs cmocka.h before it. */
#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <unistd.h>

#include "core/clock.h"
#include "sample/sample.h"

enum { SAMPLES_MAX = 300 }; /* VMs, threads of a VM, threads with exits, kinds of exits */

/* Centiseconds as the kernel counts CPU time. */
static inline uint64_t cs_ticks(uint64_t cs)
{
	return cs * (uint64_t)sysconf(_SC_CLK_TCK) / 100;
}

/* An empty sample seconds after the first moment. */
static inline struct sample *sample_at(double seconds)
{
	struct sample *s = sample_new();

	s->time_ns = 1000 * NS_PER_S + (uint64_t)(seconds * (double)NS_PER_S);
	s->real_ns = 1535897251 * NS_PER_S + 250 * NS_PER_MS; /* 2018-09-02T14:07:31.250Z */
	s->vms = arena_array(&s->arena, SAMPLES_MAX, sizeof *s->vms);
	s->exit_threads = arena_array(&s->arena, SAMPLES_MAX, sizeof *s->exit_threads);
	return s;
}

/* The same, with tracing on and all exits up to the sample's moment booked. */
static inline struct sample *traced_sample_at(double seconds)
{
	struct sample *s = sample_at(seconds);

	s->tracing.horizon_ns = s->time_ns;
	return s;
}

static inline struct sample_vm *add_vm(struct sample *s, pid_t pid, const char *name)
{
	struct sample_vm *vm = &s->vms[s->vm_count++];

	assert(s->vm_count <= SAMPLES_MAX);
	*vm = sample_vm_unknown((struct vm_id){ .pid = pid, .start_ticks = 7 });
	vm->name = name;
	vm->threads = arena_array(&s->arena, SAMPLES_MAX, sizeof *vm->threads);
	return vm;
}

/* A thread that has not run yet. */
static inline struct sample_thread *add_thread(
	struct sample_vm *vm, pid_t tid, enum thread_kind kind, int vcpu)
{
	struct sample_thread *t = &vm->threads[vm->thread_count++];

	assert(vm->thread_count <= SAMPLES_MAX);
	*t = (struct sample_thread){
		.tid = tid,
		.start_ticks = 9,
		.name = "thread",
		.kind = kind,
		.vcpu = vcpu,
		.switches = SAMPLE_UNKNOWN,
	};
	return t;
}

/* count exits of duration_ns each. */
static inline struct sample_exit exits_of(
	struct exit_key key, const char *name, uint64_t count, uint64_t duration_ns)
{
	return (struct sample_exit){
		.key = key,
		.name = name,
		.durations = {
			.count = count,
			.total_ns = count * duration_ns,
			.min_ns = duration_ns,
			.max_ns = duration_ns,
			.mean_ns = (double)duration_ns,
		},
	};
}

/* What was traced of a thread, made when it is the first. */
static inline struct sample_exit_thread *exit_thread(struct sample *s, pid_t tid, int vcpu)
{
	struct sample_exit_thread *t;

	for (size_t i = 0; i < s->exit_thread_count; i++)
		if (s->exit_threads[i].tid == tid)
			return &s->exit_threads[i];
	t = &s->exit_threads[s->exit_thread_count++];
	assert(s->exit_thread_count <= SAMPLES_MAX);
	t->tid = tid;
	t->vcpu = vcpu;
	t->exits = arena_array(&s->arena, SAMPLES_MAX, sizeof *t->exits);
	t->irqs = arena_array(&s->arena, SAMPLES_MAX, sizeof *t->irqs);
	return t;
}

/* Books exits of a thread. */
static inline void add_exits(struct sample *s, pid_t tid, int vcpu, struct sample_exit exits)
{
	struct sample_exit_thread *t = exit_thread(s, tid, vcpu);

	assert(t->count < SAMPLES_MAX);
	t->exits[t->count++] = exits;
}

/* Books what a thread, which need not be a vCPU, did to an interrupt line. */
static inline void add_irqs(
	struct sample *s, pid_t tid, uint32_t gsi, uint64_t raised, uint64_t lowered)
{
	struct sample_exit_thread *t = exit_thread(s, tid, -1);

	assert(t->irq_count < SAMPLES_MAX);
	t->irqs[t->irq_count++] = (struct sample_irq){ gsi, raised, lowered };
}

/* Fails unless the two are as near as that, or both unknown. */
#define assert_near(actual, expected, tolerance)                                       \
	do {                                                                           \
		const double actual_ = (actual), expected_ = (expected);               \
		if (!(fabs(actual_ - expected_) <= (tolerance)) &&                     \
			!(isnan(actual_) && isnan(expected_)))                         \
			fail_msg("%s is %.9g, not %.9g", #actual, actual_, expected_); \
	} while (0)

#define VMX_KEY(code) ((struct exit_key){ .reason = (code), .isa = EXIT_ISA_VMX })
#define IO_KEY(direction, port) \
	((struct exit_key){     \
		.reason = 30, .isa = EXIT_ISA_VMX, .detail = (direction), .number = (port) })

#endif
