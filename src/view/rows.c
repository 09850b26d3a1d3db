#include "view/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

void rows_clear(struct rows *rows, const struct field *columns, size_t column_count)
{
	arena_fini(&rows->arena);
	rows->count = rows->all = 0;
	rows->columns = columns;
	rows->column_count = column_count;
}

void rows_add(struct rows *rows, struct row row)
{
	rows->items = mem_grow(rows->items, rows->count, &rows->capacity, sizeof *rows->items);
	rows->items[rows->count++] = row;
	rows->all = rows->count;
}

void rows_add_vms(struct rows *rows, const struct model *m)
{
	for (size_t i = 0; i < m->vm_count; i++)
		rows_add(rows, (struct row){ .vm = m->vms[i], .data = m->vms[i] });
	for (size_t i = 0; i < m->off.count; i++)
		rows_add(rows, (struct row){ .vm = m->off.vms[i], .data = m->off.vms[i] });
}

/* Of no VM: "", which sorts first. */
static const char *vm_name(const struct row *row)
{
	return row->vm ? row->vm->name : "";
}

void rows_filter(struct rows *rows, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];

		if (strcasestr(vm_name(row), text) || (row->name && strcasestr(row->name, text)))
			rows->items[kept++] = *row;
	}
	rows->count = kept;
}

struct order {
	const struct field *column;
	bool reverse;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct row *x = a, *y = b;
	const struct order *by = arg;
	int order = rows_is_off(x) - rows_is_off(y);

	if (!order)
		order = field_compare(by->column, by->reverse, x->data, y->data);
	if (!order)
		order = strcmp(vm_name(x), vm_name(y));
	if (!order)
		order = (x->key > y->key) - (x->key < y->key);
	/* Two VMs of one name. */
	if (!order)
		order = (rows_vm_of(x).pid > rows_vm_of(y).pid) -
			(rows_vm_of(x).pid < rows_vm_of(y).pid);
	return order ? order
		     : (rows_vm_of(x).start_ticks > rows_vm_of(y).start_ticks) -
			       (rows_vm_of(x).start_ticks < rows_vm_of(y).start_ticks);
}

void rows_sort(struct rows *rows, size_t column, bool reverse)
{
	struct order by = { &rows->columns[column], reverse };

	if (rows->count)
		qsort_r(rows->items, rows->count, sizeof *rows->items, compare, &by);
}

void rows_fini(struct rows *rows)
{
	arena_fini(&rows->arena);
	free(rows->items);
	*rows = (struct rows){ 0 };
}
