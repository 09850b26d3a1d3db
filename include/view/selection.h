/* selection: the order of the VMs on the screen, and which of them is the user's. */
#ifndef VIEW_SELECTION_H
#define VIEW_SELECTION_H

#include <stddef.h>

#include "view/ui.h"

/* The VMs in the order of the screen, valid until the next call. Takes the selection along: where the
 * selected VM is gone, the one that took its row stands in for it, until a VM of the same UUID or name
 * is there again: a VM's identity ends with its process, a user's interest in it does not. */
const struct vm *const *selection_order(struct ui *ui, const struct model *m, size_t *count);

/* Selects a row of the last selection_order(). */
void selection_take(struct ui *ui, size_t row);

#endif
