#include "view/view_exits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "view/line.h"
#include "view/table.h"

/* Ports shown of one reason. */
enum { DETAILS_MAX = 3 };

/* The room for ports when not everything fits: one row in so many. */
enum { DETAIL_SHARE = 4 };

/* A name that is set in by two columns. */
enum { INDENTED_MAX = sizeof(((struct exit_row *)NULL)->name) - 3 };

struct exit_row *view_exits_lines(const struct exit_table *table, enum exit_column sort,
	bool reverse, size_t room, size_t *count)
{
	struct exit_row *reasons = mem_calloc(table->reason_count, sizeof *reasons);
	const size_t reason_count = exit_table_rows(table, EXIT_SHARES_ALL, reasons);
	struct exit_row *devices = mem_calloc(table->detail_count, sizeof *devices);
	struct exit_row *lines = mem_calloc(reason_count * (1 + DETAILS_MAX), sizeof *lines);
	size_t spare = room > reason_count ? room - reason_count : 0;

	column_sort_rows(&exit_columns[sort], reverse, &exit_columns[EXIT_COL_REASON], reasons,
		reason_count, sizeof *reasons);
	if (spare < room / DETAIL_SHARE)
		spare = room / DETAIL_SHARE;
	if (!spare && room > 1)
		spare = 1;
	*count = 0;
	for (size_t i = 0; i < reason_count && *count < room; i++) {
		size_t device_count =
			exit_table_device_rows(table, EXIT_SHARES_ALL, &reasons[i].key, devices);

		if (device_count > DETAILS_MAX)
			device_count = DETAILS_MAX;
		lines[(*count)++] = reasons[i];
		for (size_t k = 0; k < device_count && spare && *count < room; k++, spare--) {
			struct exit_row *line = &lines[(*count)++];

			*line = devices[k];
			snprintf(line->name, sizeof line->name, "  %.*s", INDENTED_MAX,
				devices[k].name);
		}
	}
	free(devices);
	free(reasons);
	return lines;
}

static const struct exit_table *chosen_table(const struct frame *f, const struct vm *vm)
{
	return f->ui->cumulative ? &vm->total : &vm->interval;
}

int view_exits_rows(const struct frame *f, const struct vm *vm)
{
	size_t count;

	free(view_exits_lines(chosen_table(f, vm), f->ui->exit_sort, false, SIZE_MAX, &count));
	return count ? (int)count : 1;
}

/* Behind the first column's title stands what time the table covers. */
static void paint_titles(const struct frame *f, const struct table *table, struct rect at)
{
	const char *span = f->ui->cumulative ? "since zero" : "interval";
	const int title = text_width(exit_columns[EXIT_COL_REASON].title) + 2;

	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, table, at.row, at.column);
	if (title + text_width(span) <= table->cells[EXIT_COL_REASON].width)
		term_text(f->term, at.row, at.column + title, text_width(span), STYLE_HEADER, span);
}

static void paint_nothing(const struct frame *f, struct rect at)
{
	struct line l = { f->term, at.row + 1, at.column, at.column + at.width };
	const struct sample_source *tracing = &f->model->sources[SOURCE_TRACING];

	if (tracing->ok)
		line_add(&l, STYLE_DIM, "no exits yet");
	else
		line_add(&l, STYLE_DIM, "- (%s)", tracing->why);
}

void view_exits_paint(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct exit_table *exits = chosen_table(f, vm);
	struct table table;
	struct exit_row *lines;
	size_t count;

	table_fit(&table, exit_columns, EXIT_COL__COUNT, f->ui->exit_sort, f->ui->exit_reverse,
		at.width, 4);
	paint_titles(f, &table, at);
	lines = view_exits_lines(
		exits, f->ui->exit_sort, f->ui->exit_reverse, (size_t)at.height - 1, &count);
	if (!count)
		paint_nothing(f, at);
	for (size_t i = 0; i < count; i++)
		table_row(f->term, &table, at.row + 1 + (int)i, at.column, &lines[i], NULL, false);
	free(lines);
}
