/* popup_messages: what libraries wrote to standard error since the start. It never lands on the screen; when
 * kvmtop has ended, the terminal gets it. */
#ifndef VIEW_POPUP_POPUP_MESSAGES_H
#define VIEW_POPUP_POPUP_MESSAGES_H

#include "view/frame.h"

void popup_messages_paint(const struct frame *f);

#endif
