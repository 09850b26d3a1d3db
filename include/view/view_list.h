/* view_list: the VMs, a line each, and the open panel of the selected one. */
#ifndef VIEW_VIEW_LIST_H
#define VIEW_VIEW_LIST_H

#include "view/frame.h"

/* Paints the titles and the list; scrolls so that the selected VM is seen with its panel. */
void view_list_paint(const struct frame *f);

#endif
