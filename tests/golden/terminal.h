/* terminal: a terminal under test on a screen to look at. */
#ifndef TESTS_GOLDEN_TERMINAL_H
#define TESTS_GOLDEN_TERMINAL_H

#include "screen.h"
#include "view/term/term.h"

struct terminal {
	struct screen *screen;
	struct term *term;
};

/* Opens a terminal of that type, with UTF-8; fails the test when that is refused. */
struct terminal terminal_new(const char *type, int rows, int columns);
void terminal_free(struct terminal *t);

/* Whether terminfo has the type: some are in packages that not everybody has. */
bool terminal_is_known(const char *type);

/* Shows all that was painted, in more than one go where the terminal has no room for it at once (a pseudo
 * terminal has some 8 KiB). Returns how many bytes that were. */
size_t terminal_show(const struct terminal *t);

/* The rows as text, without the styles. The caller frees it. */
char *terminal_text(const struct terminal *t);

/* Each returns how many tests failed. */
int run_terminal_stall_tests(void); /* terminals that take nothing, and sizes */
int run_terminal_looks_tests(void); /* types of terminals, colours */
int run_terminal_mouse_tests(void);

#endif
