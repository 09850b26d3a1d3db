/* view_exits: a VM's exit table, with the hottest ports below the reasons that have some. */
#ifndef VIEW_VIEW_EXITS_H
#define VIEW_VIEW_EXITS_H

#include <stdbool.h>

#include "view/frame.h"

/* The rows worth showing in at most room: reasons in the order of sort, and below them their ports,
 * named "  RTC 0x70/0x71", most frequent first. There is always place for some ports: without them the
 * reason says little. The caller frees the array. */
struct exit_row *view_exits_lines(const struct exit_table *table, enum exit_column sort,
	bool reverse, size_t room, size_t *count);

/* How many rows a VM's table would like, without its titles; 1 when there is nothing but a sentence. */
int view_exits_rows(const struct frame *f, const struct vm *vm);

/* Paints titles and rows; at is on the screen. */
void view_exits_paint(const struct frame *f, const struct vm *vm, struct rect at);

#endif
