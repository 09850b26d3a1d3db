/* host_cpus: how busy each CPU of the host is. */
#ifndef MODEL_HOST_CPUS_H
#define MODEL_HOST_CPUS_H

#include "model/model.h"
#include "model/pair.h"

/* The shares of one CPU, or of count ones together, between two samples that are seconds apart (NAN: not known). They
 * add up to 100. NAN without a tick, or where one of the two is not known. The number is now's.
 *
 * The kernel measures a CPU's idle time, but samples all else at its ticks, which miss work that timers start and that
 * ends before the next tick. So busy time is elapsed time minus idle time, and the ticks only split it. */
struct host_cpu host_cpu_shares(const struct sample_cpu *before, const struct sample_cpu *now,
	double seconds, size_t count);

/* Seconds between the readings of the CPUs' ticks in the two samples; NAN: not known. */
double host_seconds(const struct sample_pair *pair);

/* Makes h->per_cpu what the two samples of pair say of each CPU that is online now. A CPU is the same one when it has
 * the same number. */
void host_cpus_update(struct host *h, const struct sample_pair *pair);

/* The count busiest of h's CPUs (at most h->per_cpu_count), in the order of their numbers: those for which there is room.
 * A CPU of which nothing is known counts as least busy. The caller frees the array; the CPUs are h's. */
const struct host_cpu **host_cpus_busiest(const struct host *h, size_t count);

#endif
