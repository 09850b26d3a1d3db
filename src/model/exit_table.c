#include "model/exit_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "model/detail.h"

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
	const char *name;
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

/* The entry's memory for buckets is taken over. */
static void start_entry(struct exit_entry *e, struct exit_key key, const char *name)
{
	e->key = key;
	text_clean(e->name, sizeof e->name, name);
	e->durations = (struct summary){ 0 };
	latency_clear(&e->latency);
}

/* Grows an array whose entries beyond count are unused, but keep their memory for buckets. */
static void grow(struct exit_entry **entries, size_t count, size_t *capacity)
{
	const size_t before = *capacity;

	*entries = mem_grow(*entries, count, capacity, sizeof **entries);
	if (*capacity > before)
		memset(*entries + before, 0, (*capacity - before) * sizeof **entries);
}

static void add_reason(struct exit_table *t, const struct booking *b)
{
	const struct exit_key reason = { .reason = b->key.reason, .isa = b->key.isa };
	struct exit_entry *e = find(t->reasons, t->reason_count, reason);

	if (!e) {
		grow(&t->reasons, t->reason_count, &t->reason_capacity);
		e = &t->reasons[t->reason_count++];
		start_entry(e, reason, b->name);
	}
	book(t, e, b);
}

static void add_detail(struct exit_table *t, const struct booking *b)
{
	struct exit_entry *e = find(t->details, t->detail_count, b->key);

	if (!e && t->detail_count == EXIT_TABLE_DETAILS_MAX) {
		e = rarest(t->details, t->detail_count);
		if (e->durations.count >= b->durations->count)
			return;
		start_entry(e, b->key, b->name);
	} else if (!e) {
		grow(&t->details, t->detail_count, &t->detail_capacity);
		e = &t->details[t->detail_count++];
		start_entry(e, b->key, b->name);
	}
	book(t, e, b);
}

void exit_table_add(
	struct exit_table *t, const struct sample_exit *exits, size_t count, double factor)
{
	for (size_t i = 0; i < count; i++) {
		const struct summary durations = summary_scaled(&exits[i].durations, factor);
		const struct booking b = { .key = exits[i].key,
			.name = exits[i].name,
			.durations = &durations,
			.span = &exits[i].latency,
			.factor = factor };

		if (!durations.count)
			continue;
		add_reason(t, &b);
		if (b.key.detail != EXIT_DETAIL_NONE)
			add_detail(t, &b);
		t->sampled |= factor < 1 || factor > 1;
	}
}

