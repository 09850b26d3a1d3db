/* screen_cells: the cells of the terminal in memory, for those who look at them (screen.c, screen_svg.c). */
#ifndef TESTS_GOLDEN_SCREEN_CELLS_H
#define TESTS_GOLDEN_SCREEN_CELLS_H

#include <stdbool.h>
#include <vterm.h>

#include "core/text.h"
#include "screen.h"

/* libvterm 0.1 does not know "faint" (SGR 2). On its way in it becomes the ninth alternative font, which
 * nothing else uses. */
enum { SCREEN_FONT_FAINT = 9 };

struct screen {
	int master; /* -1: hung up */
	FILE *in, *out;
	VTerm *vt;
	VTermScreen *cells;
	int rows, columns;
	struct strbuf unseen; /* read, but not shown yet */
	bool reports_mouse;
	unsigned int clears; /* of the whole screen */
};

#endif
