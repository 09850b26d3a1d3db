/* placement_columns: where threads run and may run, one below the other. */
#ifndef MODEL_PLACEMENT_COLUMNS_H
#define MODEL_PLACEMENT_COLUMNS_H

#include "model/columns.h"
#include "model/placement.h"

enum placement_column {
	PLACEMENT_COL_VM,
	PLACEMENT_COL_NAME,
	PLACEMENT_COL_CPU,
	PLACEMENT_COL_WAIT,
	PLACEMENT_COL_LAST,
	PLACEMENT_COL_NODE,
	PLACEMENT_COL_CPUS,
	PLACEMENT_COL_NODES,
	PLACEMENT_COL_QUOTA,
	PLACEMENT_COL_THROTTLED,
	PLACEMENT_COL_WEIGHT,
	PLACEMENT_COL_REMARK,
	PLACEMENT_COL__COUNT,
};

/* A row of the table. */
struct placement_row {
	const struct thread *thread;
	const struct placement *placement; /* NULL: not read */
};

/* Rows are struct placement_row. */
extern const struct field placement_columns[PLACEMENT_COL__COUNT];

/* The row of a VM's thread by its index. */
struct placement_row placement_row_of(const struct vm *vm, size_t thread);

#endif
