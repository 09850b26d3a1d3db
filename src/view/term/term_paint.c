#include <curses.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"
#include "view/term/term_state.h"

/* Of a row, when it is read back; windows are not wider. */
enum { LINE_MAX_CHARACTERS = 1024 };

static attr_t attributes_of(unsigned attributes)
{
	return (attributes & THEME_BOLD ? A_BOLD : 0) | (attributes & THEME_DIM ? A_DIM : 0) |
	       (attributes & THEME_UNDERLINE ? A_UNDERLINE : 0) |
	       (attributes & THEME_REVERSE ? A_REVERSE : 0);
}

/* The pair of a style is style + 1: pair 0 is the terminal's own and cannot be set. */
void term_set_theme(struct term *t, enum theme theme)
{
	set_term(t->screen);
	for (int i = 0; i < STYLE__COUNT; i++) {
		const struct theme_look look = theme_look(theme, (enum style)i, t->colours);

		t->looks[i] = attributes_of(look.attributes);
		if (look.colour < 0)
			continue;
		init_pair((short)(i + 1), (short)look.colour, -1);
		t->looks[i] |= (unsigned)COLOR_PAIR(i + 1);
	}
}

void term_erase(struct term *t)
{
	set_term(t->screen);
	attrset(A_NORMAL);
	erase();
	t->clip_row = 0;
	t->clip_end = getmaxy(stdscr);
}

void term_clip(struct term *t, int row, int height)
{
	const int rows = getmaxy(stdscr);

	t->clip_row = row < 0 ? 0 : row;
	t->clip_end = row + height > rows ? rows : row + height;
}

/* The part of row, column, width that may be painted: false when nothing is left. */
static bool clip(const struct term *t, int row, int column, int *width)
{
	if (*width > getmaxx(stdscr) - column)
		*width = getmaxx(stdscr) - column;
	return row >= t->clip_row && row < t->clip_end && column >= 0 && *width > 0;
}

static void set_look(const struct term *t, enum style style)
{
	attrset((int)t->looks[style]);
}

/* What stands for byte i of text where the locale has no UTF-8. */
static chtype ascii_of(const char *text, size_t i)
{
	static const char plus_minus[] = "±"; /* two bytes, as "+-" */

	if (!strncmp(text + i, plus_minus, 2))
		return '+';
	if (i && !strncmp(text + i - 1, plus_minus, 2))
		return '-';
	return (unsigned char)text[i] < 0x80 ? (chtype)text[i] : '?';
}

int term_text(struct term *t, int row, int column, int width, enum style style, const char *text)
{
	size_t bytes;
	int used;

	if (!clip(t, row, column, &width))
		return 0;
	bytes = text_fit(text, width, &used);
	set_look(t, style);
	if (t->utf8) {
		mvaddnstr(row, column, text, (int)bytes);
		return used;
	}
	/* One byte, one column, as text_fit() counts. */
	move(row, column);
	for (size_t i = 0; i < bytes; i++)
		addch(ascii_of(text, i));
	return used;
}

void term_text_right(
	struct term *t, int row, int column, int width, enum style style, const char *text)
{
	const int used = text_width(text);
	const int blank = used < width ? width - used : 0;

	term_text(t, row, column + blank, width - blank, style, text);
}

void term_fill(struct term *t, int row, int column, int width, enum style style)
{
	if (!clip(t, row, column, &width))
		return;
	set_look(t, style);
	mvhline(row, column, ' ', width);
}

/* Blanks the wide character whose second half stands at row, column: curses lets its first half stand when something
 * else is painted there, and all that follows in the row moves by a column. */
static void blank_cut(struct term *t, int row, int column)
{
	wchar_t line[LINE_MAX_CHARACTERS];
	int at = 0, width = 1;

	if (!t->utf8 || column <= 0 || !clip(t, row, column, &width) ||
		mvinnwstr(row, 0, line, LINE_MAX_CHARACTERS - 1) == ERR)
		return;
	for (const wchar_t *c = line; *c && at < column; c++) {
		const int of_character = wcwidth(*c) > 0 ? wcwidth(*c) : 0;

		if (at + of_character > column)
			term_fill(t, row, at, of_character, STYLE_NORMAL);
		at += of_character;
	}
}

void term_box(struct term *t, int row, int column, int height, int width, const char *title)
{
	/* clang-format off */
	static const char *const lines[2][6] = {
		{ "+", "+", "+", "+", "-", "|" },
		{ "┌", "┐", "└", "┘", "─", "│" },
	};
	/* clang-format on */
	const char *const *line = lines[t->utf8];
	const int right = column + width - 1, bottom = row + height - 1;

	for (int i = row; i <= bottom; i++) {
		blank_cut(t, i, column);
		blank_cut(t, i, right + 1);
		term_fill(t, i, column, width, STYLE_NORMAL);
	}
	for (int i = row + 1; i < bottom; i++) {
		term_text(t, i, column, 1, STYLE_BORDER, line[5]);
		term_text(t, i, right, 1, STYLE_BORDER, line[5]);
	}
	for (int i = column + 1; i < right; i++) {
		term_text(t, row, i, 1, STYLE_BORDER, line[4]);
		term_text(t, bottom, i, 1, STYLE_BORDER, line[4]);
	}
	term_text(t, row, column, 1, STYLE_BORDER, line[0]);
	term_text(t, row, right, 1, STYLE_BORDER, line[1]);
	term_text(t, bottom, column, 1, STYLE_BORDER, line[2]);
	term_text(t, bottom, right, 1, STYLE_BORDER, line[3]);
	if (title) {
		int used = term_text(t, row, column + 3, width - 6, STYLE_TITLE, title);

		term_fill(t, row, column + 2, 1, STYLE_NORMAL);
		term_fill(t, row, column + 3 + used, 1, STYLE_NORMAL);
	}
}
