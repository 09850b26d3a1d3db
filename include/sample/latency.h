/* latency: how many durations fell into which range, in log-linear buckets: four to each doubling from
 * 64 ns to 137 s, so a bucket is at most a quarter as wide as its lower end. What is shorter falls into
 * four buckets of 16 ns, what is longer into the last. Counts of two sets can be added. */
#ifndef SAMPLE_LATENCY_H
#define SAMPLE_LATENCY_H

#include <stddef.h>
#include <stdint.h>

/* Buckets to a doubling, as a power of two. */
#define LATENCY_BITS 2
/* 2^6 = 64 ns: where the doublings begin. */
#define LATENCY_FIRST_DOUBLING 6
#define LATENCY_BUCKETS 128

/* The bucket of a duration. */
static inline unsigned latency_bucket(uint64_t ns)
{
	unsigned doubling, bucket;

	if (ns < 1u << LATENCY_FIRST_DOUBLING)
		return (unsigned)ns >> (LATENCY_FIRST_DOUBLING - LATENCY_BITS);
	doubling = 63u - (unsigned)__builtin_clzll(ns);
	bucket = ((doubling - LATENCY_FIRST_DOUBLING + 1) << LATENCY_BITS) +
		 ((unsigned)(ns >> (doubling - LATENCY_BITS)) & ((1u << LATENCY_BITS) - 1));
	return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

/* The shortest duration of a bucket; that of the bucket after it is where it ends. */
uint64_t latency_bucket_ns(unsigned bucket);

/* Buckets first to first + count - 1; all others are empty. Borrowed. */
struct latency_span {
	uint32_t first, count;
	const uint32_t *counts;
};

/* The same, growing. All zero is the empty set. */
struct latency {
	uint32_t first, count; /* the buckets that counts holds */
	uint64_t *counts;
};

void latency_fini(struct latency *l);

/* Empties it, and keeps the memory. */
void latency_clear(struct latency *l);

/* Adds factor times the counts of a span; rounded to whole ones. */
void latency_add(struct latency *l, const struct latency_span *from, double factor);
void latency_merge(struct latency *into, const struct latency *from);

/* How many are in a bucket. */
uint64_t latency_count(const struct latency *l, unsigned bucket);

/* The duration in ns that pct percent of all do not exceed, taken as evenly spread in that part of
 * their bucket that lies between min_ns and max_ns, the known ends of the set. NAN when empty. */
double latency_percentile_ns(const struct latency *l, double pct, uint64_t min_ns, uint64_t max_ns);

#endif
