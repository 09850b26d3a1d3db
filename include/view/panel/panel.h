/* panel: the open panel of a VM: what was found, usage, threads, exits, clock, enlightenments. */
#ifndef VIEW_PANEL_PANEL_H
#define VIEW_PANEL_PANEL_H

#include "view/frame.h"

/* The panel's parts, in at most room rows. */
struct layout_panel panel_layout(const struct frame *f, const struct vm *vm, int room);

/* Paints them from that row on. */
void panel_paint(
	const struct frame *f, const struct vm *vm, const struct layout_panel *layout, int row);

#endif
