/* host_block: what stands above the threads in the view of the host: its facts, a line each, and what each CPU does. */
#ifndef VIEW_VIEWS_HOST_BLOCK_H
#define VIEW_VIEWS_HOST_BLOCK_H

#include "view/frame.h"

/* Paints it from the top of room on. Where there is not enough room, facts that are as usual are left out from below,
 * and of the CPUs those that are least busy. Returns how many rows it took. */
int host_block_paint(const struct frame *f, struct rect room);

#endif
