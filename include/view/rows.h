/* rows: what a view lists, in the order of the screen. */
#ifndef VIEW_ROWS_H
#define VIEW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advice/findings.h"
#include "core/arena.h"
#include "model/columns.h"
#include "model/model.h"

struct row {
	const struct vm *vm; /* NULL: it is of no VM, but of the host */
	uint64_t
		key; /* tells the rows of a VM apart: a thread's id; 0 where a VM has one row; likewise
			of the rows of no VM */
	const char *name; /* what the filter looks at besides the VM's name; NULL: nothing */
	const void *data; /* what the columns take */
};

/* All zero is an empty list. */
struct rows {
	struct row *items;
	size_t count, capacity;
	size_t all;                  /* with those that the filter leaves out */
	const struct field *columns; /* valid until the next rows_clear() */
	size_t column_count;
	struct arena arena; /* what a view makes for its rows */
};

/* The VM that a row is of; all zero: of none. */
static inline struct vm_id rows_vm_of(const struct row *row)
{
	return row->vm ? row->vm->id : (struct vm_id){ 0 };
}

/* Is it a VM, not a part of one, that is shut off? */
static inline bool rows_is_off(const struct row *row)
{
	return row->vm && row->vm == row->data && row->vm->off;
}

/* Empties the list, for columns that outlive it. */
void rows_clear(struct rows *rows, const struct field *columns, size_t column_count);

/* Adds a row; the pointers in it are borrowed. */
void rows_add(struct rows *rows, struct row row);

/* Adds a row for each VM of m, those that are shut off included. */
void rows_add_vms(struct rows *rows, const struct model *m);

/* Leaves out the rows in whose names the text is not to be found, large and small letters being alike;
 * "" leaves out none. */
void rows_filter(struct rows *rows, const char *text);

/* Sorts by a column; equal rows by the VM's name, then by key, so that they keep their places. Of rows that
 * are VMs, shut-off ones come last. */
void rows_sort(struct rows *rows, size_t column, bool reverse);

void rows_fini(struct rows *rows);

#endif
