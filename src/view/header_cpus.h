/* header_cpus: how busy each CPU of the host is: "0 ▇  97.1": its number, a sign as high as it is busy, and the figure
 * in percent. */
#ifndef VIEW_HEADER_CPUS_H
#define VIEW_HEADER_CPUS_H

#include "view/frame.h"

/* How many rows of that many columns all CPUs of h take; one where they are not known. */
int header_cpus_rows(const struct host *h, int columns);

/* Paints as many of them as there is room for in the layout's rectangle for CPUs. Where that is not all of them it is the
 * busiest, in the order of their numbers, and the last cell says how many there are besides. */
void header_cpus_paint(const struct frame *f);

#endif
