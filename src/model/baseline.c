#include "model/baseline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/number.h"
#include "kvm/exit_groups.h"
#include "model/exit_rows.h"

/* Exits of the last seconds are known. */
static bool is_traced(const struct vm *vm)
{
	return vm->recent.seconds > 0;
}

double baseline_exits_now(const struct vm *vm)
{
	if (is_traced(vm))
		return (double)exit_table_total(&vm->recent).count / vm->recent.seconds;
	return isnan(vm->exits_per_s) ? vm->counters.exits_per_s : vm->exits_per_s;
}

double baseline_work_now(const struct vm *vm)
{
	double count = 0;

	if (!is_traced(vm))
		return vm->counters.exits_per_s - vm->counters.halt_exits_per_s;
	for (size_t i = 0; i < vm->recent.reason_count; i++)
		if (!exit_group_is_halt(&vm->recent.reasons[i].key))
			count += (double)vm->recent.reasons[i].durations.count;
	return count / vm->recent.seconds;
}

static int more_frequent(const void *a, const void *b)
{
	const struct baseline_rate *x = a, *y = b;

	if (x->per_s != y->per_s)
		return x->per_s < y->per_s ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Adds exits to the row of that name, which is made when there is none; returns it. */
static struct baseline_rate *add_to_row(
	struct baseline_rate *rows, size_t *count, const char *name, double per_s)
{
	size_t i = 0;

	while (i < *count && strcmp(rows[i].name, name) != 0)
		i++;
	if (i == *count) {
		rows[i] = (struct baseline_rate){ 0 };
		snprintf(rows[i].name, sizeof rows[i].name, "%s", name);
		(*count)++;
	}
	rows[i].per_s += per_s;
	return &rows[i];
}

/* The reasons of the last seconds, the most frequent first; the caller frees them. */
static struct baseline_rate *reason_rates(const struct vm *vm, size_t *count)
{
	const struct exit_table *t = &vm->recent;
	struct baseline_rate *rows = mem_calloc(t->reason_count, sizeof *rows);

	*count = 0;
	for (size_t i = 0; i < t->reason_count; i++) {
		struct baseline_rate *row = add_to_row(rows, count, t->reasons[i].name,
			(double)t->reasons[i].durations.count / t->seconds);

		row->is_halt = exit_group_is_halt(&t->reasons[i].key);
	}
	qsort(rows, *count, sizeof *rows, more_frequent);
	return rows;
}

/* The devices that exits of whatever reason were about, likewise. All that has one name is one row, so that
 * its name stays when the guest takes another of its ports; what has none stands for itself. */
static struct baseline_rate *device_rates(const struct vm *vm, size_t *count)
{
	const struct exit_table *t = &vm->recent;
	struct baseline_rate *rows = mem_calloc(t->detail_count, sizeof *rows);

	*count = 0;
	for (size_t i = 0; i < t->detail_count; i++) {
		const struct exit_key *key = &t->details[i].key;
		const char *device = exit_names_device(t->board, key);
		char number[EXIT_NAMES_TEXT_MAX];

		struct baseline_rate *row;

		row = add_to_row(rows, count,
			device ? device
			       : exit_names_describe_number(t->board, key, number, sizeof number),
			(double)t->details[i].durations.count / t->seconds);
		row->is_detail |=
			key->detail != EXIT_DETAIL_PORT_IN && key->detail != EXIT_DETAIL_PORT_OUT;
	}
	qsort(rows, *count, sizeof *rows, more_frequent);
	return rows;
}

/* Takes rows, of which there are count, and keeps the first in out. Returns how many. */
static size_t keep_rates(struct baseline_rate *out, struct baseline_rate *rows, size_t count)
{
	const size_t kept = count < BASELINE_ROWS_MAX ? count : BASELINE_ROWS_MAX;

	memcpy(out, rows, kept * sizeof *rows);
	free(rows);
	return kept;
}

void baseline_take(struct baseline *b, const struct vm *vm, uint64_t real_ns)
{
	struct baseline_rate *rows;
	size_t count;

	*b = (struct baseline){ .real_ns = real_ns, .seconds = NAN, .cpu = vm->cpu };
	snprintf(b->uuid, sizeof b->uuid, "%s", vm->uuid);
	snprintf(b->name, sizeof b->name, "%s", vm->name);
	b->exits_per_s = baseline_exits_now(vm);
	b->work_per_s = baseline_work_now(vm);
	if (!is_traced(vm))
		return;
	b->seconds = vm->recent.seconds;
	rows = reason_rates(vm, &count);
	b->reason_count = keep_rates(b->reasons, rows, count);
	rows = device_rates(vm, &count);
	b->device_count = keep_rates(b->devices, rows, count);
}

bool baseline_is_of(const struct baseline *b, const struct vm *vm)
{
	if (*b->uuid || *vm->uuid)
		return !strcmp(b->uuid, vm->uuid);
	return !strcmp(b->name, vm->name);
}

/* Takes rows. */
static double rate_of(struct baseline_rate *rows, size_t count, const char *name)
{
	double per_s = 0;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].name, name))
			per_s = rows[i].per_s;
	free(rows);
	return per_s;
}

