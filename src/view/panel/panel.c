#include "view/panel/panel.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "domain/describe.h"
#include "model/claim.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/draw/table.h"
#include "view/panel/panel_baseline.h"
#include "view/panel/panel_exits.h"
#include "view/panel/panel_off.h"
#include "view/panel/panel_usage.h"

/* The rail that ties the panel to its VM stands below the sign of the fold. */
enum { RAIL_COLUMN = 1 };

/* From here on a panel has a row to spare for disks, networks and memory. */
enum { DEVICES_PANEL_ROWS = 22 };

static int count_findings(const struct frame *f, const struct vm *vm)
{
	int count = 0;

	for (size_t i = 0; i < f->findings->count; i++)
		count += vm_id_equal(f->findings->items[i].vm, vm->id);
	return count;
}

/* What is not known is one that was not read. */
static const struct domain_config *config_of(const struct vm *vm)
{
	static const struct domain_config unknown;

	return vm->config ? vm->config : &unknown;
}

static bool has_machine_line(const struct vm *vm)
{
	struct strbuf text = { 0 };
	bool has;

	describe_machine(&text, config_of(vm));
	has = text.length;
	strbuf_fini(&text);
	return has;
}

static bool has_devices(const struct vm *vm)
{
	struct strbuf text = { 0 };
	bool has;

	devices_describe(&vm->devices, &text);
	has = text.length;
	strbuf_fini(&text);
	return has;
}

static struct layout_panel layout_running(const struct frame *f, const struct vm *vm, int room)
{
	const int notes = count_findings(f, vm) + !!*vm->claim + vm->ended +
			  (vm->pending == TRI_YES) + panel_baseline_lines(f, vm);

	const bool devices = room >= DEVICES_PANEL_ROWS && has_devices(vm);
	struct layout_panel p = layout_panel(f->layout.list.width, room - devices, f->layout.beside,
		(int)vm->thread_count, panel_exits_rows(f, vm), notes, has_machine_line(vm));

	f->painted->has_devices_room |= room >= DEVICES_PANEL_ROWS;
	if (devices)
		p.devices = (struct rect){ p.height++, LAYOUT_MARGIN, 1,
			f->layout.list.width - LAYOUT_MARGIN };
	return p;
}

static void paint_claim(const struct vm *vm, struct line l)
{
	struct strbuf text = { 0 };

	claim_describe(&text, vm);
	line_add(&l, STYLE_WARNING, "! %s", strbuf_text(&text));
	strbuf_fini(&text);
}

/* Of one that is shut off there are no threads and no exits. */
static struct layout_panel layout_off(const struct frame *f, const struct vm *vm, int room)
{
	return layout_panel_off(f->layout.list.width, room,
		count_findings(f, vm) + panel_baseline_lines(f, vm), panel_off_lines(f, vm),
		has_machine_line(vm));
}

struct layout_panel panel_layout(const struct frame *f, const struct vm *vm, int room)
{
	return vm->off ? layout_off(f, vm, room) : layout_running(f, vm, room);
}

static void paint_findings(const struct frame *f, const struct vm *vm, struct rect at)
{
	struct line start = { f->term, at.row, at.column, at.column + at.width };
	const int end = at.row + at.height;

	if (*vm->claim && start.row < end) {
		paint_claim(vm, start);
		start.row++;
	}
	if (vm->ended && start.row < end) {
		struct line l = start;

		line_add(&l, STYLE_WARNING, "ended: ");
		line_add(&l, STYLE_NORMAL, "exits are counted to the end, CPU time is unknown");
		start.row++;
	}
	if (vm->pending == TRI_YES && start.row < end) {
		struct line l = start;

		line_add(&l, STYLE_WARNING, "! change pending: ");
		line_add(&l, STYLE_NORMAL, "power-cycle the guest (shut down, then start)");
		start.row++;
	}
	for (int i = 0; i < panel_baseline_lines(f, vm) && start.row < end; i++) {
		struct line l = start;

		panel_baseline_add_line(&l, f, vm, i);
		start.row++;
	}
	for (size_t i = 0; i < f->findings->count && start.row < end; i++) {
		const struct finding *finding = &f->findings->items[i];
		struct line l = start;

		if (!vm_id_equal(finding->vm, vm->id))
			continue;
		line_add(&l, frame_severity_style(finding->severity), "! %s: ", finding->summary);
		line_add(&l, STYLE_BOLD, "r");
		line_add(&l, STYLE_NORMAL, " for the remedy");
		start.row++;
	}
}

static int busier(const void *a, const void *b)
{
	const struct thread *const *x = a, *const *y = b;
	const int order = field_compare(&thread_columns[THREAD_COL_CPU], false, *x, *y);

	return order ? order : (*x > *y) - (*x < *y);
}

/* Where not all threads fit, the busiest are shown, in the order they always have: rows that change
 * places with every look cannot be read. Returns for each thread whether it is shown; the caller frees
 * it. */
static bool *choose_threads(const struct vm *vm, size_t room)
{
	bool *shown = mem_calloc(vm->thread_count, sizeof *shown);
	const struct thread **order = mem_calloc(vm->thread_count, sizeof(const struct thread *));

	for (size_t i = 0; i < vm->thread_count; i++)
		order[i] = &vm->threads[i];
	if (room < vm->thread_count)
		qsort(order, vm->thread_count, sizeof(const struct thread *), busier);
	for (size_t i = 0; i < vm->thread_count && i < room; i++)
		shown[order[i] - vm->threads] = true;
	free(order);
	return shown;
}

