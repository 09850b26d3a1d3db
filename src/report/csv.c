#include "report/csv.h"

#include <math.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "kvm/exit_names.h"
#include "model/columns.h"
#include "model/counters.h"
#include "report/csv_value.h"

/* The columns of exits behind the reason. */
#define FIGURES (exit_columns + EXIT_COL_REASON + 1)
enum { FIGURE_COUNT = EXIT_COL__COUNT - EXIT_COL_REASON - 1 };

static void head_keys(struct strbuf *b, const char *const *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		csv_value_text(b, keys[i]);
}

static void vm_head(struct strbuf *b)
{
	csv_value_keys(b, vm_columns, VM_COL__COUNT);
}

static void thread_head(struct strbuf *b)
{
	csv_value_keys(b, &vm_columns[VM_COL_PID], 1);
	csv_value_keys(b, thread_columns, THREAD_COL__COUNT);
}

static void exit_head(struct strbuf *b)
{
	static const char *const about[] = { "kind", "number", "direction", "name" };

	csv_value_keys(b, &vm_columns[VM_COL_PID], 1);
	csv_value_keys(b, &thread_columns[THREAD_COL_VM], 1);
	csv_value_keys(b, &exit_columns[EXIT_COL_REASON], 1);
	head_keys(b, about, sizeof about / sizeof *about);
	csv_value_keys(b, FIGURES, FIGURE_COUNT);
	csv_value_text(b, "sampled");
	csv_value_text(b, "coarse");
	csv_value_text(b, "overlaps");
}

/* What every line ends with. */
static void add_end(struct strbuf *b, const struct vm *vm)
{
	csv_value_bool(b, vm->ended);
	csv_value_end(b);
}

/* What every line begins with. */
static void add_start(struct strbuf *b, const struct model *m, const struct vm *vm)
{
	char time[40];

	csv_value_text(b, clock_stamp(m->real_ns, time, sizeof time));
	csv_value_text(b, m->host.name);
	csv_value_number(b, m->interval_s);
	csv_value_text(b, vm->uuid);
}

static void add_vm(struct strbuf *b, const struct model *m, const struct vm *vm)
{
	add_start(b, m, vm);
	csv_value_columns(b, vm_columns, VM_COL__COUNT, vm);
	add_end(b, vm);
}

static void add_threads(struct strbuf *b, const struct model *m, const struct vm *vm)
{
	for (size_t i = 0; i < vm->thread_count; i++) {
		add_start(b, m, vm);
		csv_value_columns(b, &vm_columns[VM_COL_PID], 1, vm);
		csv_value_columns(b, thread_columns, THREAD_COL__COUNT, &vm->threads[i]);
		add_end(b, vm);
	}
}

/* reason: the row that r is of, itself or one of its details. */
static void add_exit(struct strbuf *b, const struct model *m, const struct vm *vm,
	const struct exit_row *reason, const struct exit_row *r)
{
	const enum exit_detail detail = r->key.detail;

	add_start(b, m, vm);
	csv_value_columns(b, &vm_columns[VM_COL_PID], 1, vm);
	csv_value_columns(b, &vm_columns[VM_COL_NAME], 1, vm);
	csv_value_columns(b, &exit_columns[EXIT_COL_REASON], 1, reason);
	csv_value_text(b, exit_names_kind(detail));
	if (detail == EXIT_DETAIL_NONE)
		csv_value_text(b, NULL);
	else
		csv_value_count(b, r->key.number);
	csv_value_text(b, exit_names_direction(detail));
	csv_value_text(b, r->device);
	csv_value_columns(b, FIGURES, FIGURE_COUNT, r);
	csv_value_bool(b, r->sampled);
	csv_value_bool(b, r->coarse);
	csv_value_bool(b, r->overlaps);
	add_end(b, vm);
}

static void add_exits(struct strbuf *b, const struct model *m, const struct vm *vm)
{
	const struct exit_table *t = &vm->interval;
	struct exit_row *reasons = mem_calloc(t->reason_count, sizeof *reasons);
	struct exit_row *details = mem_calloc(t->detail_count, sizeof *details);
	struct exit_row coarse[COUNTERS_ROWS];
	const size_t coarse_count = counters_rows_of_vm(vm, coarse);
	const size_t count =
		isnan(vm->exits_per_s) ? 0 : exit_table_rows(t, EXIT_SHARES_ALL, reasons);

	field_sort_rows(&exit_columns[EXIT_COL_SAMPLES], false, &exit_columns[EXIT_COL_REASON],
		reasons, count, sizeof *reasons);
	for (size_t i = 0; i < count; i++) {
		const size_t detail_count =
			exit_table_detail_rows(t, EXIT_SHARES_ALL, &reasons[i].key, details);

		add_exit(b, m, vm, &reasons[i], &reasons[i]);
		for (size_t k = 0; k < detail_count; k++)
			add_exit(b, m, vm, &reasons[i], &details[k]);
	}
	for (size_t i = 0; i < coarse_count; i++)
		add_exit(b, m, vm, &coarse[i], &coarse[i]);
	free(details);
	free(reasons);
}

static const struct {
	const char *name;
	void (*head)(struct strbuf *b);
	void (*add)(struct strbuf *b, const struct model *m, const struct vm *vm);
} kinds[REPORT_ROWS__COUNT] = {
	[REPORT_ROWS_VMS] = { "vms", vm_head, add_vm },
	[REPORT_ROWS_THREADS] = { "threads", thread_head, add_threads },
	[REPORT_ROWS_EXITS] = { "exits", exit_head, add_exits },
};

const char *report_rows_name(enum report_rows rows)
{
	return kinds[rows].name;
}

char *report_csv_head(enum report_rows rows)
{
	static const char *const start[] = { "time", "host", "interval_s", "uuid" };
	struct strbuf b = { 0 };

	head_keys(&b, start, sizeof start / sizeof *start);
	kinds[rows].head(&b);
	csv_value_text(&b, "ended");
	csv_value_end(&b);
	return strbuf_take(&b);
}

char *report_csv(const struct model *m, enum report_rows rows)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < m->vm_count; i++)
		kinds[rows].add(&b, m, m->vms[i]);
	for (size_t i = 0; i < m->off.count; i++)
		kinds[rows].add(&b, m, m->off.vms[i]);
	return strbuf_take(&b);
}
