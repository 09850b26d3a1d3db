#include "model/exit_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "kvm/exit_groups.h"
#include "kvm/exit_names.h"

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

/* What shares are of. */
static struct summary whole(const struct exit_table *t, enum exit_shares shares)
{
	struct summary total = exit_table_total(t);

	for (size_t i = 0; i < t->reason_count && shares == EXIT_SHARES_WITHOUT_HALTS; i++)
		if (exit_group_is_halt(&t->reasons[i].key))
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

	if (shares == EXIT_SHARES_WITHOUT_HALTS && exit_group_is_halt(&e->key))
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
		rows[count].device = exit_names_device(t->board, &e->key);
		exit_names_describe(t->board, &e->key, rows[count].name, sizeof rows[count].name);
		count++;
	}
	if (count)
		qsort(rows, count, sizeof *rows, more_frequent);
	return count;
}

/* All that a reason's exits had to do with one device, merged; or with one number without a name. */
struct device {
	struct exit_entry entry; /* key of the most frequent detail */
	const char *name, *kind; /* name NULL: none */
	bool one_direction;
	uint64_t numbers[2]; /* the first different ones */
	size_t number_count;
};

static bool belongs(const struct device *d, const char *name, const char *kind)
{
	return d->name && name && !strcmp(d->name, name) && !strcmp(d->kind, kind);
}

static void add_number(struct device *d, uint64_t number)
{
	for (size_t i = 0; i < d->number_count && i < 2; i++)
		if (d->numbers[i] == number)
			return;
	if (d->number_count < 2)
		d->numbers[d->number_count] = number;
	d->number_count++;
}

static void add_to_device(struct device *d, const struct exit_entry *e)
{
	add_number(d, e->key.number);
	d->one_direction &= e->key.detail == d->entry.key.detail;
	summary_merge(&d->entry.durations, &e->durations);
	latency_merge(&d->entry.latency, &e->latency);
}

static const char *plural(enum exit_detail detail)
{
	switch (detail) {
	case EXIT_DETAIL_PORT_IN:
	case EXIT_DETAIL_PORT_OUT:
		return "ports";
	case EXIT_DETAIL_MSR_READ:
	case EXIT_DETAIL_MSR_WRITE:
		return "MSRs";
	default:
		return "addresses";
	}
}

static void name_device(const struct device *d, enum exit_board board, char *out, size_t size)
{
	const struct exit_key *key = &d->entry.key;
	const uint64_t low = d->numbers[0] < d->numbers[1] ? d->numbers[0] : d->numbers[1];
	const uint64_t high = d->numbers[0] < d->numbers[1] ? d->numbers[1] : d->numbers[0];

	if (d->number_count > 2)
		snprintf(out, size, "%s (%zu %s)", d->name, d->number_count, plural(key->detail));
	else if (d->number_count == 2)
		snprintf(out, size, "%s 0x%llx/0x%llx", d->name, (unsigned long long)low,
			(unsigned long long)high);
	else if (d->one_direction)
		exit_names_describe(board, key, out, size);
	else
		exit_names_describe_number(board, key, out, size);
}

/* The device of a detail, made when it is the first. */
static struct device *device_of(struct device *devices, size_t *count, const struct exit_row *row)
{
	const struct exit_key *key = &row->key;
	const char *name = row->device;
	const char *kind = exit_names_kind(key->detail);
	struct device *d;

	for (d = devices; d < devices + *count; d++)
		if (belongs(d, name, kind))
			return d;
	*d = (struct device){ .name = name, .kind = kind, .one_direction = true };
	d->entry.key = *key;
	(*count)++;
	return d;
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
	for (size_t i = 0; i < detail_count; i++)
		add_to_device(device_of(devices, &count, &details[i]),
			exit_table_find(t, &details[i].key));
	for (size_t i = 0; i < count; i++) {
		rows[i] = row_of(t, &total, shares, &devices[i].entry);
		name_device(&devices[i], t->board, rows[i].name, sizeof rows[i].name);
		latency_fini(&devices[i].entry.latency);
	}
	if (count)
		qsort(rows, count, sizeof *rows, more_frequent);
	free(devices);
	free(details);
	return count;
}
