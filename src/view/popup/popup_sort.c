#include <stdio.h>

#include "view/menus.h"
#include "view/selection.h"
#include "view/ui_moves.h"

/* Columns that are hidden at first are there only when one of them is shown. */
static size_t count(const struct ui *ui)
{
	if (ui->rows.columns == vm_columns && !settings_show_devices(&ui->settings))
		return VM_COL_DEVICES;
	return ui->rows.column_count;
}

static void line(const struct ui *ui, size_t i, struct menu_line *out)
{
	const struct field *column = &ui->rows.columns[i];
	const bool falling = ui->views[ui->view].reverse == column->ascending;

	snprintf(out->name, sizeof out->name, "%s", column->title);
	out->help = column->help;
	if (i == selection_sorted(ui))
		snprintf(out->value, sizeof out->value, "%s",
			field_is_text(column) ? falling ? "Z to A" : "A to Z"
			: falling             ? "largest first"
					      : "smallest first");
}

static size_t current(const struct ui *ui)
{
	return selection_sorted(ui);
}

static void choose(struct ui *ui, const struct model *m, size_t i)
{
	(void)m;
	ui_sort_by(ui, &ui->rows.columns[i]);
	ui->popup = POPUP_NONE;
}

const struct menu menu_sort = {
	.title = "Sort by (again: turns the order round)",
	.count = count,
	.line = line,
	.current = current,
	.choose = choose,
};
