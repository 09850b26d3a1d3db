#include "report/json_exits.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "kvm/exit_names.h"
#include "model/columns.h"
#include "model/counters.h"
#include "report/json_value.h"

static const char *const shed_names[TRACING_SHED__COUNT] = {
	[TRACING_SHED_NOTHING] = "nothing",
	[TRACING_SHED_DETAILS] = "details",
	[TRACING_SHED_VMS] = "vms",
	[TRACING_SHED_TIME] = "time",
};

/* The figures of a row: every column but the first, which says what the row is of. */
static void add_figures(json_t *o, const struct exit_row *row)
{
	json_value_add_fields(
		o, exit_columns + EXIT_COL_REASON + 1, EXIT_COL__COUNT - EXIT_COL_REASON - 1, row);
	json_object_set_new(o, "sampled", json_boolean(row->sampled));
	json_object_set_new(o, "coarse", json_boolean(row->coarse));
	json_object_set_new(o, "overlaps", json_boolean(row->overlaps));
}

static json_t *detail_object(const struct exit_row *row)
{
	const struct exit_key *key = &row->key;
	json_t *o = json_object();

	json_object_set_new(o, "kind", json_value_text(exit_names_kind(key->detail)));
	json_object_set_new(o, "number", json_integer((json_int_t)key->number));
	json_object_set_new(o, "direction", json_value_text(exit_names_direction(key->detail)));
	json_object_set_new(o, "name", json_value_text(row->device));
	add_figures(o, row);
	return o;
}

static json_t *details_array(const struct exit_table *t, const struct exit_key *reason)
{
	struct exit_row *rows = mem_calloc(t->detail_count, sizeof *rows);
	const size_t count = exit_table_detail_rows(t, EXIT_SHARES_ALL, reason, rows);
	json_t *a = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(a, detail_object(&rows[i]));
	free(rows);
	return a;
}

static json_t *latency_array(const struct latency *l)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < l->count; i++)
		if (l->counts[i])
			json_array_append_new(
				a, json_pack("[I, I]", (json_int_t)latency_bucket_ns(l->first + i),
					   (json_int_t)l->counts[i]));
	return a;
}

static json_t *exit_object(
	const struct exit_table *t, const struct exit_row *row, bool with_latency)
{
	json_t *o = json_object();

	json_value_add_fields(o, &exit_columns[EXIT_COL_REASON], 1, row);
	add_figures(o, row);
	if (with_latency)
		json_object_set_new(
			o, "latency", latency_array(&exit_table_find(t, &row->key)->latency));
	json_object_set_new(o, "details", details_array(t, &row->key));
	return o;
}

/* exits_per_s tells an idle VM, which has no exits, from one whose exits are not known. */
static json_t *exits_array(const struct exit_table *t, double exits_per_s, bool with_latency)
{
	struct exit_row *rows;
	size_t count;
	json_t *a;

	if (isnan(exits_per_s))
		return json_null();
	rows = mem_calloc(t->reason_count, sizeof *rows);
	count = exit_table_rows(t, EXIT_SHARES_ALL, rows);
	a = json_array();
	field_sort_rows(&exit_columns[EXIT_COL_SAMPLES], false, &exit_columns[EXIT_COL_REASON],
		rows, count, sizeof *rows);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(a, exit_object(t, &rows[i], with_latency));
	free(rows);
	return a;
}

/* KVM's counters in the place of exits that are not traced. */
static json_t *coarse_array(const struct exit_row *rows, size_t count)
{
	json_t *a = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_value_add_fields(o, &exit_columns[EXIT_COL_REASON], 1, &rows[i]);
		add_figures(o, &rows[i]);
		json_object_set_new(o, "latency", json_array());
		json_object_set_new(o, "details", json_array());
		json_array_append_new(a, o);
	}
	return a;
}

json_t *json_exits_of_vm(const struct vm *vm)
{
	struct exit_row coarse[COUNTERS_ROWS];
	const size_t count = counters_rows_of_vm(vm, coarse);

	if (count)
		return coarse_array(coarse, count);
	return exits_array(&vm->interval, vm->exits_per_s, true);
}

json_t *json_exits_of_thread(const struct thread *t)
{
	return exits_array(&t->interval, t->exits_per_s, false);
}

json_t *json_exits_irq_lines(const struct vm *vm, const struct host *host)
{
	struct irq_row *rows;
	size_t count;
	json_t *a;

	if (!host->details || isnan(vm->exits_per_s))
		return json_null();
	rows = mem_calloc(vm->interval_irqs.count, sizeof *rows);
	count = irq_table_rows(&vm->interval_irqs, rows);
	a = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_value_add_fields(o, irq_columns, IRQ_COL__COUNT, &rows[i]);
		json_array_append_new(a, o);
	}
	free(rows);
	return a;
}

json_t *json_exits_tracing(const struct host *host)
{
	json_t *o = json_object();

	json_object_set_new(o, "details", json_boolean(host->details));
	json_object_set_new(o, "tracer",
		isnan(host->duty) ? json_null() : json_string(host->bpf ? "bpf" : "ring"));
	json_object_set_new(o, "shed", json_value_text(shed_names[host->shed]));
	json_object_set_new(
		o, "only_pid", host->only_pid ? json_integer(host->only_pid) : json_null());
	json_object_set_new(o, "duty", json_value_number(host->duty));
	json_object_set_new(o, "budget_cpu_pct", json_value_number(host->budget_cpu_pct));
	json_object_set_new(o, "budget_events_per_s", json_value_number(host->budget_events_per_s));
	return o;
}
