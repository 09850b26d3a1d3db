#include "view/draw/table.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"

/* The column to leave out next, or TABLE_UNSORTED when all that are left must stay. */
static size_t most_dispensable(const struct table *table)
{
	size_t found = TABLE_UNSORTED;
	int rank = 0;

	for (size_t i = 0; i < table->count; i++) {
		if (!table->cells[i].width || i == table->sorted || table->columns[i].rank <= rank)
			continue;
		rank = table->columns[i].rank;
		found = i;
	}
	return found;
}

/* Puts the cells one after the other, gap columns apart, and text_gap more before a text: the figures
 * of the column before end where it begins. */
static void place(struct table *table, int gap, int text_gap)
{
	int at = 0;

	table->width = 0;
	for (size_t i = 0; i < table->count; i++) {
		if (!table->cells[i].width)
			continue;
		if (at && table->columns[i].left)
			at += text_gap;
		table->cells[i].at = at;
		table->width = at + table->cells[i].width;
		at = table->width + gap;
	}
}

/* Sets the columns as far apart as there is room for. */
static void spread(struct table *table, int width, int stretch)
{
	static const int gaps[][2] = { { 2, 1 }, { 2, 0 }, { 1, 1 }, { 1, 0 } };
	const size_t narrowest = sizeof gaps / sizeof *gaps - 1;
	size_t i = 0;
	int left;

	place(table, gaps[i][0], gaps[i][1]);
	while (table->width > width && i < narrowest) {
		i++;
		place(table, gaps[i][0], gaps[i][1]);
	}
	left = width - table->width;
	table->cells[0].width += left < stretch ? left : stretch;
	place(table, gaps[i][0], gaps[i][1]);
}

/* Takes what is still too wide off the sorted column, which may be a wide text that would not be here
 * otherwise, and then off the first one. */
static void squeeze(struct table *table, int width)
{
	const size_t order[] = { table->sorted, 0 };

	for (size_t i = 0; i < 2; i++) {
		const size_t c = order[i];
		int over = table->width - width, spare;

		if (over <= 0 || c == TABLE_UNSORTED || !table->columns[c].left)
			continue;
		spare = table->cells[c].width - text_width(table->columns[c].title) - 1;
		table->cells[c].width -= over < spare ? over : spare;
		place(table, 1, 0);
	}
}

/* What room is left goes to the last column, if it is a text. */
static void widen_last(struct table *table, int width)
{
	size_t last = table->count;
	int more = width - table->width;

	while (last-- > 0)
		if (table->cells[last].width)
			break;
	if (last >= table->count || !table->columns[last].left || more <= 0)
		return;
	more = more < table->last_stretch ? more : table->last_stretch;
	table->cells[last].width += more;
	table->width += more;
}

void table_fit_columns(struct table *table, int width, int stretch)
{
	assert(table->count <= TABLE_COLUMNS_MAX);
	for (size_t i = 0; i < table->count; i++)
		table->cells[i].width =
			table->hidden & UINT32_C(1) << i ? 0 : table->columns[i].width;
	place(table, 1, 0);
	while (table->width > width) {
		const size_t i = most_dispensable(table);

		if (i == TABLE_UNSORTED)
			break;
		table->cells[i].width = 0;
		place(table, 1, 0);
	}
	squeeze(table, width);
	spread(table, width, stretch);
	widen_last(table, width);
}

void table_fit(struct table *table, const struct field *columns, size_t count, size_t sorted,
	bool reverse, int width, int stretch)
{
	*table = (struct table){
		.columns = columns, .count = count, .sorted = sorted, .reverse = reverse
	};
	table_fit_columns(table, width, stretch);
}

/* "%CPU" says of what the shares are. */
static const char *title_of(const struct table *table, size_t i)
{
	const struct field *c = &table->columns[i];

	return table->cpus && c->of_cpu && c->title[0] == '%' ? COLUMN_OF_HOST_TITLE : c->title;
}

static void paint_title(struct term *t, const struct table *table, size_t i, int row, int column)
{
	const struct field *c = &table->columns[i];
	const int at = column + table->cells[i].at, width = table->cells[i].width;
	const char *title = title_of(table, i);
	const int used = text_width(title) < width ? text_width(title) : width;
	const int start = c->left ? at : at + width - used;

	if (i != table->sorted) {
		term_text(t, row, start, used, STYLE_HEADER, title);
		return;
	}
	term_text(t, row, start, used, STYLE_SORTED, title);
	/* The mark stands in the gap: before a figure's title, behind a text's. */
	term_text(t, row, c->left ? start + used : start - 1, 1, STYLE_SORTED,
		glyph(t, c->ascending == table->reverse ? GLYPH_FALLING : GLYPH_RISING));
}

void table_titles(struct term *t, const struct table *table, int row, int column)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->cells[i].width)
			paint_title(t, table, i, row, column);
}

static void paint_cell(struct term *t, const struct table *table, size_t i, int row, int column,
	const void *data, enum style style, bool selected)
{
	const struct field *c = &table->columns[i];
	const int width = table->cells[i].width;
	const double share = c->of_cpu && table->cpus ? table->cpus : 1;
	const bool is_text = field_is_text(c);
	const double number = is_text ? NAN : field_number(c, data) / share;
	const char *text = is_text ? field_text(c, data) : NULL;
	char figure[24];

	if (!is_text) {
		number_format(figure, sizeof figure, number, c->unit, width);
		text = figure;
		/* What is unknown, and what rounds to nothing, steps back behind what there is. */
		if (isnan(number) || !figure[strspn(figure, "0.")])
			style = STYLE_DIM;
	} else if (!text) {
		text = "-";
		style = STYLE_DIM;
	}
	if (selected)
		style = STYLE_SELECTED;
	/* In the gap, where the figure takes all the width. */
	if (c->sampled && c->sampled(data))
		term_text(t, row, column + width - text_width(text) - 1, 1,
			selected ? STYLE_SELECTED : STYLE_WARNING, COLUMN_SAMPLED_MARK);
	if (c->left) {
		struct line l = { t, row, column, column + width };

		line_add(&l, style, "%s", text);
	} else {
		term_text_right(t, row, column, width, style, text);
	}
}

void table_row(struct term *t, const struct table *table, int row, int column, const void *data,
	const enum style *styles, bool selected)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->cells[i].width)
			paint_cell(t, table, i, row, column + table->cells[i].at, data,
				styles ? styles[i] : STYLE_NORMAL, selected);
}
