#include "view/popup/popup_exits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "model/counters.h"
#include "view/draw/glyphs.h"
#include "view/draw/histogram.h"
#include "view/draw/table.h"
#include "view/drill_irqs.h"
#include "view/page.h"
#include "view/panel/panel_exits.h"

/* A detail's name is longer than a reason's: "  HV TIME_REF_COUNT 0x40000020 read". */
enum { NAME_MIN_WIDTH = 28, NAME_WIDTH = 36, NAME_MAX_WIDTH = 44, TITLE_MAX = 512 };

struct drilled {
	const struct frame *frame;
	const struct vm *vm;
	const struct exit_table *table;
	struct exit_line *lines;
	size_t count, selected;
	struct layout_drill layout;
};

/* Names get the room that the figures one cannot do without leave; what else there is comes after. */
static void fit_columns(struct table *table, struct field columns[static EXIT_COL__COUNT],
	const struct ui *ui, int width)
{
	const uint32_t hidden = ui->settings.hidden[SETTINGS_EXITS];
	int name = width;

	memcpy(columns, exit_columns, sizeof exit_columns);
	/* A digit less of these, and a name with an MSR's eight digits fits 80 columns. */
	columns[EXIT_COL_AVG].width--;
	columns[EXIT_COL_RATE].width--;
	for (size_t i = EXIT_COL_REASON + 1; i < EXIT_COL__COUNT; i++)
		if (columns[i].rank <= columns[EXIT_COL_SAMPLES].rank &&
			!(hidden & UINT32_C(1) << i))
			name -= columns[i].width + 1;
	name = name < NAME_MIN_WIDTH ? NAME_MIN_WIDTH : name > NAME_WIDTH ? NAME_WIDTH : name;
	columns[EXIT_COL_REASON].width = name;
	*table = (struct table){
		.columns = columns,
		.count = EXIT_COL__COUNT,
		.sorted = ui->exit_sort,
		.reverse = ui->exit_reverse,
		.hidden = hidden,
	};
	table_fit_columns(table, width, NAME_MAX_WIDTH - name);
}

/* What all columns take, with the widest names. */
static int whole_width(const struct ui *ui)
{
	struct field columns[EXIT_COL__COUNT];
	struct table table;

	fit_columns(&table, columns, ui, INT16_MAX);
	return table.width;
}

static bool is_coarse(const struct drilled *d)
{
	return d->count && d->lines[0].row.coarse;
}

/* "Exits of win10 - vCPU 1 - interval 1.0 s, time% without halts". A long name gives way to the rest. */
static void make_title(const struct drilled *d, char out[static TITLE_MAX])
{
	const struct ui *ui = d->frame->ui;
	const struct drill *drill = &d->frame->painted->drill;
	char vcpu[24] = "all vCPUs", span[120], rest[200];
	int room;
	size_t fits;

	if (drill->vcpu != DRILL_ALL_VCPUS)
		snprintf(vcpu, sizeof vcpu, "vCPU %d", drill->vcpu);
	if (is_coarse(d))
		snprintf(span, sizeof span, "KVM's counters");
	else
		panel_exits_span(ui, d->table, sizeof span, span);
	snprintf(rest, sizeof rest, " - %s - %s", vcpu, span);
	room = d->layout.box.width - 6 - text_width("Exits of ") - text_width(rest);
	fits = text_fit(d->vm->name, room > 8 ? room : 8, NULL);
	if (d->vm->name[fits])
		fits = text_fit(d->vm->name, room > 8 ? room - 1 : 7, NULL);
	snprintf(out, TITLE_MAX, "Exits of %.*s%s%s", (int)fits, d->vm->name,
		d->vm->name[fits] ? glyph(d->frame->term, GLYPH_ELLIPSIS) : "", rest);
}

/* Scrolls as little as needed for the selected row to be seen, and the list to have no blank end. */
static void scroll_to_selected(const struct drilled *d, int view)
{
	int *scroll = &d->frame->painted->drill.scroll;
	const int row = (int)d->selected, last = (int)d->count - view;

	if (*scroll > row)
		*scroll = row;
	if (*scroll < row + 1 - view)
		*scroll = row + 1 - view;
	if (*scroll > last)
		*scroll = last;
	if (*scroll < 0)
		*scroll = 0;
}

/* Where a detail's name does not fit, its number is cut, and not the direction behind it: "MSR 0x40… read"
 * and "MSR 0x40… write" are two lines. */
static void shorten(struct exit_row *row, int width, const char *ellipsis)
{
	const char *direction = strrchr(row->name, ' ');
	char text[sizeof row->name];
	int room;

	if (text_width(row->name) <= width || !direction)
		return;
	room = width - 1 - text_width(direction);
	if (room < 1)
		return;
	snprintf(text, sizeof text, "%.*s%s%s", (int)text_fit(row->name, room, NULL), row->name,
		ellipsis, direction);
	memcpy(row->name, text, sizeof text);
}

static void paint_line(const struct drilled *d, const struct table *table, size_t i, int row)
{
	struct term *t = d->frame->term;
	const struct rect at = d->layout.exits;
	const int column = at.column + LAYOUT_DRILL_MARK;
	const bool selected = i == d->selected;
	struct exit_row exit = d->lines[i].row;

	if (exit.key.detail != EXIT_DETAIL_NONE)
		shorten(&exit, table->cells[EXIT_COL_REASON].width, glyph(t, GLYPH_ELLIPSIS));
	if (selected) {
		term_fill(t, row, at.column, at.width, STYLE_SELECTED);
		term_text(t, row, at.column, 1, STYLE_SELECTED, glyph(t, GLYPH_FOLDED));
	}
	table_row(t, table, row, column, &exit, NULL, selected);
	mouse_regions_add(&d->frame->painted->regions, (struct rect){ row, at.column, 1, at.width },
		REGION_POPUP_ROW, i);
}

