/* ui_moves: what keys, clicks and menus do alike: where the user goes, and what he opens. */
#ifndef VIEW_UI_MOVES_H
#define VIEW_UI_MOVES_H

#include "view/ui.h"

/* Turns to a view; the VM stays selected. */
void ui_turn_to(struct ui *ui, enum view_id view);

/* Opens a popup, or closes it when it is the one that is open. */
void ui_open_popup(struct ui *ui, enum popup popup);

/* Opens the remedies of the selected VM at the finding of that rule; NULL: the worst. */
void ui_open_remedy(
	struct ui *ui, const struct model *m, const struct findings *f, const struct rule *rule);

/* Opens the drill-down of the selected VM; vcpu: whose exits, or DRILL_ALL_VCPUS. */
void ui_open_drill(struct ui *ui, int vcpu);

/* Sorts the view by a column; the one it is sorted by already is turned round. */
void ui_sort_by(struct ui *ui, const struct field *column);

/* Moves the selection, or what a popup shows, by rows; INT_MIN and INT_MAX are the ends. */
void ui_move(struct ui *ui, const struct model *m, const struct findings *f, int by);

#endif
