/* outcome: what holds of everything that the engine collects, whatever it was fed. */
#ifndef TESTS_OUTCOME_H
#define TESTS_OUTCOME_H

#include <stdlib.h>

#include "source/exits/exits.h"
#include "source/tracefs/trace_format.h"

static inline void outcome_require(bool holds)
{
	if (!holds)
		abort();
}

static inline void outcome_check_exit(const struct sample_exit *exit)
{
	const struct summary *d = &exit->durations;
	uint64_t count = 0;

	for (uint32_t i = 0; i < exit->latency.count; i++)
		count += exit->latency.counts[i];
	outcome_require(d->count && count == d->count);
	outcome_require(d->min_ns <= d->max_ns && d->max_ns <= d->total_ns);
	outcome_require(d->m2 >= 0);
	outcome_require(exit->latency.first + exit->latency.count <= LATENCY_BUCKETS);
	outcome_require(exit->name && exit->key.detail < EXIT_DETAIL__COUNT);
}

/* Collects and checks; there were at most so many records. */
static inline void outcome_check(struct exits *e, struct trace_format *f, uint64_t records)
{
	struct sample *s = sample_new();
	uint64_t count = 0;

	exits_collect(e, f, s);
	for (size_t i = 0; i < s->exit_thread_count; i++) {
		const struct sample_exit_thread *t = &s->exit_threads[i];

		outcome_require(t->tid > 0 && t->irq_count <= EXITS_IRQS_MAX);
		for (size_t j = 0; j < t->irq_count; j++)
			count += t->irqs[j].raised + t->irqs[j].lowered;
		for (size_t j = 0; j < t->count; j++) {
			outcome_check_exit(&t->exits[j]);
			count += t->exits[j].durations.count;
		}
	}
	outcome_require(count <= records);
	sample_free(s);
}

#endif
