#include "sample/latency.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

uint64_t latency_bucket_ns(unsigned bucket)
{
	const unsigned doubling = bucket >> LATENCY_BITS,
		       part = bucket & ((1u << LATENCY_BITS) - 1);
	const unsigned shift = LATENCY_FIRST_DOUBLING - LATENCY_BITS;

	if (!doubling)
		return (uint64_t)part << shift;
	return ((uint64_t)part | 1u << LATENCY_BITS) << (doubling - 1 + shift);
}

void latency_fini(struct latency *l)
{
	free(l->counts);
	*l = (struct latency){ 0 };
}

void latency_clear(struct latency *l)
{
	if (l->count)
		memset(l->counts, 0, l->count * sizeof *l->counts);
}

/* Makes room for the buckets from first on to before end. */
static void cover(struct latency *l, uint32_t first, uint32_t end)
{
	uint64_t *counts;

	if (l->count && first >= l->first && end <= l->first + l->count)
		return;
	if (l->count) {
		first = first < l->first ? first : l->first;
		end = end > l->first + l->count ? end : l->first + l->count;
	}
	counts = mem_calloc(end - first, sizeof *counts);
	if (l->count)
		memcpy(counts + (l->first - first), l->counts, l->count * sizeof *counts);
	free(l->counts);
	l->counts = counts;
	l->first = first;
	l->count = end - first;
}

void latency_add(struct latency *l, const struct latency_span *from, double factor)
{
	const bool scaled = factor < 1 || factor > 1;

	if (!from->count)
		return;
	cover(l, from->first, from->first + from->count);
	for (uint32_t i = 0; i < from->count; i++) {
		const uint32_t count = from->counts[i];

		l->counts[from->first - l->first + i] +=
			scaled ? (uint64_t)llround((double)count * factor) : count;
	}
}

void latency_merge(struct latency *into, const struct latency *from)
{
	if (!from->count)
		return;
	cover(into, from->first, from->first + from->count);
	for (uint32_t i = 0; i < from->count; i++)
		into->counts[from->first - into->first + i] += from->counts[i];
}

uint64_t latency_count(const struct latency *l, unsigned bucket)
{
	return bucket >= l->first && bucket - l->first < l->count ? l->counts[bucket - l->first]
								  : 0;
}

double latency_percentile_ns(const struct latency *l, double pct, uint64_t min_ns, uint64_t max_ns)
{
	const double min = (double)min_ns, max = (double)max_ns;
	double total = 0, wanted, below = 0, ns = max;

	for (uint32_t i = 0; i < l->count; i++)
		total += (double)l->counts[i];
	if (total <= 0)
		return NAN;
	wanted = total * pct / 100.0;
	for (uint32_t i = 0; i < l->count; i++) {
		const double here = (double)l->counts[i];
		const double start = fmax((double)latency_bucket_ns(l->first + i), min);
		const double end = fmin((double)latency_bucket_ns(l->first + i + 1), max);

		if (here > 0 && below + here >= wanted) {
			ns = start + (end - start) * (wanted - below) / here;
			break;
		}
		below += here;
	}
	return fmin(fmax(ns, min), max);
}
