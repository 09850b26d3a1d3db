#include "view/draw/glyphs.h"

const char *glyph(const struct term *t, enum glyph g)
{
	static const char *const glyphs[GLYPH__COUNT][2] = {
		[GLYPH_OPEN] = { "v", "▾" },
		[GLYPH_FOLDED] = { ">", "▸" },
		[GLYPH_RAIL] = { "|", "│" },
		[GLYPH_CORNER] = { "`", "└" },
		[GLYPH_ELLIPSIS] = { "~", "…" },
		[GLYPH_FALLING] = { "v", "▾" },
		[GLYPH_RISING] = { "^", "▴" },
	};

	return glyphs[g][term_utf8(t)];
}
