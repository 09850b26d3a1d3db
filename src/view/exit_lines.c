#include "view/exit_lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/mem.h"

enum { INDENT = 2, INDENTED_MAX = sizeof(((struct exit_row *)NULL)->name) - INDENT - 1 };

static bool same_reason(const struct exit_key *a, const struct exit_key *b)
{
	return a->reason == b->reason && a->isa == b->isa;
}

bool exit_line_is(const struct exit_line *line, const struct exit_key *key, bool other)
{
	const struct exit_key *own = &line->row.key;

	return line->other == other && same_reason(own, key) && own->detail == key->detail &&
	       own->number == key->number;
}

/* Takes from's counts off l's, which hold them. */
static void subtract(struct latency *l, const struct latency *from)
{
	for (uint32_t i = 0; i < l->count; i++) {
		const uint64_t part = latency_count(from, l->first + i);

		l->counts[i] -= part < l->counts[i] ? part : l->counts[i];
	}
}

void exit_line_latency(
	const struct exit_line *line, const struct exit_table *table, struct latency *out)
{
	const struct exit_entry *own = exit_table_find(table, &line->row.key);

	if (!own)
		return;
	latency_merge(out, &own->latency);
	for (size_t i = 0; i < table->detail_count && line->other; i++)
		if (same_reason(&table->details[i].key, &own->key))
			subtract(out, &table->details[i].latency);
}

static double percentile_us(const struct latency *l, double pct, double max_us)
{
	const double max_ns = max_us * NS_PER_US;

	return latency_percentile_ns(l, pct, 0, (uint64_t)max_ns) / NS_PER_US;
}

static struct exit_line other_line(const struct exit_table *table, const struct exit_row *reason,
	double samples, double time_us)
{
	struct exit_line line = { .row = *reason, .other = true };
	struct exit_row *row = &line.row;
	struct latency latency = { 0 };

	snprintf(row->name, sizeof row->name, "%*sother", INDENT, "");
	row->samples = samples;
	row->time_us = time_us;
	row->samples_pct *= samples / reason->samples;
	row->per_s *= samples / reason->samples;
	row->time_pct = reason->time_us > 0 ? reason->time_pct * time_us / reason->time_us : NAN;
	row->avg_us = time_us / samples;
	row->min_us = row->max_us = row->stderr_pct = NAN;
	exit_line_latency(&line, table, &latency);
	row->p50_us = percentile_us(&latency, 50, reason->max_us);
	row->p99_us = percentile_us(&latency, 99, reason->max_us);
	latency_fini(&latency);
	return line;
}

/* Adds a reason's details and what they leave of it. Returns how many lines that are. */
static size_t add_details(const struct exit_table *table, enum exit_shares shares,
	const struct exit_row *reason, struct exit_row *details, struct exit_line *lines)
{
	const size_t count = exit_table_detail_rows(table, shares, &reason->key, details);
	double samples = reason->samples, time_us = reason->time_us;

	for (size_t i = 0; i < count; i++) {
		lines[i] = (struct exit_line){ .row = details[i] };
		snprintf(lines[i].row.name, sizeof lines[i].row.name, "%*s%.*s", INDENT, "",
			INDENTED_MAX, details[i].name);
		samples -= details[i].samples;
		time_us -= details[i].time_us;
	}
	if (!count || samples < 1)
		return count;
	lines[count] = other_line(table, reason, samples, fmax(time_us, 0));
	return count + 1;
}

struct exit_line *exit_lines(const struct exit_table *table, enum exit_shares shares,
	enum exit_column sort, bool reverse, size_t *count)
{
	struct exit_row *reasons = mem_calloc(table->reason_count, sizeof *reasons);
	const size_t reason_count = exit_table_rows(table, shares, reasons);
	struct exit_row *details = mem_calloc(table->detail_count, sizeof *details);
	/* A reason, and its "other". */
	struct exit_line *lines = mem_calloc(2 * reason_count + table->detail_count, sizeof *lines);

	field_sort_rows(&exit_columns[sort], reverse, &exit_columns[EXIT_COL_REASON], reasons,
		reason_count, sizeof *reasons);
	*count = 0;
	for (size_t i = 0; i < reason_count; i++) {
		lines[(*count)++] = (struct exit_line){ .row = reasons[i] };
		*count += add_details(table, shares, &reasons[i], details, lines + *count);
	}
	free(details);
	free(reasons);
	return lines;
}
