/* theme: what each kind of text looks like. Free of curses: term.c gives the looks to the terminal. */
#ifndef VIEW_TERM_THEME_H
#define VIEW_TERM_THEME_H

#include <stdbool.h>
#include <stddef.h>

/* What a piece of text is, not how it looks. Where it carries meaning, each differs from STYLE_NORMAL
 * without colour too. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_TITLE,    /* program name, popup titles */
	STYLE_HEADER,   /* column headers */
	STYLE_SORTED,   /* header of the sorted column */
	STYLE_SELECTED, /* the selected row */
	STYLE_GUEST,
	STYLE_USER,
	STYLE_SYSTEM,
	STYLE_WAIT,
	STYLE_OK,
	STYLE_WARNING,
	STYLE_CRITICAL,
	STYLE_ADDED,   /* diff */
	STYLE_REMOVED, /* diff */
	STYLE_KEY,     /* the key in the bottom bar */
	STYLE_BORDER,
	STYLE_HEAT_0, /* cool: an idle CPU */
	STYLE_HEAT_1,
	STYLE_HEAT_2,
	STYLE_HEAT_3,
	STYLE_HEAT_4, /* hot: a CPU that is full */
	STYLE__COUNT,
};

/* What the looks are made for: the terminal's background. */
enum theme {
	THEME_DARK,
	THEME_LIGHT,
	THEME_MONO,
	THEME__COUNT,
};

/* Attributes, as bits. */
enum theme_attribute {
	THEME_BOLD = 1,
	THEME_DIM = 2,
	THEME_UNDERLINE = 4,
	THEME_REVERSE = 8,
};

struct theme_look {
	unsigned attributes; /* THEME_BOLD | ... */
	int colour;          /* the foreground's number in the terminal's palette; -1: its own */
};

/* How style looks on a terminal of so many colours: fewer than 8 are none. */
struct theme_look theme_look(enum theme theme, enum style style, int colours);

#endif
