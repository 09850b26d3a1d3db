/* line: writes pieces of text in different styles one after the other into a part of a row. */
#ifndef VIEW_DRAW_LINE_H
#define VIEW_DRAW_LINE_H

#include "core/number.h"
#include "view/term/term.h"

struct line {
	struct term *term;
	int row, column; /* where the next piece goes */
	int end;         /* the first column that is not the line's */
};

/* Adds a piece; the last one that does not fit is cut with an ellipsis, and later ones are dropped. */
void line_add(struct line *l, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds a piece if the whole of it fits; else drops it and all later ones. */
void line_add_whole(struct line *l, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A figure as text, right-aligned in width columns at least; "-" when it is unknown. Returns out. */
const char *line_number(char out[static 24], double value, enum number_unit unit, int width);

#endif
