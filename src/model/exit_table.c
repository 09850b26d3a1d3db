#include "model/exit_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

static bool same_key(struct exit_key a, struct exit_key b)
{
	return a.reason == b.reason && a.isa == b.isa && a.detail == b.detail &&
	       a.number == b.number;
}

static struct exit_entry *find(struct exit_entry *entries, size_t count, struct exit_key key)
{
	for (size_t i = 0; i < count; i++)
		if (same_key(entries[i].key, key))
			return &entries[i];
	return NULL;
}

static struct exit_entry *rarest(struct exit_entry *entries, size_t count)
{
	struct exit_entry *least = entries;

	for (size_t i = 1; i < count; i++)
		if (entries[i].durations.count < least->durations.count)
			least = &entries[i];
	return least;
}

/* What is booked under one key, from a sample or from another table. */
struct booking {
	struct exit_key key;
	const char *name;               /* of the reason, as the kernel has it, or ... */
	const struct exit_entry *named; /* ... an entry that has it cleaned; else NULL */
	const struct summary *durations;
	const struct latency_span *span; /* one of the two, or neither */
	const struct latency *latency;
	double factor; /* of span */
};

static void book(struct exit_table *t, struct exit_entry *e, const struct booking *b)
{
	summary_merge(&e->durations, b->durations);
	if (t->without_latency)
		return;
	if (b->span)
		latency_add(&e->latency, b->span, b->factor);
	if (b->latency)
		latency_merge(&e->latency, b->latency);
}

static void start_entry(struct exit_entry *e, struct exit_key key, const struct booking *b)
{
	e->key = key;
	if (b->named)
		memcpy(e->name, b->named->name, sizeof e->name);
	else
		text_clean(e->name, sizeof e->name, b->name);
	e->durations = (struct summary){ 0 };
	latency_fini(&e->latency);
}

/* Grows an array whose entries beyond count are unused and hold no buckets. */
static void grow(struct exit_entry **entries, size_t count, size_t *capacity)
{
	const size_t before = *capacity;

	*entries = mem_grow(*entries, count, capacity, sizeof **entries);
	if (*capacity > before)
		memset(*entries + before, 0, (*capacity - before) * sizeof **entries);
}

static const struct exit_entry *add_reason(struct exit_table *t, const struct booking *b)
{
	const struct exit_key reason = { .reason = b->key.reason, .isa = b->key.isa };
	struct exit_entry *e = find(t->reasons, t->reason_count, reason);

	if (!e) {
		grow(&t->reasons, t->reason_count, &t->reason_capacity);
		e = &t->reasons[t->reason_count++];
		start_entry(e, reason, b);
	}
	book(t, e, b);
	return e;
}

static void add_detail(struct exit_table *t, const struct booking *b)
{
	const size_t max = t->details_max ? t->details_max : EXIT_TABLE_DETAILS_MAX;
	struct exit_entry *e = find(t->details, t->detail_count, b->key);

	if (!e && t->detail_count == max) {
		e = rarest(t->details, t->detail_count);
		if (e->durations.count >= b->durations->count)
			return;
		start_entry(e, b->key, b);
	} else if (!e) {
		grow(&t->details, t->detail_count, &t->detail_capacity);
		e = &t->details[t->detail_count++];
		start_entry(e, b->key, b);
	}
	book(t, e, b);
}

void exit_table_add(
	struct exit_table *t, const struct sample_exit *exits, size_t count, double factor)
{
	for (size_t i = 0; i < count; i++) {
		const struct summary durations = summary_scaled(&exits[i].durations, factor);
		struct booking b = { .key = exits[i].key,
			.name = exits[i].name,
			.durations = &durations,
			.span = &exits[i].latency,
			.factor = factor };

		if (!durations.count)
			continue;
		b.named = add_reason(t, &b);
		if (b.key.detail != EXIT_DETAIL_NONE)
			add_detail(t, &b);
		t->sampled |= factor < 1 || factor > 1;
	}
}

static struct booking booking_of(const struct exit_entry *e)
{
	return (struct booking){
		.key = e->key, .named = e, .durations = &e->durations, .latency = &e->latency
	};
}

void exit_table_merge(struct exit_table *into, const struct exit_table *from)
{
	for (size_t i = 0; i < from->reason_count; i++) {
		const struct booking b = booking_of(&from->reasons[i]);

		add_reason(into, &b);
	}
	for (size_t i = 0; i < from->detail_count; i++) {
		const struct booking b = booking_of(&from->details[i]);

		add_detail(into, &b);
	}
	into->seconds += from->seconds;
	into->sampled |= from->sampled;
}

static void free_buckets(struct exit_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		latency_fini(&entries[i].latency);
}

/* The next entry in a place is seldom of the same kind: buckets kept for it would come to hold the
 * ranges of all kinds. */
void exit_table_clear(struct exit_table *t)
{
	free_buckets(t->reasons, t->reason_count);
	free_buckets(t->details, t->detail_count);
	t->reason_count = 0;
	t->detail_count = 0;
	t->seconds = 0;
	t->sampled = false;
}

void exit_table_fini(struct exit_table *t)
{
	exit_table_clear(t);
	free(t->reasons);
	free(t->details);
	*t = (struct exit_table){ 0 };
}

struct summary exit_table_total(const struct exit_table *t)
{
	struct summary total = { 0 };

	for (size_t i = 0; i < t->reason_count; i++)
		summary_merge(&total, &t->reasons[i].durations);
	return total;
}

struct summary exit_table_port(
	const struct exit_table *t, enum exit_detail direction, uint16_t port)
{
	struct summary sum = { 0 };

	for (size_t i = 0; i < t->detail_count; i++) {
		const struct exit_entry *e = &t->details[i];

		if (e->key.detail == direction && e->key.number == port)
			summary_merge(&sum, &e->durations);
	}
	return sum;
}

const struct exit_entry *exit_table_find(const struct exit_table *t, const struct exit_key *key)
{
	return key->detail == EXIT_DETAIL_NONE ? find(t->reasons, t->reason_count, *key)
					       : find(t->details, t->detail_count, *key);
}