/* Where in the list this is, in the frame's lower edge. */
static void paint_position(const struct drilled *d, int view)
{
	const struct rect box = d->layout.box;
	const int first = d->frame->painted->drill.scroll, end = first + view;
	char position[64];

	if ((int)d->count <= view)
		return;
	snprintf(position, sizeof position, " %d-%d of %zu%s ", first + 1, end, d->count,
		end < (int)d->count ? ", more below" : "");
	term_text_right(d->frame->term, box.row + box.height - 1, box.column, box.width - 2,
		STYLE_BOLD, position);
}

/* What else there is to say of a vCPU's exits that are not traced: the counters are of the VM. */
static bool has_counters(const struct drilled *d)
{
	struct exit_row rows[COUNTERS_ROWS];

	return counters_rows_of_vm(d->vm, rows);
}

/* Wrapped: the popup covers the header's notices. */
static void paint_absence(const struct drilled *d, int row, int column, int width, int height)
{
	struct page page = { .width = width };
	char why[320];

	if (is_coarse(d))
		page_addf(&page, STYLE_DIM, 0,
			"Exits are %s. Those in () are among the others, too.",
			counters_sentence(&d->frame->model->host));
	page_add(&page, STYLE_DIM, 0, panel_exits_absence(d->frame, d->vm, sizeof why, why));
	if (!d->count && has_counters(d))
		page_add(&page, STYLE_DIM, 0,
			"KVM's counters are of all vCPUs together: Left and Right turn to these.");
	for (int i = 0; i < height && i < (int)page.count; i++)
		term_text(d->frame->term, row + i, column, width, page.lines[i].style,
			page.lines[i].text);
	page_fini(&page);
}

static void paint_exits(const struct drilled *d)
{
	const struct frame *f = d->frame;
	const struct rect at = d->layout.exits;
	const int view = at.height - 1, width = at.width - LAYOUT_DRILL_MARK;
	struct field columns[EXIT_COL__COUNT];
	struct table table;

	fit_columns(&table, columns, f->ui, width);
	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, &table, at.row, at.column + LAYOUT_DRILL_MARK);
	mouse_regions_add_titles(&f->painted->regions, &table, at.row,
		at.column + LAYOUT_DRILL_MARK, REGION_EXIT_COLUMN);
	f->painted->page = view > 1 ? view - 1 : 1;
	scroll_to_selected(d, view);
	for (int i = f->painted->drill.scroll, row = at.row + 1;
		i < (int)d->count && row <= at.row + view; i++, row++)
		paint_line(d, &table, (size_t)i, row);
	paint_position(d, view);
	if (!d->count)
		paint_absence(d, at.row + 1, at.column + LAYOUT_DRILL_MARK, width, view);
	else if (is_coarse(d) && (int)d->count + 1 < view)
		paint_absence(d, at.row + 2 + (int)d->count, at.column + LAYOUT_DRILL_MARK, width,
			view - 1 - (int)d->count);
}

static void paint_histogram(const struct drilled *d)
{
	struct latency latency = { 0 };
	struct exit_line line;

	if (!d->layout.latency.height || !d->count)
		return;
	line = d->lines[d->selected];
	if (line.other) /* by itself the word says nothing */
		snprintf(line.row.name, sizeof line.row.name, "other %.*s",
			(int)sizeof line.row.name - 7,
			exit_table_find(d->table, &line.row.key)->name);
	exit_line_latency(&line, d->table, &latency);
	histogram_paint(d->frame->term, d->layout.latency, &line.row, &latency,
		d->table->without_latency
			? "of a vCPU it is kept for the last interval only: press i"
			: "no durations are known");
	latency_fini(&latency);
}

static void paint_vm(struct drilled *d)
{
	const struct frame *f = d->frame;
	const struct ui *ui = f->ui;
	struct drill *drill = &f->painted->drill;
	char title[TITLE_MAX];
	int rows, columns;

	term_size(f->term, &rows, &columns);
	d->table = drill_table(drill, d->vm, ui->cumulative);
	d->lines = drill_lines(drill, d->vm, ui->cumulative, ui_exit_shares(ui), ui->exit_sort,
		ui->exit_reverse, &d->count);
	d->selected = drill_follow(drill, d->lines, d->count);
	d->layout = layout_drill(
		rows, columns, drill_irqs_height(f, d->vm), drill->latency, whole_width(ui));
	make_title(d, title);
	term_box(f->term, d->layout.box.row, d->layout.box.column, d->layout.box.height,
		d->layout.box.width, title);
	mouse_regions_cover(&f->painted->regions, d->layout.box);
	paint_exits(d);
	if (d->layout.irqs.height)
		drill_irqs_paint(f, d->vm, d->layout.irqs);
	paint_histogram(d);
	free(d->lines);
}

void popup_exits_paint(const struct frame *f)
{
	struct drilled d = { .frame = f, .vm = model_find(f->model, f->ui->selected) };
	struct rect box;
	int rows, columns;

	if (d.vm) {
		paint_vm(&d);
		return;
	}
	term_size(f->term, &rows, &columns);
	box = layout_popup(rows - 1, columns, 1, columns / 2);
	term_box(f->term, box.row, box.column, box.height, box.width, "Exits");
	mouse_regions_cover(&f->painted->regions, box);
	term_text(f->term, box.row + 1, box.column + 2, box.width - 4, STYLE_NORMAL,
		"No VM is selected.");
}
