#include "view/views/host_block.h"

#include <math.h>
#include <stdlib.h>

#include "core/text.h"
#include "model/host_cpu_columns.h"
#include "model/host_cpus.h"
#include "model/host_facts.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/draw/table.h"

/* Columns of a fact's mark and name; and of the CPUs' table, which stands beside itself as often as there is room. */
enum { NAME_AT = 1, TEXT_AT = 10, CPU_WIDTH = 35, CPU_GAP = 3 };

/* From so many rows on there is a blank line between the parts. */
enum { AIRY_ROWS = 22 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

/* -- facts */

static void paint_fact(
	const struct frame *f, const struct host_fact *fact, int row, struct rect room)
{
	const int end = room.column + room.width;
	struct line name = { f->term, row, room.column + NAME_AT, room.column + TEXT_AT };
	struct line text = { f->term, row, room.column + TEXT_AT, end };

	line_add(&name, STYLE_BOLD, "%s", fact->name);
	if (fact->why.length) {
		term_text(f->term, row, room.column, 1, STYLE_WARNING, "!");
		line_add(&text, STYLE_WARNING, "%s: ", strbuf_text(&fact->why));
	}
	line_add(&text, STYLE_NORMAL, "%s", strbuf_text(&fact->text));
}

/* Marks which of the facts are shown: count at most, those with something to say for certain. */
static void choose_facts(const struct host_fact *facts, int count, bool *shown)
{
	int left = HOST_FACT__COUNT - count;

	for (int i = 0; i < HOST_FACT__COUNT; i++)
		shown[i] = true;
	for (int pass = 0; pass < 2; pass++)
		for (int i = HOST_FACT__COUNT - 1; i >= 0 && left > 0; i--)
			if (shown[i] && (pass || !facts[i].why.length)) {
				shown[i] = false;
				left--;
			}
}

static int paint_facts(const struct frame *f, struct rect room)
{
	struct host_fact facts[HOST_FACT__COUNT];
	bool shown[HOST_FACT__COUNT];
	int row = room.row;

	host_facts_init(facts, f->model);
	choose_facts(facts, min(room.height, HOST_FACT__COUNT), shown);
	for (int i = 0; i < HOST_FACT__COUNT; i++)
		if (shown[i])
			paint_fact(f, &facts[i], row++, room);
	host_facts_fini(facts);
	return row - room.row;
}

/* -- CPUs */

static int paint_cpus(const struct frame *f, struct rect room)
{
	static const enum style styles[HOST_CPU_COL__COUNT] = {
		[HOST_CPU_COL_NUMBER] = STYLE_BOLD,
		[HOST_CPU_COL_USER] = STYLE_USER,
		[HOST_CPU_COL_SYSTEM] = STYLE_SYSTEM,
		[HOST_CPU_COL_GUEST] = STYLE_GUEST,
		[HOST_CPU_COL_IOWAIT] = STYLE_WAIT,
	};
	const struct host *h = &f->model->host;
	const int beside = (room.width - NAME_AT + CPU_GAP) / (CPU_WIDTH + CPU_GAP);
	const int columns = beside < 1 ? 1 : beside, all = (int)h->per_cpu_count;
	const int rows = min((all + columns - 1) / columns, room.height - 1);
	const int cells = min(all, rows * columns), shown = cells < all ? cells - 1 : cells;
	const struct host_cpu **cpus;
	struct table table;

	if (rows < 1)
		return 0;
	table_fit(
		&table, host_cpu_columns, HOST_CPU_COL__COUNT, TABLE_UNSORTED, false, CPU_WIDTH, 0);
	term_fill(f->term, room.row, room.column, room.width, STYLE_HEADER);
	for (int i = 0; i < min(columns, all); i++)
		table_titles(f->term, &table, room.row,
			room.column + NAME_AT + i * (CPU_WIDTH + CPU_GAP));
	cpus = host_cpus_busiest(h, (size_t)shown);
	for (int i = 0; i < cells; i++) {
		const int row = room.row + 1 + i / columns;
		const int column = room.column + NAME_AT + i % columns * (CPU_WIDTH + CPU_GAP);
		struct line l = { f->term, row, column, column + CPU_WIDTH };

		if (i < shown)
			table_row(f->term, &table, row, column, cpus[i], styles, false);
		else
			line_add(&l, STYLE_DIM, "%s %d more, less busy (key 1)",
				glyph(f->term, GLYPH_ELLIPSIS), all - shown);
	}
	free(cpus);
	return 1 + rows;
}

/* The facts are there whatever the room; the CPUs get what these leave. */
int host_block_paint(const struct frame *f, struct rect room)
{
	const bool is_airy = room.height >= AIRY_ROWS;
	int used = paint_facts(f, room);

	used += is_airy;
	room.row += used;
	room.height -= used;
	if (room.height > 1)
		used += paint_cpus(f, room) + is_airy;
	return used;
}
