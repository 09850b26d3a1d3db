/* selection: the rows of the view on the screen, and which of them is the user's. */
#ifndef VIEW_SELECTION_H
#define VIEW_SELECTION_H

#include <stddef.h>

#include "view/ui.h"

/* The view's rows in the order of the screen, filtered; valid until the next call. Takes the selection
 * along: it stays with its VM, and within that with its key. Where the selected VM is gone, the one that took
 * its row stands in for it, until a VM of the same UUID or name is there again: a VM's identity ends with its
 * process, a user's interest in it does not. A row of no VM is selected by its key; what was selected before stays so
 * for all that is done to a VM. */
const struct rows *selection_rows(struct ui *ui, const struct model *m, const struct findings *f);

/* Selects a row of the last selection_rows(). */
void selection_take(struct ui *ui, size_t row);

/* The column the view is sorted by: an index of ui->rows.columns. */
size_t selection_sorted(const struct ui *ui);

/* Scrolls the list so that the selected row, from line first on and lines high, is seen whole: as little as
 * needed when the user has moved; else so that it stays where it was on the screen, while the others change
 * their places. Notes it in painted. view: lines to be seen, total: of the list. Returns the first line to be shown. */
int selection_scroll(
	const struct ui *ui, struct painted *painted, int first, int lines, int view, int total);

#endif
