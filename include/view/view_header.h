/* view_header: the host, in three lines. */
#ifndef VIEW_VIEW_HEADER_H
#define VIEW_VIEW_HEADER_H

#include "view/frame.h"

/* Paints the first three rows of the header's rectangle. */
void view_header_paint(const struct frame *f);

#endif
