/* term_mouse: reads what a terminal reports of its mouse's buttons (xterm's ctlseqs, "Mouse Tracking"). */
#ifndef VIEW_TERM_TERM_MOUSE_H
#define VIEW_TERM_TERM_MOUSE_H

#include <stdint.h>

#include "view/term/term.h"

/* How a report is written, behind its first three bytes. */
enum mouse_form {
	MOUSE_SGR, /* "\033[<" "0;201;51M": the left button in row 50, column 200; "m" for its release */
	MOUSE_X10, /* "\033[M" " !!": three bytes, each 32 more than it says; at most 223 columns */
};

enum mouse_step {
	MOUSE_MORE,   /* the report goes on */
	MOUSE_PRESS,  /* it is at its end: a button was pressed */
	MOUSE_OTHER,  /* it is at its end, and says something else: a release, a movement */
	MOUSE_BROKEN, /* it was cut off: this byte is not one of it */
};

/* All zero at first. */
struct mouse_reader {
	enum mouse_form form;
	unsigned parts[3]; /* button, column, row, as reported */
	int part, digits;
	struct term_mouse press; /* the last one */
	uint64_t press_ns;       /* 0: none yet */
};

/* Starts a report. */
void mouse_begin(struct mouse_reader *r, enum mouse_form form);

/* Takes the report's next byte, read at now_ns. After MOUSE_PRESS r->press says what was pressed. */
enum mouse_step mouse_take(struct mouse_reader *r, unsigned char byte, uint64_t now_ns);

#endif
