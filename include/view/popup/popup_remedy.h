/* popup_remedy: what is wrong with the selected VM, and what to change. */
#ifndef VIEW_POPUP_POPUP_REMEDY_H
#define VIEW_POPUP_POPUP_REMEDY_H

#include "view/frame.h"

void popup_remedy_paint(const struct frame *f);

#endif
