/* panel_off: shown in the panel of a shut-off VM instead of usage, threads and exits: its state, and the change of its
 * definition that is not proven yet. */
#ifndef VIEW_PANEL_PANEL_OFF_H
#define VIEW_PANEL_PANEL_OFF_H

#include "view/frame.h"

/* How many lines it takes. */
int panel_off_lines(const struct frame *f, const struct vm *vm);

void panel_off_paint(const struct frame *f, const struct vm *vm, struct rect at);

#endif
