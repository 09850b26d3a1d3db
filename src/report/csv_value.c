#include "report/csv_value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* As in JSON. */
enum { REAL_DIGITS = 12 };

void csv_value_text(struct strbuf *b, const char *text)
{
	if (!text)
		text = "";
	if (!strpbrk(text, ",\"\r\n")) {
		strbuf_addf(b, "%s,", text);
		return;
	}
	strbuf_add(b, "\"");
	for (size_t length; *text; text += length) {
		length = strcspn(text, "\"");
		if (!length) {
			strbuf_add(b, "\"");
			length = 1;
		}
		strbuf_add_bytes(b, text, length);
	}
	strbuf_add(b, "\",");
}

void csv_value_number(struct strbuf *b, double value)
{
	if (isfinite(value))
		strbuf_addf(b, "%.*g", REAL_DIGITS, value);
	strbuf_add(b, ",");
}

void csv_value_whole(struct strbuf *b, double value)
{
	if (isfinite(value))
		strbuf_addf(b, "%.0f", trunc(value));
	strbuf_add(b, ",");
}

void csv_value_count(struct strbuf *b, uint64_t value)
{
	strbuf_addf(b, "%" PRIu64 ",", value);
}

void csv_value_bool(struct strbuf *b, bool value)
{
	csv_value_text(b, value ? "true" : "false");
}

void csv_value_keys(struct strbuf *b, const struct field *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		csv_value_text(b, columns[i].key);
}

void csv_value_columns(struct strbuf *b, const struct field *columns, size_t count, const void *row)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *c = &columns[i];

		if (field_is_text(c))
			csv_value_text(b, field_text(c, row));
		else if (c->unit == NUMBER_INTEGER || c->unit == NUMBER_KIB)
			csv_value_whole(b, field_number(c, row));
		else
			csv_value_number(b, field_number(c, row));
	}
}

void csv_value_end(struct strbuf *b)
{
	b->data[b->length - 1] = '\n';
}
