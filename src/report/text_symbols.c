#include "report/text_symbols.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/number.h"
#include "model/symbol_columns.h"
#include "report/table.h"

/* Functions in the text; JSON has all of them. */
enum { ROWS_MAX = 40, FIGURE_WIDTH = 16 };

static void add_share(struct strbuf *b, const char *before, double pct)
{
	char figure[FIGURE_WIDTH + 1];

	number_format(figure, sizeof figure, pct, NUMBER_PERCENT, FIGURE_WIDTH);
	strbuf_addf(b, "  %s %s", before, figure);
}

static void add_head(struct strbuf *b, const struct hot_symbols *h)
{
	strbuf_addf(b, "  %s, %u Hz  %.0f samples, %.0f lost  %.0f threads",
		hot_symbols_event_name(h->event), h->hz, h->samples, h->lost, h->threads);
	if (h->loading)
		strbuf_add(b, "  looking names up");
	strbuf_add(b, "\n");
	add_share(b, "kernel", h->space_pct[SYMBOL_KERNEL]);
	add_share(b, "user", h->space_pct[SYMBOL_USER]);
	add_share(b, "guest", h->space_pct[SYMBOL_GUEST]);
	strbuf_add(b, "\n");
}

static void add_rows(struct strbuf *b, const struct hot_symbols *h)
{
	const size_t count = h->shown < ROWS_MAX ? h->shown : ROWS_MAX;
	const void **rows = mem_calloc(count + 1, sizeof *rows);

	for (size_t i = 0; i < count; i++)
		rows[i] = &h->items[i];
	table_add(b, "  ", symbol_columns, SYMBOL_COL__COUNT, rows, count);
	free(rows);
}

void text_symbols_add(struct strbuf *b, const struct model *m)
{
	const struct hot_symbols *h = &m->hot_symbols;
	const struct vm *vm = model_find(m, h->vm);

	if (!h->wanted)
		return;
	strbuf_addf(b, "\nHot symbols of %s", vm ? vm->name : "no VM");
	if (h->vm.pid)
		strbuf_addf(b, " (pid %d)", (int)h->vm.pid);
	strbuf_add(b, "\n");
	if (h->why[0])
		strbuf_addf(b, "  ! %s\n", h->why);
	for (size_t i = 0; i < h->note_count; i++)
		strbuf_addf(b, "  ! %s\n", h->notes[i]);
	if (!h->is_open)
		return;
	add_head(b, h);
	if (h->shown)
		add_rows(b, h);
}
