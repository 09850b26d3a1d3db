/* bar: parts of a whole side by side. Each part has a letter, which fills its cells: colour is not the only signal. */
#ifndef VIEW_DRAW_BAR_H
#define VIEW_DRAW_BAR_H

#include <stddef.h>

#include "model/model.h"
#include "view/term/term.h"

struct bar_part {
	enum style style;
	char letter;
	double amount; /* NAN: not known, and nothing is shown of it */
};

/* The parts of CPU time that are burnt: g guest, u user, s sys. */
enum { BAR_CPU_PARTS = 3 };
void bar_cpu_parts(
	struct bar_part parts[static BAR_CPU_PARTS], double guest, double user, double system);

/* Writes "ggguuss   ", columns characters: each part has its share of the whole, and all parts together theirs,
 * whatever was rounded on the way. What is more than nothing has one cell at least, of the largest part. What is
 * more than the whole fills all cells. Nothing is shown of a whole that is not known, or none. size: columns + 1
 * for all of it. */
void bar_text(const struct bar_part *parts, size_t count, double whole, int columns, char *out,
	size_t size);

/* Paints "[ggguuss   ]" in width columns, brackets included; nothing where these do not fit. selected: in the style of
 * the selected row. */
void bar_paint(struct term *t, int row, int column, int width, const struct bar_part *parts,
	size_t count, double whole, bool selected);

#endif
