#include "view/pointer.h"

#include "view/menus.h"
#include "view/selection.h"
#include "view/ui_moves.h"

enum { WHEEL_ROWS = 3 };

/* The row that was painted there, wherever it is by now. False when it is gone. */
static bool take_row(struct ui *ui, const struct mouse_region *region, const struct model *m,
	const struct findings *f)
{
	const struct rows *rows = selection_rows(ui, m, f);

	for (size_t i = 0; i < rows->count; i++)
		if (vm_id_equal(rows_vm_of(&rows->items[i]), region->vm) &&
			rows->items[i].key == region->key) {
			ui->settled = ui->moved = true;
			selection_take(ui, i);
			return true;
		}
	return false;
}

/* The sign before a VM's name opens and folds its panel. */
static void turn_fold(struct ui *ui, bool was_selected)
{
	ui->folded = was_selected && !ui->folded;
}

static enum stale click_row(struct ui *ui, const struct mouse_region *region, const struct model *m,
	const struct findings *f, bool twice, enum action *then)
{
	const bool was_selected = vm_id_equal(ui->selected, region->vm);

	if (!take_row(ui, region, m, f))
		return STALE_NOTHING;
	if (region->kind == REGION_FOLD)
		turn_fold(ui, was_selected);
	else if (twice)
		*then = ACTION_ENTER;
	return STALE_PAINT;
}

static enum stale click_column(
	struct ui *ui, size_t column, const struct model *m, const struct findings *f)
{
	const struct rows *rows = selection_rows(ui, m, f);

	if (column < rows->column_count)
		ui_sort_by(ui, &rows->columns[column]);
	return STALE_SORT;
}

static enum stale click_exit_column(struct ui *ui, size_t column)
{
	ui->exit_reverse = ui->exit_sort == column && !ui->exit_reverse;
	ui->exit_sort = (enum exit_column)column;
	return STALE_SORT;
}

static enum stale click_popup_row(struct ui *ui, size_t row, const struct model *m,
	const struct findings *f, bool twice, enum action *then)
{
	if (ui->popup == POPUP_EXITS) {
		ui_move(ui, m, f, (int)row - (int)ui->drill.row);
		if (twice)
			*then = ACTION_LATENCY;
		return STALE_PAINT;
	}
	ui->popup_row = row;
	*then = ACTION_ENTER;
	return STALE_PAINT;
}

static enum stale click(struct ui *ui, struct term_mouse mouse, const struct model *m,
	const struct findings *f, enum action *then)
{
	const struct mouse_region region =
		mouse_regions_find(&ui->painted.regions, mouse.row, mouse.column);

	switch (region.kind) {
	case REGION_ROW:
	case REGION_FOLD:
		return click_row(ui, &region, m, f, mouse.twice, then);
	case REGION_COLUMN:
		return click_column(ui, region.number, m, f);
	case REGION_EXIT_COLUMN:
		return click_exit_column(ui, region.number);
	case REGION_TAB:
		ui_turn_to(ui, (enum view_id)region.number);
		return STALE_SORT;
	case REGION_ACTION:
		*then = (enum action)region.number;
		return STALE_NOTHING;
	case REGION_POPUP_ROW:
		return click_popup_row(ui, region.number, m, f, mouse.twice, then);
	case REGION_POPUP:
		return STALE_NOTHING;
	case REGION_NOTHING:
		break;
	}
	/* Beside a popup. */
	if (ui->popup)
		*then = ACTION_CLOSE;
	return STALE_NOTHING;
}

enum stale pointer_act(struct ui *ui, struct term_mouse mouse, const struct model *m,
	const struct findings *f, enum action *then)
{
	*then = ACTION_NONE;
	switch (mouse.button) {
	case TERM_BUTTON_LEFT:
		ui->message[0] = '\0';
		return click(ui, mouse, m, f, then);
	case TERM_BUTTON_WHEEL_UP:
		ui_move(ui, m, f, -WHEEL_ROWS);
		return STALE_PAINT;
	case TERM_BUTTON_WHEEL_DOWN:
		ui_move(ui, m, f, WHEEL_ROWS);
		return STALE_PAINT;
	case TERM_BUTTON_MIDDLE:
	case TERM_BUTTON_RIGHT:
		break;
	}
	return STALE_NOTHING;
}