static struct booking booking_of(const struct exit_entry *e)
{
	return (struct booking){
		.key = e->key, .name = e->name, .durations = &e->durations, .latency = &e->latency
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

void exit_table_clear(struct exit_table *t)
{
	t->reason_count = 0;
	t->detail_count = 0;
	t->seconds = 0;
	t->sampled = false;
}

static void free_entries(struct exit_entry *entries, size_t capacity)
{
	for (size_t i = 0; i < capacity; i++)
		latency_fini(&entries[i].latency);
	free(entries);
}

void exit_table_fini(struct exit_table *t)
{
	free_entries(t->reasons, t->reason_capacity);
	free_entries(t->details, t->detail_capacity);
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

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : NAN;
}

static double micros(double ns)
{
	return ns / (double)NS_PER_US;
}

static double percentile_us(const struct exit_entry *e, double pct)
{
	return micros(
		latency_percentile_ns(&e->latency, pct, e->durations.min_ns, e->durations.max_ns));
}

bool exit_key_is_halt(const struct exit_key *key)
{
	switch (key->isa) {
	case EXIT_ISA_VMX:
		return key->reason == 12 || key->reason == 36;
	case EXIT_ISA_SVM:
		return key->reason == 0x78 || key->reason == 0x8b || key->reason == 0xa6;
	default:
		return key->reason == 1;
	}
}

/* What shares are of. */
static struct summary whole(const struct exit_table *t, enum exit_shares shares)
{
	struct summary total = exit_table_total(t);

	for (size_t i = 0; i < t->reason_count && shares == EXIT_SHARES_WITHOUT_HALTS; i++)
		if (exit_key_is_halt(&t->reasons[i].key))
			total.total_ns -= t->reasons[i].durations.total_ns;
	return total;
}

static struct exit_row row_of(const struct exit_table *t, const struct summary *total,
	enum exit_shares shares, const struct exit_entry *e)
{
	const struct summary *d = &e->durations;
	struct exit_row row = {
		.key = e->key,
		.samples = (double)d->count,
		.samples_pct = percent(d->count, total->count),
		.time_pct = percent(d->total_ns, total->total_ns),
		.min_us = micros((double)d->min_ns),
		.max_us = micros((double)d->max_ns),
		.avg_us = micros(summary_average_ns(d)),
		.stderr_pct = summary_stderr_pct(d),
		.per_s = t->seconds > 0 ? (double)d->count / t->seconds : NAN,
		.time_us = micros((double)d->total_ns),
		.p50_us = percentile_us(e, 50),
		.p99_us = percentile_us(e, 99),
		.sampled = t->sampled,
	};

	if (shares == EXIT_SHARES_WITHOUT_HALTS && exit_key_is_halt(&e->key))
		row.time_pct = NAN;
	snprintf(row.name, sizeof row.name, "%s", e->name);
	return row;
}

size_t exit_table_rows(const struct exit_table *t, enum exit_shares shares, struct exit_row *rows)
{
	const struct summary total = whole(t, shares);

	for (size_t i = 0; i < t->reason_count; i++)
		rows[i] = row_of(t, &total, shares, &t->reasons[i]);
	return t->reason_count;
}

static int more_frequent(const void *a, const void *b)
{
	const struct exit_row *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples < y->samples ? 1 : -1;
	if (x->key.number != y->key.number)
		return x->key.number < y->key.number ? -1 : 1;
	return (int)x->key.detail - (int)y->key.detail;
}

size_t exit_table_detail_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows)
{
	const struct summary total = whole(t, shares);
	size_t count = 0;

	for (size_t i = 0; i < t->detail_count; i++) {
		const struct exit_entry *e = &t->details[i];

		if (e->key.reason != reason->reason || e->key.isa != reason->isa)
			continue;
		rows[count] = row_of(t, &total, shares, e);
		detail_describe(&e->key, rows[count].name, sizeof rows[count].name);
		count++;
	}
	if (count)
		qsort(rows, count, sizeof *rows, more_frequent);
	return count;
}

const struct exit_entry *exit_table_find(const struct exit_table *t, const struct exit_key *key)
{
	return key->detail == EXIT_DETAIL_NONE ? find(t->reasons, t->reason_count, *key)
					       : find(t->details, t->detail_count, *key);
}

static bool same_device(const struct exit_key *a, const struct exit_key *b)
{
	const char *x = detail_device(a->detail, a->number);
	const char *y = detail_device(b->detail, b->number);

	return x && y && !strcmp(x, y) && !strcmp(detail_kind(a->detail), detail_kind(b->detail));
}

/* A device's details, merged. */
struct device {
	struct exit_entry entry; /* key of the most frequent */
	uint64_t numbers[2];     /* the first different ones */
	size_t number_count;
};

static void add_number(struct device *d, uint64_t number)
{
	for (size_t i = 0; i < d->number_count && i < 2; i++)
		if (d->numbers[i] == number)
			return;
	if (d->number_count < 2)
		d->numbers[d->number_count] = number;
	d->number_count++;
}

static void name_device(const struct device *d, char *out, size_t size)
{
	const struct exit_key *key = &d->entry.key;
	const char *device = detail_device(key->detail, key->number);
	const uint64_t low = d->numbers[0] < d->numbers[1] ? d->numbers[0] : d->numbers[1];
	const uint64_t high = d->numbers[0] < d->numbers[1] ? d->numbers[1] : d->numbers[0];

	if (!device || d->number_count == 1)
		detail_describe(key, out, size);
	else if (d->number_count == 2)
		snprintf(out, size, "%s 0x%llx/0x%llx", device, (unsigned long long)low,
			(unsigned long long)high);
	else
		snprintf(out, size, "%s (%s)", device, detail_kind(key->detail));
}

size_t exit_table_device_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows)
{
	const struct summary total = whole(t, shares);
	struct exit_row *details = mem_calloc(t->detail_count, sizeof *details);
	const size_t detail_count = exit_table_detail_rows(t, shares, reason, details);
	struct device *devices = mem_calloc(detail_count, sizeof *devices);
	size_t count = 0;

	/* The most frequent detail of a device comes first. */
	for (size_t i = 0; i < detail_count; i++) {
		const struct exit_entry *e = exit_table_find(t, &details[i].key);
		struct device *d = devices;

		while (d < devices + count && !same_device(&d->entry.key, &e->key))
			d++;
		if (d == devices + count) {
			count++;
			d->entry.key = e->key;
		}
		add_number(d, e->key.number);
		summary_merge(&d->entry.durations, &e->durations);
		latency_merge(&d->entry.latency, &e->latency);
	}
	for (size_t i = 0; i < count; i++) {
		rows[i] = row_of(t, &total, shares, &devices[i].entry);
		name_device(&devices[i], rows[i].name, sizeof rows[i].name);
		latency_fini(&devices[i].entry.latency);
	}
	if (count)
		qsort(rows, count, sizeof *rows, more_frequent);
	free(devices);
	free(details);
	return count;
}
