/* term_keys: what is typed and clicked at a terminal. The screen it belongs to must be curses' current
 * one. */
#ifndef VIEW_TERM_TERM_KEYS_H
#define VIEW_TERM_TERM_KEYS_H

#include <stdbool.h>

#include "view/term/term.h"

struct term_keys;

/* Reads from in, a terminal's descriptor, which is borrowed. */
struct term_keys *term_keys_new(int in);
void term_keys_free(struct term_keys *k); /* before the screen */

/* Next key without waiting, as term_key(); the mouse's are left out unless wanted. */
int term_keys_next(struct term_keys *k, bool mouse_wanted);

/* The press that TERM_KEY_MOUSE stood for. */
struct term_mouse term_keys_mouse(const struct term_keys *k);

/* Whether the terminal has a mouse to report, as terminfo says. */
bool term_keys_has_mouse(const struct term_keys *k);

#endif
