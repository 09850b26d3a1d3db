/* patience: how a test stays true on a busy machine. What is waited for has a deadline that only says when to give up;
 * what must not take long is measured in the CPU time of this thread, and what must not wait at all in the times that
 * this thread went to sleep: neither depends on what else the machine does. */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include "core/clock.h"

/* Of whatever ends by itself. */
#define PATIENCE_MS 60000
#define PATIENCE_NS (PATIENCE_MS * NS_PER_MS)

/* CPU time of the calling thread. */
static inline uint64_t patience_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* How often the calling thread has waited for something so far. */
static inline long patience_waits(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

#endif
