/* summary: what is known of a set of durations, in a form that can be merged exactly. */
#ifndef SAMPLE_SUMMARY_H
#define SAMPLE_SUMMARY_H

#include <stdint.h>

/* All zero is the empty set. */
struct summary {
	uint64_t count;
	uint64_t total_ns;
	uint64_t min_ns; /* meaningful when count > 0 */
	uint64_t max_ns;
	double mean_ns;
	double m2; /* sum of squared differences from the mean, ns^2 */
};

/* Adds one duration (Welford's update, as perf's update_stats()). */
void summary_add(struct summary *s, uint64_t duration_ns);

/* Adds all that is in from (Chan, Golub, LeVeque 1979: exact for mean and M2). */
void summary_merge(struct summary *into, const struct summary *from);

/* A set factor times as large with the same mean and spread: its count, total and M2 grow, all else
 * stays. */
struct summary summary_scaled(const struct summary *s, double factor);

/* Mean in ns: total / count. NAN when empty. */
double summary_average_ns(const struct summary *s);

/* Relative standard error of the mean in percent, as perf kvm stat prints it:
 * 100 * sqrt(M2 / (n - 1) / n) / mean. 0 for n < 2 (and for a mean of 0), NAN when empty. */
double summary_stderr_pct(const struct summary *s);

#endif
