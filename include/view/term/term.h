/* term: the terminal. The only module that knows curses. Coordinates are row, column from 0; what is
 * outside the screen or the clip (term_clip) is not painted. */
#ifndef VIEW_TERM_TERM_H
#define VIEW_TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "view/term/theme.h"

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
	TERM_KEY_MOUSE,  /* a button was pressed: term_mouse() */
	TERM_KEY_HANGUP, /* end of file: the terminal is gone */
};

enum term_button {
	TERM_BUTTON_LEFT,
	TERM_BUTTON_RIGHT,
	TERM_BUTTON_MIDDLE,
	TERM_BUTTON_WHEEL_UP,
	TERM_BUTTON_WHEEL_DOWN,
};

struct term_mouse {
	int row, column; /* from 0 */
	enum term_button button;
	bool twice; /* the second press of the same button on the same place, soon after the first */
};

struct term;

/* Starts the screen on in and out (term_type NULL: $TERM), which must stay open until term_close(). NULL,
 * with why (size bytes), when it cannot: not a terminal, an unknown or dumb type. Line drawing in UTF-8 when
 * the locale has it, else ASCII. */
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

/* Ends the frame: sends what changed, as far as the terminal takes it now, nothing when nothing did. Never
 * waits. While the terminal still owes the last frame (term_ready), this one is kept, and is sent after it
 * by term_send_more(); of several, the newest. */
void term_flush(struct term *t);

/* Whether the terminal has taken all of the last frame, so that painting another makes sense. */
bool term_ready(const struct term *t);

/* Sends more of what is left, as much as the terminal takes now: when it polls as writable. Returns 0, or
 * -errno when it takes no more, ever; then what was left is dropped. */
int term_send_more(struct term *t);

/* Sends an escape sequence that paints nothing, behind the last frame. Waits at most a second for the
 * terminal to take it. Returns 0 or -errno. */
int term_send(struct term *t, const char *sequence);

/* Next key without waiting: a Unicode character, an enum term_key, or TERM_KEY_NONE. */
int term_key(struct term *t);

/* The press that TERM_KEY_MOUSE stood for, until the next term_key(). */
struct term_mouse term_mouse(const struct term *t);

/* Whether the terminal reports its mouse's buttons; off at first. Off, the mouse is the terminal's own, for
 * selecting text. Terminals without a mouse are left alone. */
void term_set_mouse(struct term *t, bool on);

/* Other looks, from the next frame on (THEME_DARK at first). Monochrome, whatever the theme, when the
 * terminal has no colours or the environment has NO_COLOR. */
void term_set_theme(struct term *t, enum theme theme);

/* After SIGWINCH: takes the terminal's new size. */
void term_resize(struct term *t);

/* Forgets what it thinks is on the screen: the next frame paints everything (Ctrl-L). */
void term_redraw(struct term *t);

/* Gives the terminal back to the shell, and takes it again (Ctrl-Z, fg). */
void term_suspend(struct term *t);
void term_resume(struct term *t);

#endif
