/* csv_value: fields of comma-separated values. Each is added with a comma behind it, which csv_value_end() makes the
 * end of the line. */
#ifndef REPORT_CSV_VALUE_H
#define REPORT_CSV_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "model/columns.h"

/* In quotes where it holds a comma, a quote or the end of a line; NULL: an empty field. */
void csv_value_text(struct strbuf *b, const char *text);

/* With all its digits, without k or M; NAN and infinity: an empty field. */
void csv_value_number(struct strbuf *b, double value);
void csv_value_whole(struct strbuf *b, double value); /* what stands before the point */

void csv_value_count(struct strbuf *b, uint64_t value);

/* "true" or "false". */
void csv_value_bool(struct strbuf *b, bool value);

/* Keys, or values of a row. */
void csv_value_keys(struct strbuf *b, const struct field *columns, size_t count);
void csv_value_columns(
	struct strbuf *b, const struct field *columns, size_t count, const void *row);

/* Ends a line of one field or more. */
void csv_value_end(struct strbuf *b);

#endif
