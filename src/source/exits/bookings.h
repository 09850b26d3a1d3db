/* bookings: how long the exits of one thread lasted since the last collect, by kind. */
#ifndef SOURCE_EXITS_BOOKINGS_H
#define SOURCE_EXITS_BOOKINGS_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"
#include "sample/sums.h"

/* A guest may touch all 65536 ports: a thread has at most so many details between two collects;
 * further ones are booked under the reason alone. */
#define BOOKINGS_DETAILS_MAX 256

/* No processor has so many reasons, but a damaged recording may: further ones are booked together,
 * as EXIT_ISA_OTHER. */
#define BOOKINGS_REASONS_MAX 512

struct booking;
struct trace_format;

/* All zero is an empty one. */
struct bookings {
	struct booking **table; /* open addressing, at most half full; NULL: nothing here */
	uint32_t size;          /* of it: a power of two, or 0 */
	struct booking **all;  /* the used ones, in the order in which they came, then spare ones */
	uint32_t used;         /* how many kinds there are */
	uint32_t details;      /* of them with a detail */
	size_t made, capacity; /* of all */
	struct booking *last;  /* that was added to: mostly the next one, too; NULL: none */
};

void bookings_fini(struct bookings *b);

/* Books one exit. */
void bookings_add(struct bookings *b, struct exit_words key, uint64_t duration_ns);

/* Books many: their sums, and how many fell into each of LATENCY_BUCKETS. */
void bookings_add_sums(struct bookings *b, struct exit_words key, const struct sums *sums,
	const uint32_t *buckets);

/* Moves everything to exits, in the arena of s, with names from f. Returns how many there are. */
size_t bookings_move(
	struct bookings *b, struct trace_format *f, struct sample *s, struct sample_exit **exits);

#endif
