/* menus: popups that list lines to choose from: the views, the columns to sort by, the settings. */
#ifndef VIEW_MENUS_H
#define VIEW_MENUS_H

#include <stdbool.h>
#include <stddef.h>

#include "view/frame.h"

struct menu_line {
	char name[80];
	char value[32];   /* what is chosen there: "on", "0.5 s"; "" in a menu without values */
	const char *help; /* below the list, of the selected line; NULL: nothing */
	bool heading;     /* of the lines below it: cannot be selected */
};

struct menu {
	const char *title;
	size_t (*count)(const struct ui *ui);
	void (*line)(const struct ui *ui, size_t i, struct menu_line *out);
	size_t (*current)(const struct ui *ui); /* the line that is selected at first */
	void (*choose)(struct ui *ui, const struct model *m, size_t i); /* Enter, Space */
	/* To the next value or the one before; NULL: the menu has none. */
	void (*turn)(struct ui *ui, const struct model *m, size_t i, int by);
};

extern const struct menu menu_views, menu_sort, menu_setup;

/* Of the popup that is open: 0 where it is no menu. */
size_t menu_count(const struct ui *ui);
size_t menu_current(const struct ui *ui);

/* Before a frame: the selected line is one that there is. */
void menu_follow(struct ui *ui);

/* Moves the selection by lines that can be selected. */
void menu_move(struct ui *ui, long by);

void menu_choose(struct ui *ui, const struct model *m);
void menu_turn(struct ui *ui, const struct model *m, int by);
void menu_paint(const struct frame *f);

#endif
