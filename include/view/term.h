/* term: the terminal. The only module that knows curses. Coordinates are row, column from 0; what is
 * outside the screen or the clip (term_clip) is not painted. */
#ifndef VIEW_TERM_H
#define VIEW_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a piece of text is, not how it looks: term.c maps roles to attributes by what the terminal
 * can do. Each differs from STYLE_NORMAL without colour too, where it carries meaning. */
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
	STYLE__COUNT,
};

/* Keys that are not characters. */
enum term_key {
	TERM_KEY_NONE = -1,
	TERM_KEY_UP = 0x110000, /* past the last Unicode character */
	TERM_KEY_DOWN,
	TERM_KEY_LEFT,
	TERM_KEY_RIGHT,
	TERM_KEY_PAGE_UP,
	TERM_KEY_PAGE_DOWN,
	TERM_KEY_HOME,
	TERM_KEY_END,
	TERM_KEY_ENTER,
	TERM_KEY_ESCAPE,
	TERM_KEY_BACKSPACE,
	TERM_KEY_TAB,
	TERM_KEY_BACKTAB,
	TERM_KEY_F1, /* F2 ... F12 follow */
	TERM_KEY_F12 = TERM_KEY_F1 + 11,
	TERM_KEY_HANGUP, /* end of file: the terminal is gone */
};

struct term;

/* Starts the screen on in and out (term_type NULL: $TERM). NULL, with why, when it cannot: not a
 * terminal, an unknown or dumb type. Colours unless the environment has NO_COLOR; line drawing in
 * UTF-8 when the locale has it, else ASCII. */
struct term *term_open(const char *term_type, FILE *out, FILE *in, char *why, size_t size);
void term_close(struct term *t); /* restores the terminal; NULL is ignored */

void term_size(const struct term *t, int *rows, int *columns);
bool term_utf8(const struct term *t);

/* Starts a frame: everything blank, no clip. */
void term_erase(struct term *t);

/* From here on only these rows are painted, so that a scrolled list needs no arithmetic of its own. */
void term_clip(struct term *t, int row, int height);

/* Paints text from row, column, at most width columns (wide characters whole); returns the columns
 * used. text must be clean (core/text.h); in a locale without UTF-8, bytes beyond ASCII become '?'. */
int term_text(struct term *t, int row, int column, int width, enum style style, const char *text);

/* The same, right-aligned in width. */
void term_text_right(
	struct term *t, int row, int column, int width, enum style style, const char *text);

/* Paints width columns of blanks. */
void term_fill(struct term *t, int row, int column, int width, enum style style);

/* A frame around a rectangle, blank inside, with a title in its top line (NULL: none). */
void term_box(struct term *t, int row, int column, int height, int width, const char *title);

/* Ends the frame: sends what changed, nothing when nothing did. */
void term_flush(struct term *t);

/* Sends an escape sequence that paints nothing, between frames. Waits at most a second for the terminal to
 * take it. Returns 0 or -errno. */
int term_send(struct term *t, const char *sequence);

/* Next key without waiting: a Unicode character, an enum term_key, or TERM_KEY_NONE. */
int term_key(struct term *t);

/* After SIGWINCH: takes the terminal's new size. */
void term_resize(struct term *t);

/* Forgets what it thinks is on the screen: the next frame paints everything (Ctrl-L). */
void term_redraw(struct term *t);

/* Gives the terminal back to the shell, and takes it again (Ctrl-Z, fg). */
void term_suspend(struct term *t);
void term_resume(struct term *t);

#endif
