/* ui: what the user has chosen: selection, sorting, folding, popups. Plain state; actions change it
 * (view/actions.h), views read it. */
#ifndef VIEW_UI_H
#define VIEW_UI_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/findings.h"
#include "model/columns.h"
#include "view/bindings.h"

enum popup { POPUP_NONE, POPUP_HELP, POPUP_REMEDY };

/* What an action made stale; a higher one includes the lower ones. */
enum stale { STALE_NOTHING, STALE_PAINT, STALE_SORT, STALE_SAMPLE };

struct ui {
	struct vm_id selected;  /* pid 0: nothing yet; then the first row is taken */
	struct vm_id *unfolded; /* VMs open besides or instead of the selected one */
	size_t unfolded_count, unfolded_capacity;
	bool selected_folded; /* the selected VM was folded by hand */
	int scroll;           /* first line of the list that is shown */

	enum vm_column vm_sort;
	bool vm_reverse;
	enum exit_column exit_sort;
	bool exit_reverse;
	bool cumulative; /* exit tables since z, not of the interval */

	enum popup popup;
	int popup_scroll;
	size_t popup_remedy; /* which remedy of the finding is shown */

	bool paused;
	bool quit;
	double interval_s;
	char message[160]; /* one line for the user, until the next key */
};

void ui_init(struct ui *ui);
void ui_fini(struct ui *ui);

/* The VMs in the order of the screen; the caller frees the array. Takes the selection along: where
 * the selected VM is gone, the one that took its row is selected. */
const struct vm **ui_order(struct ui *ui, const struct model *m, size_t *count);

bool ui_is_open(const struct ui *ui, struct vm_id id);

/* Carries out an action on ui (and model_zero() on m for ACTION_ZERO). Returns what is stale now. */
enum stale ui_act(struct ui *ui, enum action action, struct model *m, const struct findings *f);

#endif
