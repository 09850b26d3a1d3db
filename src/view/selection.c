#include "view/selection.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view/views.h"

/* The name by which a VM is known again when it was restarted. */
static const char *lasting_name(const struct vm *vm)
{
	return vm->uuid[0] ? vm->uuid : vm->name;
}

void selection_take(struct ui *ui, size_t row)
{
	const struct row *r = &ui->rows.items[row];

	ui->selected_row = row;
	ui->selected_none = !r->vm;
	ui->selected_key = r->key;
	if (!r->vm) {
		/* The user's VM stays his, and one that stood in for it is none. */
		if (ui->stands_in)
			ui->selected = (struct vm_id){ 0 };
		return;
	}
	ui->selected = r->vm->id;
	ui->stands_in = false;
	snprintf(ui->selected_name, sizeof ui->selected_name, "%s", lasting_name(r->vm));
}

/* The selected VM is not on the screen any more. What a popup said of one that is gone is not to be read as
 * being about another. */
static void lose_selection(struct ui *ui, const struct model *m)
{
	if ((ui->popup == POPUP_REMEDY || ui->popup == POPUP_EXITS) && !ui->stands_in &&
		!model_find(m, ui->selected)) {
		ui_say(ui, ui->popup == POPUP_REMEDY ? "The VM that the remedy was for is gone"
						     : "The VM whose exits were shown is gone");
		ui->popup = POPUP_NONE;
	}
	ui->stands_in = true;
	ui->selected = (struct vm_id){ 0 };
}

/* The row of no VM that is selected, or count. */
static size_t find_none(const struct ui *ui)
{
	const struct rows *rows = &ui->rows;
	size_t i = 0;

	while (i < rows->count &&
		(!ui->selected_none || rows->items[i].vm || rows->items[i].key != ui->selected_key))
		i++;
	return i;
}

/* The row with the selection's key, or the VM's first one. */
static size_t find_id(const struct ui *ui)
{
	const struct rows *rows = &ui->rows;
	size_t found = rows->count;

	for (size_t i = 0; i < rows->count; i++) {
		if (!rows->items[i].vm || !vm_id_equal(rows->items[i].vm->id, ui->selected))
			continue;
		if (rows->items[i].key == ui->selected_key)
			return i;
		if (found == rows->count)
			found = i;
	}
	return found;
}

static size_t find_name(const struct ui *ui)
{
	size_t i = 0;

	while (i < ui->rows.count &&
		(!ui->rows.items[i].vm ||
			strcmp(lasting_name(ui->rows.items[i].vm), ui->selected_name) != 0))
		i++;
	return i;
}

static void stand_in(struct ui *ui, size_t row)
{
	const struct row *r;

	ui->selected_row = row < ui->rows.count ? row : ui->rows.count - 1;
	r = &ui->rows.items[ui->selected_row];
	ui->selected_none = !r->vm;
	ui->selected = rows_vm_of(r);
	ui->selected_key = r->key;
}

/* Takes the selection along to the VM's new row. Where the VM is gone, the one that took its row stands
 * in for it, until it is back (after a power cycle) or the user selects another. */
static void follow(struct ui *ui, const struct model *m)
{
	const size_t count = ui->rows.count, none = find_none(ui), same = find_id(ui);
	size_t back = count;

	if (none < count) {
		ui->selected_row = none;
		return;
	}
	/* A view of one VM may have nothing of it yet. */
	if (views[ui->view]->of_selected && same == count && model_find(m, ui->selected)) {
		ui->selected_row = 0;
		return;
	}
	/* Shut off and listed as that, or started again: it is the same VM, and what a popup says is about it. */
	if (!vm_id_is_none(ui->selected) && same == count && !ui->stands_in)
		back = find_name(ui);
	if (!vm_id_is_none(ui->selected) && same == count && back == count)
		lose_selection(ui, m);
	if (ui->stands_in)
		back = find_name(ui);
	if (back < count)
		selection_take(ui, back);
	else if (same < count && !ui->stands_in)
		selection_take(ui, same); /* takes note of a name that was not known before */
	else if (same < count)
		ui->selected_row = same;
	else if (count && !ui->stands_in)
		selection_take(ui, 0);
	else if (count)
		stand_in(ui, ui->selected_row);
}

size_t selection_sorted(const struct ui *ui)
{
	const struct rows *rows = &ui->rows;
	size_t column = field_find(rows->columns, rows->column_count, ui->views[ui->view].sort);

	/* A reason that no VM exits for any more has no column. */
	if (column == rows->column_count)
		column = field_find(rows->columns, rows->column_count, views[ui->view]->sort);
	return column < rows->column_count ? column : 0;
}

const struct rows *selection_rows(struct ui *ui, const struct model *m, const struct findings *f)
{
	struct rows *rows = &ui->rows;

	views[ui->view]->collect(rows, m, f);
	rows_filter(rows, ui->filter);
	rows_sort(rows, selection_sorted(ui), ui->views[ui->view].reverse);
	/* Before there are rates the order means nothing: the first one to be opened is the one that is
	 * first when there are. */
	if (!ui->settled) {
		ui->selected = (struct vm_id){ 0 };
		ui->selected_none = false;
	}
	if (ui->settled && !ui->settings.follow && !ui->popup && rows->count &&
		!views[ui->view]->of_selected)
		selection_take(
			ui, ui->selected_row < rows->count ? ui->selected_row : rows->count - 1);
	ui->settled |= m->vm_count && !isnan(m->interval_s);
	follow(ui, m);
	return rows;
}

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

int selection_scroll(
	const struct ui *ui, struct painted *painted, int first, int lines, int view, int total)
{
	const struct view_state *state = &ui->views[ui->view];
	int scroll = ui->moved ? state->scroll : first - state->place;

	if (scroll < first + lines - view)
		scroll = first + lines - view;
	if (scroll > first)
		scroll = first;
	scroll = clamp(scroll, 0, total > view ? total - view : 0);
	painted->overflows = total > view;
	painted->has_list = true;
	painted->scroll = scroll;
	painted->place = first - scroll;
	return scroll;
}
