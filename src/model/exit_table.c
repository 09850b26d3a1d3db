#include "model/exit_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
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

static void set_entry(struct exit_entry *e, struct exit_key key, const char *name,
	const struct summary *durations)
{
	e->key = key;
	text_clean(e->name, sizeof e->name, name);
	e->durations = *durations;
}

static void add_reason(struct exit_table *t, struct exit_key key, const char *name,
	const struct summary *durations)
{
	const struct exit_key reason = { .reason = key.reason, .isa = key.isa };
	struct exit_entry *e = find(t->reasons, t->reason_count, reason);

	if (e) {
		summary_merge(&e->durations, durations);
		return;
	}
	t->reasons = mem_grow(t->reasons, t->reason_count, &t->reason_capacity, sizeof *t->reasons);
	set_entry(&t->reasons[t->reason_count++], reason, name, durations);
}

static void add_detail(struct exit_table *t, struct exit_key key, const char *name,
	const struct summary *durations)
{
	struct exit_entry *e = find(t->details, t->detail_count, key);

	if (e) {
		summary_merge(&e->durations, durations);
		return;
	}
	if (t->detail_count == EXIT_TABLE_DETAILS_MAX) {
		e = rarest(t->details, t->detail_count);
		if (e->durations.count < durations->count)
			set_entry(e, key, name, durations);
		return;
	}
	t->details = mem_grow(t->details, t->detail_count, &t->detail_capacity, sizeof *t->details);
	set_entry(&t->details[t->detail_count++], key, name, durations);
}

void exit_table_add(struct exit_table *t, const struct sample_exit *exits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample_exit *e = &exits[i];

		if (!e->durations.count)
			continue;
		add_reason(t, e->key, e->name, &e->durations);
		if (e->key.detail != EXIT_DETAIL_NONE)
			add_detail(t, e->key, e->name, &e->durations);
	}
}

void exit_table_merge(struct exit_table *into, const struct exit_table *from)
{
	for (size_t i = 0; i < from->reason_count; i++) {
		const struct exit_entry *e = &from->reasons[i];

		add_reason(into, e->key, e->name, &e->durations);
	}
	for (size_t i = 0; i < from->detail_count; i++) {
		const struct exit_entry *e = &from->details[i];

		add_detail(into, e->key, e->name, &e->durations);
	}
	into->seconds += from->seconds;
}

void exit_table_clear(struct exit_table *t)
{
	t->reason_count = 0;
	t->detail_count = 0;
	t->seconds = 0;
}

void exit_table_fini(struct exit_table *t)
{
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

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : NAN;
}

static double micros(double ns)
{
	return ns / (double)NS_PER_US;
}

struct exit_row exit_table_row(const struct exit_table *t, const struct summary *total,
	struct exit_key key, const char *name, const struct summary *d)
{
	struct exit_row row = {
		.key = key,
		.samples = (double)d->count,
		.samples_pct = percent(d->count, total->count),
		.time_pct = percent(d->total_ns, total->total_ns),
		.min_us = micros((double)d->min_ns),
		.max_us = micros((double)d->max_ns),
		.avg_us = micros(summary_average_ns(d)),
		.stderr_pct = summary_stderr_pct(d),
		.per_s = t->seconds > 0 ? (double)d->count / t->seconds : NAN,
		.time_us = micros((double)d->total_ns),
	};

	snprintf(row.name, sizeof row.name, "%s", name);
	return row;
}

size_t exit_table_rows(const struct exit_table *t, struct exit_row *rows)
{
	const struct summary total = exit_table_total(t);

	for (size_t i = 0; i < t->reason_count; i++) {
		const struct exit_entry *e = &t->reasons[i];

		rows[i] = exit_table_row(t, &total, e->key, e->name, &e->durations);
	}
	return t->reason_count;
}
