/* pointer: what a click or a turn of the wheel does to what it hits. */
#ifndef VIEW_POINTER_H
#define VIEW_POINTER_H

#include "view/term/term.h"
#include "view/ui.h"

/* Carries out what the mouse did. *then: an action that it stands for, ACTION_NONE when there is none, for
 * the caller to carry out as if its key had been pressed. Returns what is stale now. */
enum stale pointer_act(struct ui *ui, struct term_mouse mouse, const struct model *m,
	const struct findings *f, enum action *then);

#endif
