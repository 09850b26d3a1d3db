/* view_overview: the VMs, a line each, and the open panel of the selected one. */
#ifndef VIEW_VIEW_OVERVIEW_H
#define VIEW_VIEW_OVERVIEW_H

#include "view/frame.h"

/* Paints the titles and the list; scrolls so that the selected VM is seen with its panel. */
void view_overview_paint(const struct frame *f);

#endif
