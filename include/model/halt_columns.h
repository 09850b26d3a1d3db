/* halt_columns: what vCPUs do in their halts, as a table. */
#ifndef MODEL_HALT_COLUMNS_H
#define MODEL_HALT_COLUMNS_H

#include "model/columns.h"

enum halt_column {
	HALT_COL_VM,
	HALT_COL_VCPU,
	HALT_COL_POLL, /* from here on: figures */
	HALT_COL_SUCCESS,
	HALT_COL_FAIL,
	HALT_COL_OF_SYSTEM,
	HALT_COL_SYSTEM,
	HALT_COL_WAIT,
	HALT_COL_WAKES,
	HALT_COL_POLLS,
	HALT_COL_HITS,
	HALT_COL__COUNT,
};

/* Rows are struct halt_row. */
extern const struct field halt_columns[HALT_COL__COUNT];

#endif
