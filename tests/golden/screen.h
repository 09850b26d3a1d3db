/* screen: a terminal in memory: a pseudo terminal, and behind it an emulator that shows what a user
 * would see. Knows nothing of curses: <term.h> and <vterm.h> do not go together. */
#ifndef TESTS_GOLDEN_SCREEN_H
#define TESTS_GOLDEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct screen;

/* A terminal of that size. NULL, with errno, when there are no pseudo terminals. */
struct screen *screen_new(int rows, int columns);
void screen_free(struct screen *s);

/* The terminal's end for the program under test; both are screen_free()'s to close. */
FILE *screen_in(const struct screen *s);
FILE *screen_out(const struct screen *s);

/* Takes all that was written so far; returns how many bytes that was. Fails the test when the terminal
 * does not deliver within a minute. */
size_t screen_feed(struct screen *s);

/* Reads some of what was written, without showing it yet: a terminal with more to take than it has room
 * for. False when there is nothing now. */
bool screen_read(struct screen *s);

/* How often the whole screen was cleared, in what was fed. */
unsigned int screen_clears(const struct screen *s);

/* Types keys. */
void screen_type(struct screen *s, const char *keys);

/* Presses a button (1 to 3; 4, 5: the wheel) and lets it go, and reports both as the program has asked for.
 * Returns how many bytes that were: 0 when it has not asked. */
size_t screen_click(struct screen *s, int row, int column, int button);

/* Changes the window's size, as a user does with the mouse. */
void screen_resize(struct screen *s, int rows, int columns);

/* Hangs up, as a lost connection does: the program's end of the terminal is dead. */
void screen_hang_up(struct screen *s);

/* The screen as text: the rows without trailing blanks, then for each row the columns that have a style,
 * "3: 1-6 bold fg6". A blank counts as part of the text around it where that has one style, and has none
 * elsewhere, unless its style is seen on a blank. The caller frees it. */
char *screen_dump(const struct screen *s);

#endif
