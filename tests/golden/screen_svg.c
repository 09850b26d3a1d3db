#include "screen_svg.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "screen_cells.h"

#define CELL_WIDTH 8.4 /* of a 14 px monospace font */
#define CELL_HEIGHT 18
#define FONT_SIZE 14
#define BASELINE 13.5
#define MARGIN 14

/* GitHub's dark theme: reads well on a white page too, thanks to the frame. */
#define COLOR_BACKGROUND 0x0d1117
#define COLOR_TEXT 0xe6edf3
#define COLOR_FRAME 0x30363d

static const unsigned palette[16] = {
	0x484f58, 0xff7b72, 0x3fb950, 0xd29922, 0x58a6ff, 0xbc8cff, 0x39c5cf, 0xb1bac4, /* dim */
	0x6e7681, 0xffa198, 0x56d364, 0xe3b341, 0x79c0ff, 0xd2a8ff, 0x56d4dd, 0xffffff, /* bright */
};

/* How a cell looks. */
struct look {
	unsigned text, background;
	bool bold, italic, underline, faint;
};

static unsigned color_rgb(const struct screen *s, VTermColor color, unsigned otherwise)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color))
		return otherwise;
	if (VTERM_COLOR_IS_INDEXED(&color) && color.indexed.idx < 16)
		return palette[color.indexed.idx];
	vterm_screen_convert_color_to_rgb(s->cells, &color);
	return (unsigned)color.rgb.red << 16 | (unsigned)color.rgb.green << 8 | color.rgb.blue;
}

static struct look cell_look(const struct screen *s, const VTermScreenCell *cell)
{
	struct look look = {
		.text = color_rgb(s, cell->fg, COLOR_TEXT),
		.background = color_rgb(s, cell->bg, COLOR_BACKGROUND),
		.bold = cell->attrs.bold,
		.italic = cell->attrs.italic,
		.underline = cell->attrs.underline,
		.faint = cell->attrs.font == SCREEN_FONT_FAINT,
	};

	if (cell->attrs.reverse) {
		const unsigned text = look.text;

		look.text = look.background;
		look.background = text;
	}
	return look;
}

static bool look_equal(struct look a, struct look b)
{
	return a.text == b.text && a.background == b.background && a.bold == b.bold &&
	       a.italic == b.italic && a.underline == b.underline && a.faint == b.faint;
}

static VTermScreenCell cell_at(const struct screen *s, int row, int column)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(s->cells, (VTermPos){ .row = row, .col = column }, &cell);
	return cell;
}

static double cell_x(int column)
{
	return MARGIN + column * CELL_WIDTH;
}

static double cell_y(int row)
{
	return MARGIN + row * CELL_HEIGHT;
}

static void put_utf8(FILE *out, uint32_t c)
{
	if (c == '&')
		fputs("&amp;", out);
	else if (c == '<')
		fputs("&lt;", out);
	else if (c < 0x80)
		putc((int)c, out);
	else if (c < 0x800)
		fprintf(out, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
	else if (c < 0x10000)
		fprintf(out, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)),
			(int)(0x80 | (c & 0x3f)));
	else
		fprintf(out, "%c%c%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3f)),
			(int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
}

static void draw_backgrounds(FILE *out, const struct screen *s, int row)
{
	int from = 0;

	while (from < s->columns) {
		const VTermScreenCell first = cell_at(s, row, from);
		const unsigned color = cell_look(s, &first).background;
		int to = from + 1;

		for (; to < s->columns; to++) {
			const VTermScreenCell cell = cell_at(s, row, to);

			if (cell_look(s, &cell).background != color)
				break;
		}
		if (color != COLOR_BACKGROUND)
			fprintf(out,
				"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" "
				"fill=\"#%06x\"/>\n",
				cell_x(from), cell_y(row), (to - from) * CELL_WIDTH, CELL_HEIGHT,
				color);
		from = to;
	}
}

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

/* Which ways a line-drawing character goes from the middle of its cell; 0 for all others. */
static int line_ways(uint32_t c)
{
	/* clang-format off */
	static const struct { uint16_t c, ways; } table[] = {
		{ 0x2500, LEFT | RIGHT }, { 0x2502, UP | DOWN },
		{ 0x250c, DOWN | RIGHT }, { 0x2510, DOWN | LEFT },
		{ 0x2514, UP | RIGHT }, { 0x2518, UP | LEFT },
		{ 0x251c, UP | DOWN | RIGHT }, { 0x2524, UP | DOWN | LEFT },
		{ 0x252c, DOWN | LEFT | RIGHT }, { 0x2534, UP | LEFT | RIGHT },
		{ 0x253c, UP | DOWN | LEFT | RIGHT },
		{ 0x256d, DOWN | RIGHT }, { 0x256e, DOWN | LEFT },
		{ 0x256f, UP | LEFT }, { 0x2570, UP | RIGHT },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].c == c)
			return table[i].ways;
	return 0;
}

