#include "view/menus.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/page.h"

/* Columns left of a line, for the mark of the selected one, between name and value, and of the help. */
enum { MARK = 2, GAP = 3, HELP_WIDTH = 64, HELP_ROWS = 2 };

static const struct menu *menu_of(const struct ui *ui)
{
	static const struct menu *const menus[POPUP__COUNT] = {
		[POPUP_VIEWS] = &menu_views,
		[POPUP_SORT] = &menu_sort,
		[POPUP_SETUP] = &menu_setup,
	};

	return menus[ui->popup];
}

size_t menu_count(const struct ui *ui)
{
	const struct menu *menu = menu_of(ui);

	return menu ? menu->count(ui) : 0;
}

size_t menu_current(const struct ui *ui)
{
	const struct menu *menu = menu_of(ui);

	return menu ? menu->current(ui) : 0;
}

static bool is_heading(const struct ui *ui, size_t i)
{
	struct menu_line line = { 0 };

	menu_of(ui)->line(ui, i, &line);
	return line.heading;
}

void menu_follow(struct ui *ui)
{
	const size_t count = menu_count(ui);

	if (menu_of(ui) && ui->popup_row >= count)
		ui->popup_row = count ? count - 1 : 0;
}

void menu_move(struct ui *ui, long by)
{
	const long count = (long)menu_count(ui), step = by < 0 ? -1 : 1;
	long left = by < 0 ? by < -count ? count : -by : by > count ? count : by;

	for (long row = (long)ui->popup_row + step; left && row >= 0 && row < count; row += step)
		if (!is_heading(ui, (size_t)row)) {
			ui->popup_row = (size_t)row;
			left--;
		}
}

void menu_choose(struct ui *ui, const struct model *m)
{
	if (ui->popup_row < menu_count(ui))
		menu_of(ui)->choose(ui, m, ui->popup_row);
}

void menu_turn(struct ui *ui, const struct model *m, int by)
{
	const struct menu *menu = menu_of(ui);

	if (menu && menu->turn && ui->popup_row < menu->count(ui))
		menu->turn(ui, m, ui->popup_row, by);
}

/* What the widest line takes, and the widest name of it. */
static int measure(const struct ui *ui, int *name_width)
{
	int value_width = 0;

	*name_width = 0;
	for (size_t i = 0; i < menu_count(ui); i++) {
		struct menu_line line = { 0 };

		menu_of(ui)->line(ui, i, &line);
		if (text_width(line.name) > *name_width)
			*name_width = text_width(line.name);
		if (text_width(line.value) > value_width)
			value_width = text_width(line.value);
	}
	return *name_width + (value_width ? GAP + value_width : 0);
}

static void paint_line(const struct frame *f, size_t i, struct rect at, int name_width)
{
	const bool selected = i == f->ui->popup_row;
	struct line l = { f->term, at.row, at.column + MARK, at.column + at.width };
	struct menu_line line = { 0 };
	enum style style = STYLE_NORMAL;

	menu_of(f->ui)->line(f->ui, i, &line);
	if (selected)
		style = STYLE_SELECTED;
	else if (line.heading)
		style = STYLE_BOLD;
	if (selected) {
		term_fill(f->term, at.row, at.column, at.width, style);
		term_text(f->term, at.row, at.column, 1, style, glyph(f->term, GLYPH_FOLDED));
	}
	line_add(&l, style, "%s", line.name);
	l.column = at.column + MARK + name_width + GAP;
	line_add(&l, style, "%s", line.value);
	if (!line.heading)
		mouse_regions_add(&f->painted->regions, at, REGION_POPUP_ROW, i);
}

static void paint_help(const struct frame *f, struct rect at)
{
	struct page page = { .width = at.width };
	struct menu_line line = { 0 };

	menu_of(f->ui)->line(f->ui, f->ui->popup_row, &line);
	if (line.help)
		page_add(&page, STYLE_DIM, 0, line.help);
	for (int i = 0; i < at.height && i < (int)page.count; i++)
		term_text(f->term, at.row + i, at.column, at.width, page.lines[i].style,
			page.lines[i].text);
	page_fini(&page);
}

void menu_paint(const struct frame *f)
{
	const struct ui *ui = f->ui;
	const int count = (int)menu_count(ui);
	int rows, columns, width, name_width, room, first;
	struct rect box;

	term_size(f->term, &rows, &columns);
	width = measure(ui, &name_width) + MARK + 2;
	width = width < HELP_WIDTH ? HELP_WIDTH : width;
	box = layout_popup(rows - 1, columns, count + 1 + HELP_ROWS, width);
	term_box(f->term, box.row, box.column, box.height, box.width, menu_of(ui)->title);
	mouse_regions_cover(&f->painted->regions, box);
	room = box.height - 3 - HELP_ROWS;
	first = (int)ui->popup_row - room / 2;
	first = first > count - room ? count - room : first;
	first = first < 0 ? 0 : first;
	for (int i = 0; i < room && first + i < count; i++)
		paint_line(f, (size_t)first + (size_t)i,
			(struct rect){ box.row + 1 + i, box.column + 1, 1, box.width - 2 },
			name_width);
	paint_help(f, (struct rect){ box.row + box.height - 1 - HELP_ROWS, box.column + 1 + MARK,
			      HELP_ROWS, box.width - 3 - MARK });
}
