#include "view/draw/bar.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { PARTS_MAX = 8, BRACKETS = 2, COLUMNS_MAX = 512 };

void bar_cpu_parts(
	struct bar_part parts[static BAR_CPU_PARTS], double guest, double user, double system)
{
	parts[0] = (struct bar_part){ STYLE_GUEST, 'g', guest };
	parts[1] = (struct bar_part){ STYLE_USER, 'u', user };
	parts[2] = (struct bar_part){ STYLE_SYSTEM, 's', system };
}

static double known(double amount)
{
	return amount > 0 ? amount : 0; /* false for NAN */
}

static size_t largest(const struct bar_part *parts, size_t count)
{
	size_t most = 0;

	for (size_t i = 1; i < count; i++)
		if (known(parts[i].amount) > known(parts[most].amount))
			most = i;
	return most;
}

/* A part ends where the sum so far ends, so that the rounding does not add up. */
static void split(const struct bar_part *parts, size_t count, double whole, int columns, int *cells)
{
	double sum = 0;
	int end = 0;

	for (size_t i = 0; i < count; i++) {
		const int start = end;

		sum += known(parts[i].amount);
		if (whole > 0 && columns > 0)
			end = (int)lround(fmin(sum / whole, 1) * columns);
		cells[i] = end - start;
	}
	if (!end && sum > 0 && whole > 0 && columns > 0)
		cells[largest(parts, count)] = 1;
}

void bar_text(const struct bar_part *parts, size_t count, double whole, int columns, char *out,
	size_t size)
{
	int cells[PARTS_MAX];
	size_t used = 0;

	assert(count <= PARTS_MAX && size);
	if (columns < 0)
		columns = 0;
	if ((size_t)columns > size - 1)
		columns = (int)size - 1;
	split(parts, count, whole, columns, cells);
	for (size_t i = 0; i < count; i++) {
		memset(out + used, parts[i].letter, (size_t)cells[i]);
		used += (size_t)cells[i];
	}
	memset(out + used, ' ', (size_t)columns - used);
	out[columns] = '\0';
}

void bar_paint(struct term *t, int row, int column, int width, const struct bar_part *parts,
	size_t count, double whole, bool selected)
{
	const enum style quiet = selected ? STYLE_SELECTED : STYLE_DIM;
	const int end = column + width - 1;
	char text[COLUMNS_MAX + 1];
	const char *p = text;

	if (width < BRACKETS)
		return;
	bar_text(parts, count, whole, width - BRACKETS, text, sizeof text);
	term_text(t, row, column++, 1, quiet, "[");
	for (size_t i = 0; i < count; i++) {
		const char letter[] = { parts[i].letter, '\0' };
		const int cells = (int)strspn(p, letter);

		column += term_text(
			t, row, column, cells, selected ? STYLE_SELECTED : parts[i].style, p);
		p += cells;
	}
	term_fill(t, row, column, end - column, selected ? STYLE_SELECTED : STYLE_NORMAL);
	term_text(t, row, end, 1, quiet, "]");
}
