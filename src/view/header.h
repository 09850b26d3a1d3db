/* header: the host, in three lines. */
#ifndef VIEW_HEADER_H
#define VIEW_HEADER_H

#include "view/frame.h"

/* Paints the first three rows of the header's rectangle. CPUs: view/header_cpus.h. */
void header_paint(const struct frame *f);

#endif
