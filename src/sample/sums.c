#include "sample/sums.h"

/* M2 = sum of squares - total^2 / n. The two are nearly the same where all durations are, so they are
 * subtracted as whole numbers. With total = q * n + r:
 *	total^2 / n = q * total + r * total / n
 * and no part of that needs more than 128 bits. */
static double m2(const struct sums *s)
{
	const uint64_t q = s->total_ns / s->count, r = s->total_ns % s->count;
	const unsigned __int128 rest = (unsigned __int128)r * s->total_ns;
	const unsigned __int128 whole = (unsigned __int128)q * s->total_ns + rest / s->count;
	const double part = (double)(uint64_t)(rest % s->count) / (double)s->count;

	/* Not so only after an overflow. */
	if (s->squares_ns2 <= whole)
		return 0;
	return (double)(s->squares_ns2 - whole) - part;
}

struct summary sums_summary(const struct sums *s)
{
	if (!s->count)
		return (struct summary){ 0 };
	return (struct summary){
		.count = s->count,
		.total_ns = s->total_ns,
		.min_ns = s->min_ns,
		.max_ns = s->max_ns,
		.mean_ns = (double)s->total_ns / (double)s->count,
		.m2 = m2(s),
	};
}