/* Draws a cell's line or block. Returns false when the character is neither. */
static bool draw_shape(FILE *out, uint32_t c, int row, int column, struct look look)
{
	const double x = cell_x(column), y = cell_y(row);
	const double middle_x = x + CELL_WIDTH / 2, middle_y = y + CELL_HEIGHT / 2.0;
	const int ways = line_ways(c);
	double width = CELL_WIDTH, height = CELL_HEIGHT;

	if (ways) {
		fprintf(out, "<path d=\"M%.1f %.1fV%.1fM%.1f %.1fH%.1f\" stroke=\"#%06x\"%s/>\n",
			middle_x, ways & UP ? y : middle_y,
			ways & DOWN ? y + CELL_HEIGHT : middle_y, ways & LEFT ? x : middle_x,
			middle_y, ways & RIGHT ? x + CELL_WIDTH : middle_x, look.text,
			look.faint ? " opacity=\".6\"" : "");
		return true;
	}
	if (c >= 0x2581 && c <= 0x2588) /* eighths from below */
		height *= (c - 0x2580) / 8.0;
	else if (c >= 0x2589 && c <= 0x258f) /* seven eighths to one, from the left */
		width *= (0x2590 - c) / 8.0;
	else
		return false;
	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#%06x\"%s/>\n",
		x, y + CELL_HEIGHT - height, width, height, look.text,
		look.faint ? " opacity=\".6\"" : "");
	return true;
}

static bool is_blank(const VTermScreenCell *cell)
{
	return !cell->chars[0] || cell->chars[0] == ' ';
}

/* The end of the run of text that begins at column: cells of one look; two blanks end it, and a
 * character beyond ASCII, whose width in the reader's font is anyone's guess, is a run of its own. */
static int run_end(const struct screen *s, int row, int column, struct look look)
{
	VTermScreenCell cell = cell_at(s, row, column);
	int end = column + (cell.width > 0 ? cell.width : 1);

	if (cell.chars[0] > 0x7e)
		return end;
	for (int at = end; at < s->columns; at++) {
		cell = cell_at(s, row, at);
		if (cell.chars[0] > 0x7e || !look_equal(cell_look(s, &cell), look))
			break;
		if (!is_blank(&cell))
			end = at + 1;
		else if (at > end)
			break;
	}
	return end;
}

static void draw_run(FILE *out, const struct screen *s, int row, int from, int to, struct look look)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" fill=\"#%06x\"%s%s%s%s>",
		cell_x(from), cell_y(row) + BASELINE, (to - from) * CELL_WIDTH, look.text,
		look.bold ? " font-weight=\"bold\"" : "",
		look.italic ? " font-style=\"italic\"" : "",
		look.underline ? " text-decoration=\"underline\"" : "",
		look.faint ? " opacity=\".6\"" : "");
	for (int column = from; column < to;) {
		const VTermScreenCell cell = cell_at(s, row, column);

		if (is_blank(&cell))
			putc(' ', out);
		else
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				put_utf8(out, cell.chars[i]);
		column += cell.width > 0 ? cell.width : 1;
	}
	fputs("</text>\n", out);
}

static void draw_texts(FILE *out, const struct screen *s, int row)
{
	for (int column = 0; column < s->columns;) {
		const VTermScreenCell cell = cell_at(s, row, column);
		const struct look look = cell_look(s, &cell);
		int end = column + 1;

		/* chars is all ones in the right half of a wide character. */
		if (!is_blank(&cell) && cell.chars[0] != (uint32_t)-1 &&
			!draw_shape(out, cell.chars[0], row, column, look)) {
			end = run_end(s, row, column, look);
			draw_run(out, s, row, column, end, look);
		}
		column = end;
	}
}

void screen_draw(const struct screen *s, FILE *out)
{
	const double width = 2 * MARGIN + s->columns * CELL_WIDTH;
	const double height = 2 * MARGIN + s->rows * CELL_HEIGHT;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"0 0 %.1f %.1f\">\n",
		width, height, width, height);
	fprintf(out,
		"<rect x=\".5\" y=\".5\" width=\"%.1f\" height=\"%.1f\" rx=\"8\" fill=\"#%06x\" "
		"stroke=\"#%06x\"/>\n",
		width - 1, height - 1, COLOR_BACKGROUND, COLOR_FRAME);
	for (int row = 0; row < s->rows; row++)
		draw_backgrounds(out, s, row);
	fprintf(out,
		"<g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',"
		"'Liberation Mono',monospace\" font-size=\"%d\" xml:space=\"preserve\">\n",
		FONT_SIZE);
	for (int row = 0; row < s->rows; row++)
		draw_texts(out, s, row);
	fputs("</g>\n</svg>\n", out);
}
