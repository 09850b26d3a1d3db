/* symbol_columns: where a VM's process spends its time in the host, function by function. */
#ifndef MODEL_SYMBOL_COLUMNS_H
#define MODEL_SYMBOL_COLUMNS_H

#include "model/columns.h"

enum symbol_column {
	SYMBOL_COL_NAME,
	SYMBOL_COL_SPACE,
	SYMBOL_COL_SHARE,
	SYMBOL_COL_KINDS,
	SYMBOL_COL_VCPU,
	SYMBOL_COL_EMULATOR,
	SYMBOL_COL_IOTHREAD,
	SYMBOL_COL_OTHER,
	SYMBOL_COL_SAMPLES,
	SYMBOL_COL_MODULE,
	SYMBOL_COL_NOTE,
	SYMBOL_COL__COUNT,
};

/* Rows are struct hot_symbol. */
extern const struct field symbol_columns[SYMBOL_COL__COUNT];

#endif
