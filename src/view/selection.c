#include "view/selection.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

/* The name by which a VM is known again when it was restarted. */
static const char *lasting_name(const struct vm *vm)
{
	return vm->uuid[0] ? vm->uuid : vm->name;
}

void selection_take(struct ui *ui, size_t row)
{
	const struct vm *vm = ui->order[row];

	ui->selected_row = row;
	ui->selected = vm->id;
	ui->stands_in = false;
	snprintf(ui->selected_name, sizeof ui->selected_name, "%s", lasting_name(vm));
}

/* The selected VM is gone. What the popup said of it is not to be read as being about another. */
static void lose_selection(struct ui *ui)
{
	if ((ui->popup == POPUP_REMEDY || ui->popup == POPUP_EXITS) && !ui->stands_in) {
		ui_say(ui, ui->popup == POPUP_REMEDY ? "The VM that the remedy was for is gone"
						     : "The VM whose exits were shown is gone");
		ui->popup = POPUP_NONE;
	}
	ui->stands_in = true;
	ui->selected = (struct vm_id){ 0 };
}

static size_t find_id(const struct ui *ui, size_t count)
{
	size_t i = 0;

	while (i < count && !vm_id_equal(ui->order[i]->id, ui->selected))
		i++;
	return i;
}

static size_t find_name(const struct ui *ui, size_t count)
{
	size_t i = 0;

	while (i < count && strcmp(lasting_name(ui->order[i]), ui->selected_name) != 0)
		i++;
	return i;
}

/* Takes the selection along to the VM's new row. Where the VM is gone, the one that took its row stands
 * in for it, until it is back (after a power cycle) or the user selects another. */
static void follow_selection(struct ui *ui, size_t count)
{
	const size_t same = find_id(ui, count);
	size_t back = count;

	if (ui->selected.pid && same == count)
		lose_selection(ui);
	if (ui->stands_in)
		back = find_name(ui, count);
	if (back < count)
		selection_take(ui, back);
	else if (same < count && !ui->stands_in)
		selection_take(ui, same); /* takes note of a name that was not known before */
	else if (same < count)
		ui->selected_row = same;
	else if (count && !ui->stands_in)
		selection_take(ui, 0);
	else if (count) {
		ui->selected_row = ui->selected_row < count ? ui->selected_row : count - 1;
		ui->selected = ui->order[ui->selected_row]->id;
	}
}

const struct vm *const *selection_order(struct ui *ui, const struct model *m, size_t *count)
{
	*count = m->vm_count;
	if (ui->order_capacity < m->vm_count) {
		ui->order = mem_resize(ui->order, m->vm_count, sizeof(const struct vm *));
		ui->order_capacity = m->vm_count;
	}
	for (size_t i = 0; i < m->vm_count; i++)
		ui->order[i] = m->vms[i];
	column_sort_pointers(&vm_columns[ui->vm_sort], ui->vm_reverse, &vm_columns[VM_COL_NAME],
		(const void **)ui->order, m->vm_count);
	/* Before there are rates the order means nothing: the first one to be opened is the one that is
	 * first when there are. */
	if (!ui->settled)
		ui->selected = (struct vm_id){ 0 };
	ui->settled |= m->vm_count && !isnan(m->interval_s);
	follow_selection(ui, m->vm_count);
	return ui->order;
}
