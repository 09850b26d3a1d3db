#include "model/hot_symbols.h"
#include "model/symbol_columns.h"
#include "sample/wants.h"
#include "view/draw/bar.h"
#include "view/draw/line.h"
#include "view/page.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"

/* Columns of the bar, brackets included, and rows of the list that notes leave to functions. */
enum { BAR_WIDTH = 26, LIST_MIN_ROWS = 5 };

/* FNV-1a: what tells a function's row from the VM's others. */
static uint64_t key_of(const struct hot_symbol *s)
{
	uint64_t key = 14695981039346656037ull + s->space;

	for (const char *p = s->module; *p; p++)
		key = (key ^ (unsigned char)*p) * 1099511628211ull;
	for (const char *p = s->name; *p; p++)
		key = (key ^ (unsigned char)*p) * 1099511628211ull;
	return key;
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	const struct hot_symbols *h = &m->hot_symbols;
	const struct vm *vm = h->wanted ? model_find(m, h->vm) : NULL;

	(void)f;
	rows_clear(rows, symbol_columns, SYMBOL_COL__COUNT);
	for (size_t i = 0; vm && i < h->shown; i++)
		rows_add(rows, (struct row){ .vm = vm,
				       .key = key_of(&h->items[i]),
				       .name = h->items[i].name,
				       .data = &h->items[i] });
}

static void add_count(struct line *l, const char *before, double value, const char *after)
{
	char figure[24];

	line_number(figure, value, NUMBER_INTEGER, 0);
	line_add_whole(l, STYLE_NORMAL, "%s%s%s", before, figure, after);
}

/* "win10 (21715)  cpu-clock, 99 Hz  1234 samples, 0 lost  12 threads  looking names up" */
static void paint_what(const struct hot_symbols *h, const struct vm *vm, struct line l)
{
	line_add(&l, STYLE_BOLD, "%s", vm ? vm->name : "-");
	line_add_whole(&l, STYLE_NORMAL, " (%d)", (int)h->vm.pid);
	line_add_whole(&l, STYLE_NORMAL, "  %s, %u Hz", hot_symbols_event_name(h->event), h->hz);
	add_count(&l, "  ", h->samples, " samples");
	if (h->lost > 0)
		line_add_whole(&l, STYLE_WARNING, ", %.0f lost", h->lost);
	else
		line_add_whole(&l, STYLE_NORMAL, ", 0 lost");
	add_count(&l, "  ", h->threads, " threads");
	if (h->loading)
		line_add_whole(&l, STYLE_DIM, "  looking names up");
}

static void add_share(struct line *l, enum style style, const char *name, double pct)
{
	char figure[24];

	line_number(figure, pct, NUMBER_PERCENT, 0);
	line_add_whole(l, style, "%s %s  ", name, figure);
}

/* The kinds of threads, those with most first. */
static void paint_kinds(const struct hot_symbols *h, struct line *l)
{
	bool done[THREAD_KIND__COUNT] = { false };

	for (bool first = true;; first = false) {
		int best = -1;

		for (int k = 0; k < THREAD_KIND__COUNT; k++)
			if (!done[k] && h->kind_pct[k] >= HOT_SYMBOLS_LEAST_PCT &&
				(best < 0 || h->kind_pct[k] > h->kind_pct[best]))
				best = k;
		if (best < 0)
			return;
		if (first)
			line_add_whole(l, STYLE_DIM, "threads: ");
		done[best] = true;
		add_share(l, STYLE_NORMAL, hot_symbols_kind((enum thread_kind)best),
			h->kind_pct[best]);
	}
}

/* "kernel 61.0  user 28.0  guest 10.9  [kkkkkkuuug]  threads: vCPU 76.0  emulator 23.1" */
static void paint_shares(const struct frame *f, struct line l)
{
	const struct hot_symbols *h = &f->model->hot_symbols;
	const struct bar_part parts[] = {
		{ STYLE_SYSTEM, 'k', h->space_pct[SYMBOL_KERNEL] },
		{ STYLE_USER, 'u', h->space_pct[SYMBOL_USER] },
		{ STYLE_GUEST, 'g', h->space_pct[SYMBOL_GUEST] },
	};

	add_share(&l, STYLE_SYSTEM, "kernel", h->space_pct[SYMBOL_KERNEL]);
	add_share(&l, STYLE_USER, "user", h->space_pct[SYMBOL_USER]);
	add_share(&l, STYLE_GUEST, "guest", h->space_pct[SYMBOL_GUEST]);
	if (f->layout.wide) {
		if (h->rest_pct >= HOT_SYMBOLS_LEAST_PCT)
			add_share(&l, STYLE_DIM, "rest", h->rest_pct);
		bar_paint(l.term, l.row, l.column, BAR_WIDTH, parts, 3, 100, false);
		l.column += BAR_WIDTH + 2;
	}
	paint_kinds(h, &l);
}

