#include "view/views.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "model/off.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/draw/table.h"
#include "view/panel/panel.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views/list.h"
#include "view/views/list_graphs.h"

/* What the last column, the finding, gets at least where there is one, and names at most beyond theirs. */
enum { FINDING_MIN = 24, NAME_STRETCH = 12 };

/* Of the list's rows, one in so many stays with the other VMs. Where all are open, two panels of so many rows at
 * least share the screen. */
enum { OTHERS_SHARE = 5, ALL_MIN_ROWS = 8 };

/* Graphs of CPU time, on wide screens: shares as a bar, and the last intervals. */
enum { GRAPHS_COLUMNS = 160, BAR_WIDTH = 14, SPARK_WIDTH = 16 };

struct columns {
	struct table table;
	int bar_at, spark_at; /* 0: there is no room for graphs */
	int finding_at;       /* 0: there is no room for the finding */
};

static struct columns fit_columns(const struct frame *f)
{
	const int width = f->layout.list.width - LAYOUT_MARGIN;
	const bool wide = f->layout.wide, graphs = f->layout.list.width >= GRAPHS_COLUMNS;
	const int graphs_width = graphs ? BAR_WIDTH + SPARK_WIDTH + 4 : 0;
	struct columns c = { 0 };
	int end;

	list_fit(f, &c.table, SETTINGS_VMS, wide ? width - FINDING_MIN - 2 - graphs_width : width,
		wide ? NAME_STRETCH : width, 0);
	end = LAYOUT_MARGIN + c.table.width + 2;
	if (graphs) {
		c.bar_at = end;
		c.spark_at = end + BAR_WIDTH + 2;
		end += graphs_width;
	}
	if (wide)
		c.finding_at = end;
	return c;
}

static void paint_finding(
	const struct vm *vm, const struct finding *finding, bool selected, struct line l)
{
	const char *state = vm->ended ? "ended" : off_state(vm);
	const enum style quiet = selected ? STYLE_SELECTED : STYLE_DIM;
	const enum style warning = selected ? STYLE_SELECTED : STYLE_WARNING;

	if (!finding && !state && !*vm->claim)
		line_add(&l, quiet, "-");
	if (*vm->claim)
		line_add(&l, warning, "not domain %s%s", vm->claim, finding ? ", " : "");
	if (finding)
		line_add(&l, selected ? STYLE_SELECTED : frame_severity_style(finding->severity),
			"%s%s", finding->summary, state ? ", " : "");
	if (state)
		line_add(&l, warning, "%s", state);
}

/* "shut off   4 vCPUs  8.0G", in the place of the figures. */
static void describe_off(struct strbuf *out, const struct vm *vm)
{
	const struct domain_config *config = vm->config;
	char memory[24];

	strbuf_addf(out, "%-8s", off_state(vm));
	if (vm->vcpus)
		strbuf_addf(out, "  %d vCPU%s", vm->vcpus, vm->vcpus == 1 ? "" : "s");
	if (config && config->machine.memory_kib)
		strbuf_addf(out, "  %s",
			line_number(memory, (double)config->machine.memory_kib, NUMBER_KIB, 0));
}

/* What is not known needs no columns: behind the name stands why, and what it would be. */
static void paint_off(const struct frame *f, const struct columns *c, const struct vm *vm, int row)
{
	const struct rect list = f->layout.list;
	const struct finding *finding = findings_of(f->findings, vm->id);
	const bool selected = vm_id_equal(vm->id, f->ui->selected);
	const enum style style = selected ? STYLE_SELECTED : STYLE_DIM;
	const int left = list.column + LAYOUT_MARGIN, name = c->table.cells[VM_COL_NAME].width;
	struct line l = { f->term, row, left, left + name };
	struct strbuf text = { 0 };

	line_add(&l, style, "%s", vm->name);
	l.column = left + name + 1;
	l.end = list.column + (c->finding_at ? c->finding_at - 1 : list.width);
	describe_off(&text, vm);
	line_add(&l, style, "%s", strbuf_text(&text));
	strbuf_fini(&text);
	if (off_change(f->model, vm))
		line_add(&l, selected ? STYLE_SELECTED : STYLE_WARNING,
			"  changed by kvmtop, not proven yet");
	if (!c->finding_at)
		return;
	l.column = list.column + c->finding_at;
	l.end = list.column + list.width;
	if (finding)
		line_add(&l, selected ? STYLE_SELECTED : frame_severity_style(finding->severity),
			"%s", finding->summary);
	else
		line_add(&l, style, "-");
}

static void paint_figures(
	const struct frame *f, const struct columns *c, const struct vm *vm, int row)
{
	static const enum style styles[VM_COL__COUNT] = {
		[VM_COL_GUEST] = STYLE_GUEST,
		[VM_COL_USER] = STYLE_USER,
		[VM_COL_SYSTEM] = STYLE_SYSTEM,
		[VM_COL_WAIT] = STYLE_WAIT,
	};
	const struct rect list = f->layout.list;
	const bool selected = vm_id_equal(vm->id, f->ui->selected);

	table_row(f->term, &c->table, row, list.column + LAYOUT_MARGIN, vm, styles, selected);
	if (c->bar_at) {
		list_graphs_paint_bar(f->term, row, list.column + c->bar_at, BAR_WIDTH, vm,
			f->model->host.cpus, selected);
		list_graphs_paint_spark(
			f->term, row, list.column + c->spark_at, SPARK_WIDTH, vm, selected);
	}
	if (c->finding_at)
		paint_finding(vm, findings_of(f->findings, vm->id), selected,
			(struct line){ f->term, row, list.column + c->finding_at,
				list.column + list.width });
}

