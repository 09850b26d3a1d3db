#include "report/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/number.h"

enum { CELL_MAX = 512 }; /* holds the longest name */

/* Where the locale does not know "±" as one character it is written as perf writes it. */
static const char *title_of(const struct field *column)
{
	return strcmp(column->title, "±") != 0 || text_width(column->title) == 1 ? column->title
										 : "+-";
}

/* The cell's text, in cell (CELL_MAX bytes). */
static void format_cell(char *cell, const struct field *column, const void *row)
{
	const char *text, *mark;

	if (!field_is_text(column)) {
		mark = column->sampled && column->sampled(row) ? COLUMN_SAMPLED_MARK : "";
		strcpy(cell, mark);
		number_format(cell + strlen(mark), CELL_MAX - strlen(mark),
			field_number(column, row), column->unit, column->width - (int)strlen(mark));
		return;
	}
	text = field_text(column, row);
	snprintf(cell, CELL_MAX, "%s", text ? text : "-");
}

static int widest(const struct field *column, const void *const *rows, size_t row_count)
{
	int width = column->width;

	for (size_t i = 0; i < row_count; i++) {
		char cell[CELL_MAX];
		int w;

		format_cell(cell, column, rows[i]);
		w = text_width(cell);
		if (w > width)
			width = w;
	}
	return width;
}

/* row NULL: the header line. Blanks are owed until a cell comes, so that none end a line. */
static void add_line(struct strbuf *out, const char *indent, const struct field *columns,
	const int *widths, size_t column_count, const void *row)
{
	int blanks = 0;

	strbuf_add(out, indent);
	for (size_t i = 0; i < column_count; i++) {
		char cell[CELL_MAX];
		int pad;

		if (row)
			format_cell(cell, &columns[i], row);
		else
			snprintf(cell, sizeof cell, "%s", title_of(&columns[i]));
		pad = widths[i] - text_width(cell);
		strbuf_addf(out, "%*s%s", blanks + (columns[i].left ? 0 : pad), "", cell);
		blanks = 1 + (columns[i].left ? pad : 0);
	}
	strbuf_add(out, "\n");
}

void table_add(struct strbuf *out, const char *indent, const struct field *columns,
	size_t column_count, const void *const *rows, size_t row_count)
{
	int *widths = mem_calloc(column_count, sizeof *widths);

	for (size_t i = 0; i < column_count; i++)
		widths[i] = widest(&columns[i], rows, row_count);
	add_line(out, indent, columns, widths, column_count, NULL);
	for (size_t i = 0; i < row_count; i++)
		add_line(out, indent, columns, widths, column_count, rows[i]);
	free(widths);
}