/* Takes height rows off the list, and leaves them to be painted where the titles were. */
static struct rect cut_top(struct layout *l, int height)
{
	const struct rect top = { l->titles.row, l->titles.column, height, l->titles.width };

	l->titles.row += height;
	l->list.row += height;
	l->list.height -= height;
	return top;
}

static int paint_page(const struct frame *f, struct rect at, const struct page *page)
{
	int i = 0;

	for (; i < at.height && i < (int)page->count; i++)
		term_text(f->term, at.row + i, at.column + 1, at.width - 1, page->lines[i].style,
			page->lines[i].text);
	return i;
}

/* Sentences on what is not seen; the list keeps some rows. */
static void paint_notes(const struct frame *f, struct layout *layout)
{
	const struct hot_symbols *h = &f->model->hot_symbols;
	struct page page = { .width = layout->list.width - 2 };
	const int room = layout->list.height - 1 - LIST_MIN_ROWS;

	for (size_t i = 0; i < h->note_count; i++)
		page_add(&page, STYLE_WARNING, 2, h->notes[i]);
	if (room > 0 && page.count)
		paint_page(
			f, cut_top(layout, (int)page.count < room ? (int)page.count : room), &page);
	page_fini(&page);
}

/* What the selected row says about the VM, below the list. */
static void paint_meaning(const struct frame *f, struct layout *layout)
{
	const struct hot_symbols *h = &f->model->hot_symbols;
	const struct rows *rows = &f->ui->rows;
	const struct rect at = { layout->list.row + layout->list.height - 1, layout->list.column, 1,
		layout->list.width };
	struct line l = { f->term, at.row, at.column + 1, at.column + at.width };
	const struct hot_symbol *s;

	if (layout->list.height < 3 || !rows->count)
		return;
	layout->list.height--;
	s = rows->items[f->ui->selected_row].data;
	if (s->space == SYMBOL_GUEST)
		line_add(&l, STYLE_BOLD,
			h->guest_loaded
				? "The guest's own code, or what KVM does while a vCPU is loaded."
				: "The guest's own code: look into the guest for what it runs.");
	else if (s->note)
		line_add(&l, STYLE_BOLD, "%s", s->note);
	else
		line_add(&l, STYLE_DIM, "Nothing is known here of what it means that %s is hot.",
			s->name);
}

/* Why there is nothing to be seen. */
static void paint_why(const struct frame *f, const char *why)
{
	struct page page = { .width = f->layout.list.width - 2 };
	struct rect at = f->layout.list;

	page_add(&page, STYLE_WARNING, 0, why);
	at.row += at.height / 3;
	at.height -= at.height / 3;
	paint_page(f, at, &page);
	page_fini(&page);
}

static void paint(const struct frame *f)
{
	static const enum style styles[SYMBOL_COL__COUNT] = {
		[SYMBOL_COL_SHARE] = STYLE_BOLD,
		[SYMBOL_COL_NOTE] = STYLE_DIM,
		[SYMBOL_COL_MODULE] = STYLE_DIM,
	};
	const struct hot_symbols *h = &f->model->hot_symbols;
	struct frame rest = *f;
	struct rect top;

	if (h->wanted && h->is_open && f->layout.list.height > 2 + LIST_MIN_ROWS) {
		top = cut_top(&rest.layout, 2);
		paint_what(h, model_find(f->model, h->vm),
			(struct line){ f->term, top.row, top.column + 1, top.column + top.width });
		paint_shares(f, (struct line){ f->term, top.row + 1, top.column + 1,
					top.column + top.width });
		paint_notes(f, &rest.layout);
		paint_meaning(f, &rest.layout);
	}
	list_paint(&rest, SETTINGS_TABLE__COUNT, styles, "");
	if (f->ui->rows.count || f->ui->rows.all || !f->model->vm_count)
		return;
	paint_why(&rest,
		h->why[0] ? h->why
			  : "The VM's threads are being sampled: the first functions come with "
			    "the next look.");
}

/* The threads themselves. */
static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	(void)m;
	(void)f;
	if (row)
		ui_turn_to(ui, VIEW_THREADS);
}

const struct view view_symbols = {
	.name = "Symbols",
	.key = "symbols",
	.help = "Where the selected VM's process spends its time: functions of kernel and QEMU, "
		"and the guest as one",
	.sort = "pct",
	.wants = WANT_SYMBOLS,
	.of_selected = true,
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
