#include "view/views/list.h"

#include <stdio.h>

#include "core/text.h"
#include "model/off.h"
#include "view/draw/glyphs.h"
#include "view/selection.h"

/* Columns that names, which come first, and what a text in the last column says may get. */
enum { FIRST_STRETCH = 8, LAST_STRETCH = 80 };

void list_fit(const struct frame *f, struct table *table, enum settings_table settings, int width,
	int first, int last)
{
	const struct rows *rows = &f->ui->rows;
	const struct settings *set = &f->ui->settings;

	*table = (struct table){
		.columns = rows->columns,
		.count = rows->column_count,
		.sorted = selection_sorted(f->ui),
		.reverse = f->ui->views[f->ui->view].reverse,
		.hidden = settings < SETTINGS_TABLE__COUNT ? set->hidden[settings] : 0,
		.cpus = set->of_host ? f->model->host.cpus : 0,
		.last_stretch = last,
	};
	table_fit_columns(table, width, first);
}

void list_paint_titles(const struct frame *f, const struct table *table)
{
	const struct rect at = f->layout.titles;

	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, table, at.row, at.column + LAYOUT_MARGIN);
	mouse_regions_add_titles(
		&f->painted->regions, table, at.row, at.column + LAYOUT_MARGIN, REGION_COLUMN);
}

/* Not by its look alone: the state stands at the end of the row. */
static void paint_off(
	const struct frame *f, const struct table *table, size_t i, int row, bool selected)
{
	const struct rect list = f->layout.list;
	const struct vm *vm = f->ui->rows.items[i].vm;
	const enum style style = selected ? STYLE_SELECTED : STYLE_DIM;
	enum style styles[TABLE_COLUMNS_MAX];
	char state[32];
	int width, end;

	for (size_t k = 0; k < TABLE_COLUMNS_MAX; k++)
		styles[k] = style;
	table_row(f->term, table, row, list.column + LAYOUT_MARGIN, vm, styles, selected);
	snprintf(state, sizeof state, " %s", off_state(vm));
	width = text_width(state);
	end = list.column + list.width;
	/* No half of a cell is to be read. */
	for (size_t k = table->count; k-- > 1;) {
		const int at = list.column + LAYOUT_MARGIN + table->cells[k].at;

		if (table->cells[k].width && at + table->cells[k].width > end - width)
			term_fill(f->term, row, at, end - at, style);
	}
	term_text(f->term, row, end - width, width, style, state);
}

static void paint_row(const struct frame *f, const struct table *table, size_t i, int row,
	const enum style *styles)
{
	const struct rect list = f->layout.list;
	const bool selected = i == f->ui->selected_row;

	if (selected) {
		term_fill(f->term, row, list.column, list.width, STYLE_SELECTED);
		term_text(f->term, row, list.column + 1, 1, STYLE_SELECTED,
			glyph(f->term, GLYPH_FOLDED));
	}
	if (rows_is_off(&f->ui->rows.items[i]))
		paint_off(f, table, i, row, selected);
	else
		table_row(f->term, table, row, list.column + LAYOUT_MARGIN,
			f->ui->rows.items[i].data, styles, selected);
	mouse_regions_add_row(&f->painted->regions,
		(struct rect){ row, list.column, 1, list.width }, REGION_ROW, &f->ui->rows.items[i],
		i);
}

void list_paint(const struct frame *f, enum settings_table settings, const enum style *styles,
	const char *absence)
{
	const struct rect list = f->layout.list;
	const struct rows *rows = &f->ui->rows;
	const int count = (int)rows->count;
	struct table table;
	int scroll;

	list_fit(f, &table, settings, list.width - LAYOUT_MARGIN, FIRST_STRETCH, LAST_STRETCH);
	scroll = selection_scroll(
		f->ui, f->painted, (int)f->ui->selected_row, 1, list.height, count);
	f->painted->page = list.height > 1 ? list.height - 1 : 1;
	list_paint_titles(f, &table);
	for (int i = 0; i < list.height && scroll + i < count; i++)
		paint_row(f, &table, (size_t)scroll + (size_t)i, list.row + i, styles);
	if (!count && f->model->vm_count)
		term_text(f->term, list.row + list.height / 3, list.column + LAYOUT_MARGIN,
			list.width - LAYOUT_MARGIN, STYLE_DIM,
			rows->all ? "The filter leaves nothing: Esc clears it." : absence);
}