/* Whose threads they are is known here, so the names come first, and stay. */
static struct table threads_table(const struct frame *f)
{
	const struct settings *set = &f->ui->settings;

	return (struct table){
		.columns = thread_columns + THREAD_COL_NAME,
		.count = THREAD_COL__COUNT - THREAD_COL_NAME,
		.sorted = TABLE_UNSORTED,
		.hidden = set->hidden[SETTINGS_THREADS] >> THREAD_COL_NAME & ~UINT32_C(1),
		.cpus = set->of_host ? f->model->host.cpus : 0,
	};
}

static void paint_threads(const struct frame *f, const struct vm *vm, struct rect at)
{
	static const enum style styles[THREAD_COL__COUNT] = {
		[THREAD_COL_GUEST] = STYLE_GUEST,
		[THREAD_COL_USER] = STYLE_USER,
		[THREAD_COL_SYSTEM] = STYLE_SYSTEM,
		[THREAD_COL_WAIT] = STYLE_WAIT,
	};
	const size_t rows = (size_t)at.height - 1;
	/* The last of several rows says how many there are besides. */
	const size_t room = vm->thread_count > rows && rows > 1 ? rows - 1 : rows;
	struct table table = threads_table(f);
	bool *shown;
	int row = at.row + 1;

	table_fit_columns(&table, at.width, 6);
	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, &table, at.row, at.column);
	shown = choose_threads(vm, room);
	for (size_t i = 0; i < vm->thread_count; i++)
		if (shown[i])
			table_row(f->term, &table, row++, at.column, &vm->threads[i],
				styles + THREAD_COL_NAME, false);
	free(shown);
	if (room < rows) {
		struct line l = { f->term, row, at.column, at.column + at.width };

		line_add(&l, STYLE_DIM, "%s %zu more, less busy", glyph(f->term, GLYPH_ELLIPSIS),
			vm->thread_count - room);
	}
}

static void paint_clock(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct domain_config *config = config_of(vm);
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	struct strbuf text = { 0 };

	describe_clock(&text, config);
	line_add(&l, STYLE_BOLD, "clock   ");
	line_add(&l, STYLE_NORMAL, "%s", strbuf_text(&text));
	if (!config->parsed)
		line_add(&l, STYLE_DIM, "  (only libvirt and QEMU's command line tell it)");
	else if (config->from_command_line)
		line_add(&l, STYLE_DIM, "  (command line)");
	strbuf_fini(&text);
}

static void paint_hyperv(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct domain_config *config = config_of(vm);
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	struct strbuf text = { 0 }, missing = { 0 };

	describe_hyperv(&text, config);
	describe_missing(&missing, config);
	line_add(&l, STYLE_BOLD, "hyperv  ");
	/* What is missing matters more than a long list of what is there. */
	if (missing.length)
		l.end -= text_width(strbuf_text(&missing)) + 12;
	line_add(&l, STYLE_NORMAL, "%s", strbuf_text(&text));
	l.end = at.column + at.width;
	if (missing.length) {
		line_add(&l, STYLE_WARNING, "   missing: ");
		line_add(&l, STYLE_WARNING, "%s", strbuf_text(&missing));
	}
	strbuf_fini(&text);
	strbuf_fini(&missing);
}

static void paint_machine(const struct frame *f, const struct vm *vm, struct rect at)
{
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	struct strbuf text = { 0 };

	describe_machine(&text, config_of(vm));
	line_add(&l, STYLE_BOLD, "kvm     ");
	line_add(&l, STYLE_NORMAL, "%s", strbuf_text(&text));
	strbuf_fini(&text);
}

static void paint_devices(const struct frame *f, const struct vm *vm, struct rect at)
{
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	struct strbuf text = { 0 };

	devices_describe(&vm->devices, &text);
	line_add(&l, STYLE_BOLD, "devices ");
	line_add(&l, STYLE_NORMAL, "%s", strbuf_text(&text));
	strbuf_fini(&text);
}

void panel_paint(
	const struct frame *f, const struct vm *vm, const struct layout_panel *layout, int row)
{
	static void (*const paint[])(const struct frame *, const struct vm *, struct rect) = {
		paint_findings, panel_usage_paint, paint_threads, panel_exits_paint, paint_clock,
		paint_hyperv, paint_machine, paint_devices, panel_off_paint
	};
	const struct rect parts[] = { layout->findings, layout->usage, layout->threads,
		layout->exits, layout->clock, layout->hyperv, layout->machine, layout->devices,
		layout->off };
	const int column = f->layout.list.column;

	for (int i = 0; i < layout->height; i++)
		term_text(f->term, row + i, column + RAIL_COLUMN, 1, STYLE_BORDER,
			glyph(f->term, i + 1 < layout->height ? GLYPH_RAIL : GLYPH_CORNER));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct rect at = parts[i];

		if (!at.height)
			continue;
		at.row += row;
		at.column += column;
		paint[i](f, vm, at);
	}
}
