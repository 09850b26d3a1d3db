/* perf_sampler: samples the threads of a process by perf_event_open(2), each by an event and a ring of its own:
 * one descriptor a thread, however many CPUs there are, and no other process on them is disturbed. */
#ifndef SOURCE_PERF_PERF_SAMPLER_H
#define SOURCE_PERF_PERF_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/hot_symbols.h"
#include "sample/sample.h"
#include "source/perf/perf_ring.h"

#define PERF_SAMPLER_HZ 99 /* not in step with what happens a hundred times a second */

struct perf_sampler;

/* Where samples go. kind is the thread's. */
struct perf_sampler_sink {
	void (*sample)(void *context, enum thread_kind kind, const struct perf_ring_sample *sample);
	void *context;
};

/* Of the process pid; no thread is sampled yet. proc: where /proc is. Never NULL. */
struct perf_sampler *perf_sampler_new(pid_t pid, const char *proc);

/* Closes all events. NULL is ignored. */
void perf_sampler_free(struct perf_sampler *p);

/* Samples exactly these threads from now on: opens those that are new, closes those that are gone. What was in the
 * rings of the latter goes to sink. */
void perf_sampler_follow(struct perf_sampler *p, const struct sample_thread *threads, size_t count,
	const struct perf_sampler_sink *sink);

/* Hands over what is in the rings, and begins to sample threads that were made since: of kind THREAD_WORKER, until
 * perf_sampler_follow() says more. To be called once in PERF_SAMPLER_READ_MS at least, else samples are lost. */
void perf_sampler_read(struct perf_sampler *p, const struct perf_sampler_sink *sink);

#define PERF_SAMPLER_READ_MS 1000

/* Fills the event, hz, the unseen, lost, threads, why and notes of out. */
void perf_sampler_describe(const struct perf_sampler *p, struct sample_hot_symbols *out);

/* Why perf_event_open(2) gave that error (a positive errno), in one sentence with the fix in it, for a host with that
 * perf_event_paranoid (-10: unknown). Writes to out (size bytes). */
void perf_sampler_why(int error, int paranoid, char *out, size_t size);

/* Adds a sentence to the notes, as long as there is room for one, and it is not among them. */
void perf_sampler_note(struct sample_hot_symbols *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
