/* sums: durations as they are added up, one by one and fast: a multiplication and a few additions
 * each. All of it is in whole numbers and exact; the summary is worked out when it is asked for. */
#ifndef SAMPLE_SUMS_H
#define SAMPLE_SUMS_H

#include <stdint.h>

#include "sample/summary.h"

/* Totals stay at their largest value instead of starting anew. */
struct sums {
	uint64_t count;
	uint64_t total_ns;
	uint64_t min_ns; /* UINT64_MAX when empty */
	uint64_t max_ns;
	unsigned __int128 squares_ns2;
};

/* The empty set. */
static inline struct sums sums_none(void)
{
	return (struct sums){ .min_ns = UINT64_MAX };
}

static inline void sums_add(struct sums *s, uint64_t duration_ns)
{
	s->count++;
	if (__builtin_add_overflow(s->total_ns, duration_ns, &s->total_ns))
		s->total_ns = UINT64_MAX;
	s->min_ns = duration_ns < s->min_ns ? duration_ns : s->min_ns;
	s->max_ns = duration_ns > s->max_ns ? duration_ns : s->max_ns;
	if (__builtin_add_overflow(
		    s->squares_ns2, (unsigned __int128)duration_ns * duration_ns, &s->squares_ns2))
		s->squares_ns2 = ~(unsigned __int128)0;
}

/* Adds all that is in from. */
static inline void sums_merge(struct sums *into, const struct sums *from)
{
	into->count += from->count;
	if (__builtin_add_overflow(into->total_ns, from->total_ns, &into->total_ns))
		into->total_ns = UINT64_MAX;
	into->min_ns = from->min_ns < into->min_ns ? from->min_ns : into->min_ns;
	into->max_ns = from->max_ns > into->max_ns ? from->max_ns : into->max_ns;
	if (__builtin_add_overflow(into->squares_ns2, from->squares_ns2, &into->squares_ns2))
		into->squares_ns2 = ~(unsigned __int128)0;
}

/* The same set as a summary. */
struct summary sums_summary(const struct sums *s);

#endif
