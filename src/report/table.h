/* table: rows of a column table as aligned text. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "core/text.h"
#include "model/columns.h"

/* Adds a header line and a line for each row to out, each after indent. Every column is as wide as its
 * widest cell, and at least as wide as on screen; nothing is cut. No line ends in blanks. Before a sampled figure
 * stands COLUMN_SAMPLED_MARK. */
void table_add(struct strbuf *out, const char *indent, const struct field *columns,
	size_t column_count, const void *const *rows, size_t row_count);

#endif
