/* popup_help: keys and columns explained, from the tables that define them. */
#ifndef VIEW_POPUP_POPUP_HELP_H
#define VIEW_POPUP_POPUP_HELP_H

#include "view/frame.h"

void popup_help_paint(const struct frame *f);

#endif