double baseline_reason_now(const struct vm *vm, const struct baseline_rate *was, bool details)
{
	struct baseline_rate *rows;
	size_t count;

	(void)details;
	if (!is_traced(vm))
		return NAN;
	rows = reason_rates(vm, &count);
	return rate_of(rows, count, was->name);
}

double baseline_device_now(const struct vm *vm, const struct baseline_rate *was, bool details)
{
	struct baseline_rate *rows;
	size_t count;

	if (!is_traced(vm) || (was->is_detail && !details))
		return NAN;
	rows = device_rates(vm, &count);
	return rate_of(rows, count, was->name);
}

static void add_step(struct strbuf *out, const char *what, double before, double now,
	enum number_unit unit, const char *after)
{
	char from[16], to[16];

	number_format(from, sizeof from, before, unit, 6);
	number_format(to, sizeof to, now, unit, 6);
	strbuf_addf(out, "%s %s -> %s%s", what, from, to, after);
}

void baseline_describe(
	struct strbuf *out, const struct baseline *b, const struct vm *vm, uint64_t now_ns)
{
	char when[32];
	size_t i = 0;

	if (vm->off) {
		strbuf_addf(out, "baseline of %s: compared after the start",
			clock_when(b->real_ns, now_ns, when, sizeof when));
		return;
	}
	strbuf_addf(out, "since %s: ", clock_when(b->real_ns, now_ns, when, sizeof when));
	add_step(out, "CPU", b->cpu.cpu_pct, vm->cpu.cpu_pct, NUMBER_PERCENT, " %");
	add_step(out, ", exits", b->exits_per_s, baseline_exits_now(vm), NUMBER_RATE, "/s");
	while (i < b->reason_count && b->reasons[i].is_halt)
		i++;
	if (i == b->reason_count)
		return;
	strbuf_add(out, ", ");
	add_step(out, b->reasons[i].name, b->reasons[i].per_s,
		baseline_reason_now(vm, &b->reasons[i], false), NUMBER_RATE, "/s");
}

const struct baseline *baselines_find(const struct baselines *all, const struct vm *vm)
{
	for (size_t i = 0; i < all->count; i++)
		if (baseline_is_of(&all->items[i], vm))
			return &all->items[i];
	return NULL;
}

void baselines_put(struct baselines *all, const struct baseline *b)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct baseline *old = &all->items[i];

		if (strcmp(old->uuid, b->uuid) != 0 ||
			(!*b->uuid && strcmp(old->name, b->name) != 0))
			continue;
		all->items[i] = *b;
		return;
	}
	all->items = mem_grow(all->items, all->count, &all->capacity, sizeof *all->items);
	all->items[all->count++] = *b;
}

bool baselines_drop(struct baselines *all, const struct vm *vm)
{
	for (size_t i = 0; i < all->count; i++) {
		if (!baseline_is_of(&all->items[i], vm))
			continue;
		all->items[i] = all->items[--all->count];
		return true;
	}
	return false;
}

void baselines_fini(struct baselines *all)
{
	free(all->items);
	*all = (struct baselines){ 0 };
}
