#include "sample/summary.h"

#include <math.h>

void summary_add(struct summary *s, uint64_t duration_ns)
{
	const double delta = (double)duration_ns - s->mean_ns;

	if (!s->count || duration_ns < s->min_ns)
		s->min_ns = duration_ns;
	if (duration_ns > s->max_ns)
		s->max_ns = duration_ns;
	s->count++;
	s->total_ns += duration_ns;
	s->mean_ns += delta / (double)s->count;
	s->m2 += delta * ((double)duration_ns - s->mean_ns);
}

void summary_merge(struct summary *into, const struct summary *from)
{
	const double n = (double)into->count, k = (double)from->count;
	const double delta = from->mean_ns - into->mean_ns;

	if (!from->count)
		return;
	if (!into->count) {
		*into = *from;
		return;
	}
	into->count += from->count;
	into->total_ns += from->total_ns;
	if (from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
	into->mean_ns += delta * k / (n + k);
	into->m2 += from->m2 + delta * delta * n * k / (n + k);
}

struct summary summary_scaled(const struct summary *s, double factor)
{
	struct summary scaled = *s;

	if (factor < 1 || factor > 1) {
		scaled.count = (uint64_t)llround((double)s->count * factor);
		scaled.total_ns = (uint64_t)llround((double)s->total_ns * factor);
		scaled.m2 *= factor;
	}
	return scaled;
}

double summary_average_ns(const struct summary *s)
{
	return s->count ? (double)s->total_ns / (double)s->count : NAN;
}

double summary_stderr_pct(const struct summary *s)
{
	const double n = (double)s->count;

	if (!s->count)
		return NAN;
	if (s->count < 2 || s->mean_ns == 0)
		return 0;
	return 100 * sqrt(s->m2 / (n - 1) / n) / s->mean_ns;
}
