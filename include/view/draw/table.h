/* table: paints rows of a column table (model/columns.h), leaving out what there is no room for. */
#ifndef VIEW_DRAW_TABLE_H
#define VIEW_DRAW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/columns.h"
#include "view/term/term.h"

#define TABLE_COLUMNS_MAX 24
#define TABLE_UNSORTED TABLE_COLUMNS_MAX

struct table {
	const struct field *columns;
	size_t count;
	size_t sorted; /* index of the column, or TABLE_UNSORTED */
	bool reverse;
	uint32_t hidden;  /* bit i: the user does not want column i */
	int cpus;         /* shares of one CPU are shown as shares of so many; 0: as they are */
	int last_stretch; /* columns that the last one, if it is a text, may get beyond its width */
	int width;        /* columns that the table takes */
	struct {
		int at, width; /* width 0: left out */
	} cells[TABLE_COLUMNS_MAX];
};

/* Chooses columns that fit into width: where there is no room, the highest rank goes first, the sorted
 * column never. Room that is left widens the gaps, then the first column by stretch at most. */
void table_fit(struct table *table, const struct field *columns, size_t count, size_t sorted,
	bool reverse, int width, int stretch);

/* The same for a table whose other members, all above its width, are set. */
void table_fit_columns(struct table *table, int width, int stretch);

/* Paints the titles with table's left edge at column, on a row that the caller filled in
 * STYLE_HEADER. The sorted column bears a mark. */
void table_titles(struct term *t, const struct table *table, int row, int column);

/* Paints one row. styles: one for each column; NULL: all STYLE_NORMAL. selected: all in
 * STYLE_SELECTED instead. */
void table_row(struct term *t, const struct table *table, int row, int column, const void *data,
	const enum style *styles, bool selected);

#endif