static void paint_vm(const struct frame *f, const struct columns *c, size_t i, int row)
{
	const struct rect list = f->layout.list;
	const struct vm *vm = f->ui->rows.items[i].vm;
	const struct finding *finding = findings_of(f->findings, vm->id);
	const bool selected = vm_id_equal(vm->id, f->ui->selected);
	const enum style base = selected               ? STYLE_SELECTED
				: vm->off || vm->ended ? STYLE_DIM
						       : STYLE_NORMAL;

	term_fill(f->term, row, list.column, list.width, base);
	if (finding)
		term_text(f->term, row, list.column, 1,
			selected ? STYLE_SELECTED : frame_severity_style(finding->severity), "!");
	else if (vm->off && off_change(f->model, vm))
		term_text(f->term, row, list.column, 1, selected ? STYLE_SELECTED : STYLE_WARNING,
			"!");
	term_text(f->term, row, list.column + 1, 1, base,
		glyph(f->term, ui_is_open(f->ui, vm->id) ? GLYPH_OPEN : GLYPH_FOLDED));
	(vm->off ? paint_off : paint_figures)(f, c, vm, row);
	mouse_regions_add_row(&f->painted->regions,
		(struct rect){ row, list.column, 1, list.width }, REGION_ROW, &f->ui->rows.items[i],
		i);
	mouse_regions_add_row(&f->painted->regions,
		(struct rect){ row, list.column, 1, LAYOUT_MARGIN }, REGION_FOLD,
		&f->ui->rows.items[i], i);
}

static void paint_titles(const struct frame *f, const struct columns *c)
{
	const struct rect at = f->layout.titles;

	list_paint_titles(f, &c->table);
	if (c->bar_at) {
		term_text(f->term, at.row, at.column + c->bar_at, BAR_WIDTH, STYLE_HEADER,
			"of all CPUs");
		term_text(f->term, at.row, at.column + c->spark_at, SPARK_WIDTH, STYLE_HEADER,
			"%CPU before");
	}
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

/* Each VM's panel, of height 0 where it is folded; the caller frees them. first: the selected VM's line, total:
 * all lines of the list. */
static struct layout_panel *layout_panels(const struct frame *f, int *first, int *total)
{
	const struct rows *rows = &f->ui->rows;
	struct layout_panel *panels = mem_calloc(rows->count, sizeof *panels);
	int room = panel_room(f, rows->count);

	/* Where all are open, a panel is for comparing: two of them are to be seen at a time. */
	if (f->ui->open_all && rows->count > 1 && room > 2 * ALL_MIN_ROWS)
		room = room / 2;
	*total = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const struct vm *vm = rows->items[i].vm;

		if (i == f->ui->selected_row)
			*first = *total;
		if (ui_is_open(f->ui, vm->id))
			panels[i] = panel_layout(f, vm, room);
		*total += 1 + panels[i].height;
	}
	return panels;
}

static void paint(const struct frame *f)
{
	const struct rect list = f->layout.list;
	const struct rows *rows = &f->ui->rows;
	const struct columns columns = fit_columns(f);
	struct layout_panel *panels;
	int first = 0, total, row, own;

	panels = layout_panels(f, &first, &total);
	own = rows->count ? 1 + panels[f->ui->selected_row].height : 0;
	row = list.row - selection_scroll(f->ui, f->painted, first, own, list.height, total);
	f->painted->page = list.height > 1 ? list.height - 1 : 1;
	paint_titles(f, &columns);
	term_clip(f->term, list.row, list.height);
	mouse_regions_clip(&f->painted->regions, list.row, list.height);
	for (size_t i = 0; i < rows->count; i++) {
		const struct layout_panel *panel = &panels[i];
		const int end = row + 1 + panel->height;

		if (end > list.row && row < list.row + list.height) {
			paint_vm(f, &columns, i, row);
			if (panel->height)
				panel_paint(f, rows->items[i].vm, panel, row + 1);
		}
		row = end;
	}
	term_clip(f->term, 0, list.row + list.height + 1);
	mouse_regions_clip(&f->painted->regions, 0, 0);
	free(panels);
	if (!rows->count && rows->all)
		term_text(f->term, list.row + list.height / 3, list.column + LAYOUT_MARGIN,
			list.width - LAYOUT_MARGIN, STYLE_DIM,
			"The filter leaves no VM: Esc clears it.");
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)f;
	rows_clear(rows, vm_columns, VM_COL__COUNT);
	rows_add_vms(rows, m);
}

/* What is wrong with it matters more than how it looks. */
static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	if (row && findings_of(f, row->vm->id))
		ui_open_remedy(ui, m, f, NULL);
	else
		ui->folded = !ui->folded;
}

const struct view view_overview = {
	.name = "Overview",
	.key = "overview",
	.help = "VMs, a line each; the selected one is open: threads, exits, clock, enlightenments",
	.sort = "cpu_pct",
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
