/* fake_perf: counters of tracepoints without a kernel. Needs cmocka.h before it. */
#ifndef TESTS_FAKE_PERF_H
#define TESTS_FAKE_PERF_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/clock.h"
#include "source/perf/perf_counter.h"

enum { FAKE_PERF_MAX = 8192, FAKE_PERF_FIRST = 100 };

struct fake_counter {
	bool open, broken; /* broken: its group is not whole any more */
	uint64_t tracepoint, count;
	pid_t tid;
	int cpu, leader;
};

struct fake_perf {
	struct perf_calls calls;
	struct fake_counter counters[FAKE_PERF_MAX];
	size_t made, open; /* ever, now */
	size_t most;       /* that may be open at a time; 0: any number */
	int error;         /* what every further open gives; 0: it opens */
	int no_cpu;        /* that is offline; -1: none */
	pid_t no_tid;      /* that is gone; 0: none */
	uint64_t enabled_ns, running_ns;
	uint64_t slow_ns; /* that opening and closing one takes */
};

static inline void fake_perf_take_time(const struct fake_perf *p)
{
	const uint64_t until_ns = clock_mono_ns() + p->slow_ns;

	while (p->slow_ns && clock_mono_ns() < until_ns)
		;
}

static inline int fake_perf_open(void *context, uint64_t tracepoint, pid_t tid, int cpu, int leader)
{
	struct fake_perf *p = context;
	struct fake_counter *c = &p->counters[p->made];

	fake_perf_take_time(p);
	if (p->error)
		return p->error;
	if (p->most && p->open >= p->most)
		return -EMFILE;
	if (cpu >= 0 && cpu == p->no_cpu)
		return -ENODEV;
	if (tid > 0 && tid == p->no_tid)
		return -ESRCH;
	assert_true(p->made < FAKE_PERF_MAX);
	assert_true((tid == -1) != (cpu == -1));
	*c = (struct fake_counter){
		.open = true, .tracepoint = tracepoint, .tid = tid, .cpu = cpu
	};
	c->leader = leader < 0 ? FAKE_PERF_FIRST + (int)p->made : leader;
	/* A group is of one CPU or one thread. */
	if (leader >= 0) {
		assert_int_equal(p->counters[leader - FAKE_PERF_FIRST].tid, tid);
		assert_int_equal(p->counters[leader - FAKE_PERF_FIRST].cpu, cpu);
		assert_true(p->counters[leader - FAKE_PERF_FIRST].open);
	}
	p->open++;
	return FAKE_PERF_FIRST + (int)p->made++;
}

static inline ssize_t fake_perf_read(void *context, int leader, void *buffer, size_t size)
{
	struct fake_perf *p = context;
	uint64_t words[512] = { 0, p->enabled_ns, p->running_ns };
	size_t bytes;

	assert_true(p->counters[leader - FAKE_PERF_FIRST].open);
	for (size_t i = 0; i < p->made; i++)
		if (p->counters[i].open && p->counters[i].leader == leader &&
			!(p->counters[i].broken && words[0]))
			words[3 + words[0]++] = p->counters[i].count;
	bytes = (3 + words[0]) * sizeof *words;
	assert_true(words[0] < 500);
	memcpy(buffer, words, bytes < size ? bytes : size);
	return (ssize_t)bytes;
}

static inline void fake_perf_close(void *context, int fd)
{
	struct fake_perf *p = context;

	fake_perf_take_time(p);
	assert_true(fd >= FAKE_PERF_FIRST && (size_t)(fd - FAKE_PERF_FIRST) < p->made);
	assert_true(p->counters[fd - FAKE_PERF_FIRST].open);
	p->counters[fd - FAKE_PERF_FIRST].open = false;
	p->open--;
}

static inline void fake_perf_init(struct fake_perf *p)
{
	memset(p, 0, sizeof *p);
	p->calls = (struct perf_calls){ fake_perf_open, fake_perf_read, fake_perf_close, p };
	p->no_cpu = -1;
	p->enabled_ns = p->running_ns = 1000;
}

/* The tracepoint fires so often, on a CPU, while a thread (0: none that is counted) runs. */
static inline void fake_perf_fire(
	struct fake_perf *p, uint64_t tracepoint, int cpu, pid_t tid, uint64_t times)
{
	for (size_t i = 0; i < p->made; i++) {
		struct fake_counter *c = &p->counters[i];

		if (c->open && c->tracepoint == tracepoint &&
			(c->cpu == cpu || (tid && c->tid == tid)))
			c->count += times;
	}
}

/* How many counters of a CPU, or of a thread, are open. */
static inline size_t fake_perf_of(const struct fake_perf *p, int cpu, pid_t tid)
{
	size_t count = 0;

	for (size_t i = 0; i < p->made; i++)
		count += p->counters[i].open && p->counters[i].cpu == cpu &&
			 p->counters[i].tid == tid;
	return count;
}

/* The CPU goes offline: its groups fall apart. */
static inline void fake_perf_offline(struct fake_perf *p, int cpu)
{
	for (size_t i = 0; i < p->made; i++)
		if (p->counters[i].cpu == cpu)
			p->counters[i].broken = true;
	p->no_cpu = cpu;
}

#endif
