#include "model/clock_columns.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)f;
	rows_clear(rows, clock_columns, CLOCK_COL__COUNT);
	rows_add_vms(rows, m);
}

static void paint(const struct frame *f)
{
	list_paint(f, SETTINGS_TABLE__COUNT, NULL, "No VM can be seen.");
}

static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	if (row && findings_of(f, row->vm->id)) {
		ui_open_remedy(ui, m, f, NULL);
		return;
	}
	ui_turn_to(ui, VIEW_OVERVIEW);
	ui->folded = false;
}

const struct view view_clock = {
	.name = "Clock",
	.key = "clock",
	.help = "Clocks, timers and Hyper-V enlightenments of all VMs: who has stimer, who has "
		"hpet",
	.sort = "name",
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
