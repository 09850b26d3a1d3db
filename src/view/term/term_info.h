/* term_info: what terminfo says about a terminal. A module of its own because <term.h> takes the names
 * "struct term", "columns" and "lines". */
#ifndef VIEW_TERM_TERM_INFO_H
#define VIEW_TERM_TERM_INFO_H

#include <stdbool.h>

/* Whether a type of terminal is known and can show a screen: move its cursor. No screen is current after. */
bool term_info_is_screen(const char *type);

/* Whether the terminal of curses' current screen may report its mouse. */
bool term_info_has_mouse(void);

/* Makes curses leave bytes that are read as they are, all eight bits, in the current screen. */
void term_info_read_bytes(void);

/* The sequence that makes all of so many rows the part of the screen that scrolls, valid until the next call;
 * NULL when the terminal has none. It moves the cursor, so the next frame must be a whole one. */
const char *term_info_scroll_all(int rows);

#endif
