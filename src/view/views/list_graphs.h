/* list_graphs: a VM's graphs in the list of VMs, beside the columns that have the figures. */
#ifndef VIEW_VIEWS_LIST_GRAPHS_H
#define VIEW_VIEWS_LIST_GRAPHS_H

#include "model/model.h"
#include "view/term/term.h"

/* Paints "[ggguuss   ]" in width columns: what the VM takes of the host's CPUs. cpus: how many these are; 0: not known,
 * and the bar is empty. */
void list_graphs_paint_bar(struct term *t, int row, int column, int width, const struct vm *vm,
	int cpus, bool selected);

/* Paints the VM's CPU time over the last width intervals, the newest at the right end. The full height is one CPU, or
 * the most that the VM took where that is more: what is low in one row is low in all. */
void list_graphs_paint_spark(
	struct term *t, int row, int column, int width, const struct vm *vm, bool selected);

#endif
