/* panel_exits: a VM's exit table, with the hottest ports below the reasons that have some. */
#ifndef VIEW_PANEL_PANEL_EXITS_H
#define VIEW_PANEL_PANEL_EXITS_H

#include <stdbool.h>

#include "view/frame.h"

/* How many rows a VM's table would like, without its titles; 1 when there is nothing but a sentence. */
int panel_exits_rows(const struct frame *f, const struct vm *vm);

/* What the table's figures are: "interval 1.0 s, sampled, time% without halts". Returns out. */
const char *panel_exits_span(
	const struct ui *ui, const struct exit_table *table, size_t size, char *out);

/* Why a VM's table is empty, in one sentence. Returns out. */
const char *panel_exits_absence(const struct frame *f, const struct vm *vm, size_t size, char *out);

/* Paints titles and rows; at is on the screen. */
void panel_exits_paint(const struct frame *f, const struct vm *vm, struct rect at);

#endif
