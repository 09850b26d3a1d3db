/* list: paints the rows of a view as one table. */
#ifndef VIEW_VIEWS_LIST_H
#define VIEW_VIEWS_LIST_H

#include "view/draw/table.h"
#include "view/frame.h"

/* Chooses the columns that fit into width, the settings' ones left out (SETTINGS_TABLE__COUNT: none can be).
 * first, last: columns that the first one, and the last one if it is a text, may get beyond their widths. */
void list_fit(const struct frame *f, struct table *table, enum settings_table settings, int width,
	int first, int last);

/* The titles; a click on one sorts by it. */
void list_paint_titles(const struct frame *f, const struct table *table);

/* Paints titles and rows over the view's whole room: for views with a line for each row. styles: one for
 * each column, NULL: all STYLE_NORMAL. absence: what is said where there is no row. */
void list_paint(const struct frame *f, enum settings_table settings, const enum style *styles,
	const char *absence);

/* Marks rows of list_paint() in the margin. sign: NULL for none, and its style where the row is not selected. */
void list_mark(const struct frame *f,
	const char *(*sign)(const struct frame *f, const struct row *row, enum style *style));

/* An .enter of a view: what the exits of the row's VM are about, the drill-down says. */
void list_enter_exits(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row);

#endif
