#include <math.h>

#include "advice/finding_columns.h"
#include "model/off.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"

/* Of a VM that does not run the finding says so first: it is about the definition. */
static const struct finding *say_off(
	struct arena *arena, const struct vm *vm, const struct finding *finding)
{
	struct finding *copy = arena_alloc(arena, sizeof *copy);

	*copy = *finding;
	copy->summary = arena_printf(arena, "%s: %s", off_state(vm), finding->summary);
	return copy;
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	rows_clear(rows, finding_columns, FINDING_COL__COUNT);
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *finding = &f->items[i];
		struct finding_row *row = arena_alloc(&rows->arena, sizeof *row);

		row->vm = model_find(m, finding->vm);
		row->finding =
			row->vm && row->vm->off ? say_off(&rows->arena, row->vm, finding) : finding;
		if (row->vm)
			rows_add(rows, (struct row){ .vm = row->vm,
					       .key = (uint64_t)(finding->rule - rules),
					       .name = row->finding->summary,
					       .data = row });
	}
}

/* Colour beside the word: each line is painted as bad as it is. */
static void paint(const struct frame *f)
{
	list_paint(f, SETTINGS_TABLE__COUNT, NULL,
		!isnan(f->model->host.exits_per_s) || !f->model->vm_count
			? "No findings."
			: "No findings, but exits are not known, and most rules need them.");
	for (size_t i = 0; i < f->painted->regions.count; i++) {
		const struct mouse_region *region = &f->painted->regions.items[i];
		const struct finding_row *row;

		if (region->kind != REGION_ROW)
			continue;
		row = f->ui->rows.items[region->number].data;
		term_text(f->term, region->at.row, region->at.column, 1,
			region->number == f->ui->selected_row
				? STYLE_SELECTED
				: frame_severity_style(row->finding->severity),
			row->finding->severity == SEVERITY_INFO ? "i" : "!");
	}
}

static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	const struct finding_row *data = row ? row->data : NULL;

	if (data)
		ui_open_remedy(ui, m, f, data->finding->rule);
}

const struct view view_findings = {
	.name = "Findings",
	.key = "findings",
	.help = "What is wrong with which VM, the worst first, and what to change",
	.sort = "severity",
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
