/* What a recording costs: CPU time and bytes of each tick of a host with 100 VMs of 8 vCPUs, and how long it
 * takes to come to any tick of an hour of it. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "sample/sample.h"
#include "source/tape.h"
#include "source/tape_record.h"

enum { VMS = 100, VCPUS = 8, KINDS = 4, BUCKETS = 8, HOUR = 3600, MINUTES = 5, JUMPS = 200 };

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Figures that differ as those of a host do: not always the same, and not noise either. */
static uint64_t about(uint64_t *seed, uint64_t value)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return value + value * (*seed >> 33) % (value / 8 + 2);
}

static void add_exits(struct sample *s, struct sample_exit_thread *t, uint64_t *seed)
{
	static const char *const names[KINDS] = { "HLT", "MSR_WRITE", "EXTERNAL_INTERRUPT",
		"PREEMPTION_TIMER" };

	t->exits = arena_array(&s->arena, KINDS, sizeof *t->exits);
	t->count = KINDS;
	for (uint32_t i = 0; i < KINDS; i++) {
		uint32_t *counts = arena_array(&s->arena, BUCKETS, sizeof *counts);

		for (int j = 0; j < BUCKETS; j++)
			counts[j] = (uint32_t)about(seed, 10 + 5 * (uint64_t)j);
		t->exits[i] = (struct sample_exit){
			.key = { .reason = 12 + i, .isa = EXIT_ISA_VMX },
			.name = names[i],
			.durations = { .count = about(seed, 300),
				.total_ns = about(seed, 900000),
				.min_ns = about(seed, 800),
				.max_ns = about(seed, 90000) },
			.latency = { 30, BUCKETS, counts },
		};
		t->exits[i].durations.mean_ns = (double)t->exits[i].durations.total_ns /
						(double)t->exits[i].durations.count;
		t->exits[i].durations.m2 = (double)about(seed, 1000000000) / 3;
	}
}

static void add_vm(struct sample *s, size_t number, uint64_t tick, uint64_t *seed)
{
	const pid_t pid = (pid_t)(10000 + 100 * number);
	struct sample_vm *vm = &s->vms[number];

	*vm = sample_vm_unknown((struct vm_id){ pid, 1000 + number });
	vm->name = arena_printf(&s->arena, "guest%zu", number);
	vm->threads = arena_array(&s->arena, VCPUS + 2, sizeof *vm->threads);
	for (int i = 0; i < VCPUS + 2; i++) {
		struct sample_thread *t = &vm->threads[vm->thread_count++];

		*t = (struct sample_thread){
			.tid = pid + i,
			.start_ticks = 1000 + number,
			.kind = i < VCPUS ? THREAD_VCPU : THREAD_WORKER,
			.vcpu = i < VCPUS ? i : -1,
			.utime_ticks = 2 * tick,
			.stime_ticks = tick,
			.guest_ticks = tick,
			.switches = SAMPLE_UNKNOWN,
			.cpu_ns = about(seed, 10000000 * (tick + 1)),
			.wait_ns = about(seed, 100000 * (tick + 1)),
		};
		snprintf(t->name, sizeof t->name, i < VCPUS ? "CPU %d/KVM" : "worker", i);
		if (i >= VCPUS)
			continue;
		s->exit_threads[s->exit_thread_count] =
			(struct sample_exit_thread){ .tid = t->tid, .vcpu = i };
		add_exits(s, &s->exit_threads[s->exit_thread_count++], seed);
	}
}

static struct sample *make_sample(uint64_t tick, uint64_t *seed)
{
	struct sample *s = sample_new();

	s->time_ns = (tick + 1) * NS_PER_S;
	s->real_ns = s->time_ns;
	s->tracing.horizon_ns = s->time_ns;
	s->vms = arena_array(&s->arena, VMS, sizeof *s->vms);
	s->exit_threads = arena_array(&s->arena, (size_t)VMS * VCPUS, sizeof *s->exit_threads);
	s->vm_count = VMS;
	for (size_t i = 0; i < VMS; i++)
		add_vm(s, i, tick, seed);
	return s;
}

static double size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (double)st.st_size;
}

/* Records so many ticks; returns the CPU time of that alone, in ms a tick. */
static double record(const char *path, uint64_t ticks)
{
	struct tape_record *r;
	uint64_t seed = 1, spent = 0;
	char why[256];

	if (tape_record_open(&r, &(struct tape_record_config){ .path = path }, why, sizeof why)) {
		fprintf(stderr, "bench_tape: %s\n", why);
		exit(1);
	}
	for (uint64_t i = 0; i < ticks; i++) {
		struct sample *s = make_sample(i, &seed);
		const uint64_t start = cpu_ns();

		if (tape_record_add(r, s, why, sizeof why)) {
			fprintf(stderr, "bench_tape: %s\n", why);
			exit(1);
		}
		spent += cpu_ns() - start;
		sample_free(s);
	}
	tape_record_close(r);
	return (double)spent / (double)ticks / (double)NS_PER_MS;
}

static void measure_record(const char *path)
{
	const uint64_t ticks = (uint64_t)MINUTES * 60;
	const double ms = record(path, ticks);

	printf("record: %s: %.2f ms CPU and %.0f bytes a tick of %d VMs of %d vCPUs: %.2f %% of "
	       "one "
	       "CPU at 1 s\n",
		path, ms, size_of(path) / (double)ticks, VMS, VCPUS, ms / 10);
	unlink(path);
}

/* The first jump is to the end, with nothing known of the file. */
static void measure_seek(const char *path)
{
	struct source *tape;
	double first = 0, most = 0, sum = 0;
	uint64_t seed = 7;
	struct rusage usage;
	char why[256];

	record(path, HOUR);
	if (tape_open(&tape, path, why, sizeof why)) {
		fprintf(stderr, "bench_tape: %s\n", why);
		exit(1);
	}
	for (int i = 0; i < JUMPS; i++) {
		const uint64_t tick = i ? about(&seed, 1000000) % HOUR : HOUR - 1;
		const uint64_t start = clock_mono_ns();
		double ms;

		if (tape_seek(tape, tick) || tape_next_tick(tape) != tick)
			fprintf(stderr, "bench_tape: there is no tick %d\n", (int)tick);
		ms = (double)(clock_mono_ns() - start) / (double)NS_PER_MS;
		first = i ? first : ms;
		most = ms > most ? ms : most;
		sum += ms;
	}
	source_close(tape);
	getrusage(RUSAGE_SELF, &usage);
	printf("replay: %s, %.0f MiB, an hour of 1 s: to any tick in %.1f ms, %.1f ms at most, "
	       "%.1f ms at "
	       "first; %.0f MiB resident\n",
		path, size_of(path) / (1 << 20), sum / JUMPS, most, first,
		(double)usage.ru_maxrss / 1024);
	unlink(path);
}

int main(void)
{
	char folder[] = "/tmp/kvmtop-bench-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder)) {
		perror("bench_tape");
		return 1;
	}
	measure_record("plain.jsonl");
#ifdef HAVE_ZSTD
	measure_record("packed.jsonl.zst");
	measure_seek("hour.jsonl.zst");
#endif
	if (getenv("BENCH_TAPE_PLAIN"))
		measure_seek("hour.jsonl");
	return chdir("/") || rmdir(folder);
}
