/* term_state: what is behind a terminal, for src/view/term.c and term_paint.c alone. */
#ifndef VIEW_TERM_TERM_STATE_H
#define VIEW_TERM_TERM_STATE_H

#include <stdbool.h>
#include <stdio.h>

#include "view/term/term.h"
#include "view/term/term_modes.h"
#include "view/term/term_out.h"

struct term_keys;
struct screen; /* curses' */

/* curses writes into memory, never to the terminal: that may not wait, and curses cannot but wait. */
struct term {
	struct screen *screen; /* a SCREEN */
	FILE *memory;
	int memory_from; /* where it is read: the same file, or a pipe's other end */
	struct term_out out;
	struct term_modes modes;
	struct term_keys *keys;
	int fd;      /* the terminal, for its size */
	int colours; /* that may be used */
	bool utf8;
	bool is_behind;  /* the terminal did not take all that was sent */
	bool is_waiting; /* a frame, for the terminal to take the last one */
	bool has_mouse;
	unsigned looks[STYLE__COUNT]; /* curses' attr_t */
	int clip_row, clip_end;
};

#endif
