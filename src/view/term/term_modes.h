/* term_modes: the modes of the terminal's line (termios), which curses leaves alone because it does not
 * write to the terminal itself. */
#ifndef VIEW_TERM_TERM_MODES_H
#define VIEW_TERM_TERM_MODES_H

#include <stdbool.h>
#include <termios.h>

struct term_modes {
	int fd;
	bool known; /* fd is a terminal that tells its modes */
	struct termios shell, screen;
};

/* Remembers the modes that the terminal fd has, which is borrowed. */
void term_modes_init(struct term_modes *m, int fd);

/* Keys one by one and without echo, Ctrl-C and Ctrl-Z as signals, Enter as a carriage return; and bytes go
 * out as they are. */
void term_modes_screen(const struct term_modes *m);

/* As they were. */
void term_modes_shell(const struct term_modes *m);

#endif
