/* log_columns: the kernel's log as a table, with what is to be done about it. */
#ifndef ADVICE_LOG_COLUMNS_H
#define ADVICE_LOG_COLUMNS_H

#include "advice/findings.h"
#include "model/columns.h"
#include "model/kernel_log.h"

enum log_column {
	LOG_COL_VM,
	LOG_COL_WHAT,
	LOG_COL_MSR,
	LOG_COL_LINES,
	LOG_COL_RATE,
	LOG_COL_LAST,
	LOG_COL_ANSWER,
	LOG_COL__COUNT,
};

struct log_line {
	const struct log_row *row;
	const struct rule *rule; /* the rule that is about such lines; NULL: none is */
	const struct finding *
		finding; /* where it has found something: of the VM, or of any where it is of the host */
	const char *answer; /* what to do, or NULL; static */
};

/* What the row calls whom it is of: the VM's name, "host", "pid 21715". */
const char *log_whose(const struct log_row *row);

/* Rows are struct log_line. */
extern const struct field log_columns[LOG_COL__COUNT];

/* The row with its answer: of a rule that is about such lines the first remedy, as its finding has it where there is
 * one. */
struct log_line log_line_of(const struct log_row *row, const struct findings *f);

#endif
