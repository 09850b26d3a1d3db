/* keybar: the last line: a message for the user, the filter, and the keys of what is on the screen. */
#ifndef VIEW_KEYBAR_H
#define VIEW_KEYBAR_H

#include "view/frame.h"

void keybar_paint(const struct frame *f);

#endif
