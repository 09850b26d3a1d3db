/* glyphs: the signs the screen is drawn with, and what stands in for them in ASCII. All are one column
 * wide. */
#ifndef VIEW_DRAW_GLYPHS_H
#define VIEW_DRAW_GLYPHS_H

#include "view/term/term.h"

enum glyph {
	GLYPH_OPEN, /* a panel */
	GLYPH_FOLDED,
	GLYPH_RAIL, /* ties a panel's lines to its VM */
	GLYPH_CORNER,
	GLYPH_ELLIPSIS,
	GLYPH_FALLING, /* sorted, largest first */
	GLYPH_RISING,
	GLYPH__COUNT,
};

const char *glyph(const struct term *t, enum glyph g);

#endif
