#include "source/exits/bookings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "source/tracefs/trace_format.h"

#define TABLE_MIN 32u

/* One kind of exit. What a booking needs lies together: 64 bytes and one of the buckets. Spare ones
 * have empty buckets. */
struct booking {
	struct sums sums;
	struct exit_words key;
	uint32_t buckets[LATENCY_BUCKETS];
};

void bookings_fini(struct bookings *b)
{
	for (size_t i = 0; i < b->made; i++)
		free(b->all[i]);
	free(b->all);
	free(b->table);
	*b = (struct bookings){ 0 };
}

/* Fibonacci hashing: reasons and numbers are dense, the multiplication spreads them. */
static inline size_t hash(struct exit_words key)
{
	const uint64_t bits = key.what ^ (key.number << 20 | key.number >> 44);

	return (size_t)((bits * 0x9e3779b97f4a7c15ull) >> 32);
}

static inline bool is_of(const struct booking *booking, struct exit_words key)
{
	return booking->key.what == key.what && booking->key.number == key.number;
}

/* The place of key in the table, or the free one where it belongs. */
static inline struct booking **find(const struct bookings *b, struct exit_words key)
{
	const size_t mask = b->size - 1;
	size_t i = hash(key) & mask;

	while (b->table[i] && !is_of(b->table[i], key))
		i = (i + 1) & mask;
	return &b->table[i];
}

static void set_table_size(struct bookings *b, uint32_t size)
{
	free(b->table);
	b->size = size;
	b->table = mem_calloc(size, sizeof *b->table);
	for (uint32_t i = 0; i < b->used; i++)
		*find(b, b->all[i]->key) = b->all[i];
}

/* The key under which a kind of exit that was not booked so far is to be booked. */
static struct exit_words bounded(const struct bookings *b, struct exit_words wanted)
{
	struct exit_key key = exit_words_split(wanted);

	if (key.detail != EXIT_DETAIL_NONE && b->details < BOOKINGS_DETAILS_MAX)
		return wanted;
	key.detail = EXIT_DETAIL_NONE;
	key.number = 0;
	if (b->used - b->details >= BOOKINGS_REASONS_MAX && !*find(b, exit_words_make(key)))
		key = (struct exit_key){ .isa = EXIT_ISA_OTHER };
	return exit_words_make(key);
}

/* The booking of a key that has none, or of the one that stands for it. */
static __attribute__((noinline)) struct booking *claim(struct bookings *b, struct exit_words key)
{
	struct booking *booking;

	if (b->used * 2 >= b->size)
		set_table_size(b, b->size ? b->size * 2 : TABLE_MIN);
	key = bounded(b, key);
	booking = *find(b, key);
	if (booking)
		return booking;
	if (b->used == b->made) {
		b->all = mem_grow(b->all, b->made, &b->capacity, sizeof *b->all);
		b->all[b->made++] = mem_calloc(1, sizeof **b->all);
	}
	booking = b->all[b->used++];
	b->details += exit_words_split(key).detail != EXIT_DETAIL_NONE;
	booking->key = key;
	booking->sums = sums_none();
	*find(b, key) = booking;
	return booking;
}

static inline struct booking *find_or_claim(struct bookings *b, struct exit_words key)
{
	if (!b->last || !is_of(b->last, key)) {
		b->last = b->size ? *find(b, key) : NULL;
		if (!b->last)
			b->last = claim(b, key);
	}
	return b->last;
}

void bookings_add(struct bookings *b, struct exit_words key, uint64_t duration_ns)
{
	struct booking *booking = find_or_claim(b, key);
	uint32_t *bucket;

	sums_add(&booking->sums, duration_ns);
	bucket = &booking->buckets[latency_bucket(duration_ns)];
	*bucket += *bucket < UINT32_MAX;
}

void bookings_add_sums(
	struct bookings *b, struct exit_words key, const struct sums *sums, const uint32_t *buckets)
{
	struct booking *booking = find_or_claim(b, key);

	sums_merge(&booking->sums, sums);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		if (__builtin_add_overflow(booking->buckets[i], buckets[i], &booking->buckets[i]))
			booking->buckets[i] = UINT32_MAX;
}

/* Moves the buckets that are not empty, and those between them, to the arena. */
static struct latency_span move_latency(struct booking *booking, struct arena *arena)
{
	const uint32_t first = latency_bucket(booking->sums.min_ns);
	const uint32_t count = latency_bucket(booking->sums.max_ns) - first + 1;
	uint32_t *counts = arena_array(arena, count, sizeof *counts);

	memcpy(counts, booking->buckets + first, count * sizeof *counts);
	memset(booking->buckets + first, 0, count * sizeof *counts);
	return (struct latency_span){ .first = first, .count = count, .counts = counts };
}

/* Empties it. What this interval did not need goes, so a flood of kinds is not paid for ever after. */
static void clear(struct bookings *b)
{
	while (b->made > b->used)
		free(b->all[--b->made]);
	b->used = b->details = 0;
	b->last = NULL;
	if (b->size > TABLE_MIN && b->made * 4 <= b->size)
		set_table_size(b, b->size / 2);
	else if (b->made)
		memset(b->table, 0, b->size * sizeof *b->table);
}

size_t bookings_move(
	struct bookings *b, struct trace_format *f, struct sample *s, struct sample_exit **exits)
{
	const size_t count = b->used;

	*exits = arena_array(&s->arena, count, sizeof **exits);
	for (size_t i = 0; i < count; i++) {
		struct booking *booking = b->all[i];
		const struct exit_key key = exit_words_split(booking->key);

		(*exits)[i] = (struct sample_exit){
			.key = key,
			.name = trace_format_reason(f, key.isa, key.reason),
			.durations = sums_summary(&booking->sums),
			.latency = move_latency(booking, &s->arena),
		};
	}
	clear(b);
	return count;
}
