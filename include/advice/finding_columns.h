/* finding_columns: the findings of all VMs as a table. */
#ifndef ADVICE_FINDING_COLUMNS_H
#define ADVICE_FINDING_COLUMNS_H

#include "advice/findings.h"
#include "model/columns.h"

enum finding_column {
	FINDING_COL_VM,
	FINDING_COL_SEVERITY,
	FINDING_COL_CONFIDENCE,
	FINDING_COL_SUMMARY,
	FINDING_COL_REMEDY,
	FINDING_COL__COUNT,
};

struct finding_row {
	const struct vm *vm;
	const struct finding *finding;
};

/* Rows are struct finding_row. */
extern const struct field finding_columns[FINDING_COL__COUNT];

#endif
