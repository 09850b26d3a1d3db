#include "view/view_overview.h"

#include <stdio.h>

#include "view/glyphs.h"
#include "view/line.h"
#include "view/panel.h"
#include "view/selection.h"
#include "view/table.h"

/* What the last column, the finding, gets at least where there is one. */
enum { FINDING_MIN = 24 };

/* Of the list's rows, one in so many stays with the other VMs. */
enum { OTHERS_SHARE = 5 };

struct columns {
	struct table table;
	int finding_at; /* 0: there is no room for the finding */
};

static struct columns fit_columns(const struct frame *f)
{
	const int width = f->layout.list.width - LAYOUT_MARGIN;
	const struct ui *ui = f->ui;
	struct columns c = { 0 };

	table_fit(&c.table, vm_columns, VM_COL__COUNT, ui->vm_sort, ui->vm_reverse,
		f->layout.wide ? width - FINDING_MIN - 2 : width, f->layout.wide ? 12 : width);
	if (f->layout.wide)
		c.finding_at = LAYOUT_MARGIN + c.table.width + 2;
	return c;
}

/* Why a VM makes no exits: NULL when it runs, or when nobody says. */
static const char *state_text(enum domain_state state)
{
	static const char *const texts[DOMAIN_STATE__COUNT] = {
		[DOMAIN_PAUSED] = "paused",
		[DOMAIN_SHUTDOWN] = "shutting down",
		[DOMAIN_SHUTOFF] = "shut off",
		[DOMAIN_CRASHED] = "crashed",
		[DOMAIN_PMSUSPENDED] = "suspended",
	};

	return texts[state];
}

static void paint_finding(
	const struct vm *vm, const struct finding *finding, bool selected, struct line l)
{
	const char *state = state_text(vm->state);
	const enum style quiet = selected ? STYLE_SELECTED : STYLE_DIM;
	const enum style warning = selected ? STYLE_SELECTED : STYLE_WARNING;

	if (!finding && !state)
		line_add(&l, quiet, "-");
	if (finding)
		line_add(&l, selected ? STYLE_SELECTED : frame_severity_style(finding->severity),
			"%s%s", finding->summary, state ? ", " : "");
	if (state)
		line_add(&l, warning, "%s", state);
}

static void paint_vm(const struct frame *f, const struct columns *c, const struct vm *vm, int row)
{
	static const enum style styles[VM_COL__COUNT] = {
		[VM_COL_GUEST] = STYLE_GUEST,
		[VM_COL_USER] = STYLE_USER,
		[VM_COL_SYSTEM] = STYLE_SYSTEM,
		[VM_COL_WAIT] = STYLE_WAIT,
	};
	const struct rect list = f->layout.list;
	const struct finding *finding = findings_of(f->findings, vm->id);
	const bool selected = vm_id_equal(vm->id, f->ui->selected);
	const enum style base = selected ? STYLE_SELECTED : STYLE_NORMAL;

	term_fill(f->term, row, list.column, list.width, base);
	if (finding)
		term_text(f->term, row, list.column, 1,
			selected ? STYLE_SELECTED : frame_severity_style(finding->severity), "!");
	term_text(f->term, row, list.column + 1, 1, base,
		glyph(f->term, ui_is_open(f->ui, vm->id) ? GLYPH_OPEN : GLYPH_FOLDED));
	table_row(f->term, &c->table, row, list.column + LAYOUT_MARGIN, vm, styles, selected);
	if (c->finding_at)
		paint_finding(vm, finding, selected,
			(struct line){ f->term, row, list.column + c->finding_at,
				list.column + list.width });
}

static void paint_titles(const struct frame *f, const struct columns *c)
{
	const struct rect at = f->layout.titles;

	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, &c->table, at.row, at.column + LAYOUT_MARGIN);
	if (c->finding_at)
		term_text(f->term, at.row, at.column + c->finding_at, at.width - c->finding_at,
			STYLE_HEADER, "finding");
}

/* The rows that an open panel may take: some stay with the other VMs, so that one sees where one is. */
static int panel_room(const struct frame *f, size_t vms)
{
	const int height = f->layout.list.height, most = height / OTHERS_SHARE;
	const int others = vms - 1 < (size_t)most ? (int)vms - 1 : most;

	return height - 1 - others;
}

/* Scrolls as little as needed for the selected VM, from line first on, to be seen whole, and the list
 * to have no blank end. */
static void scroll_to(const struct frame *f, int first, int height, int total)
{
	const int view = f->layout.list.height;
	int *scroll = &f->ui->scroll;

	if (*scroll > first)
		*scroll = first;
	if (*scroll < first + height - view)
		*scroll = first + height - view;
	if (*scroll > total - view)
		*scroll = total - view;
	if (*scroll < 0)
		*scroll = 0;
}

void view_overview_paint(const struct frame *f)
{
	const struct rect list = f->layout.list;
	const struct columns columns = fit_columns(f);
	size_t count;
	const struct vm *const *vms = selection_order(f->ui, f->model, &count);
	struct layout_panel panel = { 0 };
	const struct vm *open = NULL;
	int row;

	paint_titles(f, &columns);
	if (!count)
		return;
	if (ui_is_open(f->ui, vms[f->ui->selected_row]->id)) {
		open = vms[f->ui->selected_row];
		panel = panel_layout(f, open, panel_room(f, count));
	}
	scroll_to(f, (int)f->ui->selected_row, 1 + panel.height, (int)count + panel.height);
	term_clip(f->term, list.row, list.height);
	row = list.row - f->ui->scroll;
	for (size_t i = 0; i < count; i++) {
		paint_vm(f, &columns, vms[i], row++);
		if (vms[i] == open) {
			panel_paint(f, open, &panel, row);
			row += panel.height;
		}
	}
	term_clip(f->term, 0, list.row + list.height + 1);
}
