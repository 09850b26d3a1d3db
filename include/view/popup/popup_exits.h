/* popup_exits: the drill-down: all exits of the selected VM or of one of its vCPUs, with all that they were
 * about, its interrupt lines, and how long the exits of the selected row took. */
#ifndef VIEW_POPUP_POPUP_EXITS_H
#define VIEW_POPUP_POPUP_EXITS_H

#include "view/frame.h"

void popup_exits_paint(const struct frame *f);

#endif
