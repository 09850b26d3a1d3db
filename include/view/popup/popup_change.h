/* popup_change: a change of the VM's definition: the question, that it goes on, its outcome. */
#ifndef VIEW_POPUP_POPUP_CHANGE_H
#define VIEW_POPUP_POPUP_CHANGE_H

#include "view/frame.h"

void popup_change_paint(const struct frame *f);

#endif
