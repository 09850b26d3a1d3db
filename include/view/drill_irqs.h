/* drill_irqs: a VM's interrupt lines. A device that raises one costs QEMU's main loop a wake-up, even where
 * the guest has it masked and never exits. */
#ifndef VIEW_DRILL_IRQS_H
#define VIEW_DRILL_IRQS_H

#include <stdbool.h>

#include "view/frame.h"

/* Writes the rows worth showing in at most room to rows (room for t->count): the most often raised ones, in
 * the order of their number. Returns how many. */
size_t drill_irqs_rows(const struct irq_table *t, size_t room, struct irq_row *rows);

/* How many lines the part would like, its heading included. */
int drill_irqs_height(const struct frame *f, const struct vm *vm);

/* Paints heading and lines, or why there are none; at is on the screen. */
void drill_irqs_paint(const struct frame *f, const struct vm *vm, struct rect at);

#endif
