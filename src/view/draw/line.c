#include "view/draw/line.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"
#include "view/draw/glyphs.h"

enum { PIECE_MAX = 512 };

static void add(struct line *l, enum style style, const char *text)
{
	const int room = l->end - l->column;

	if (room <= 0)
		return;
	if (text_width(text) <= room) {
		l->column += term_text(l->term, l->row, l->column, room, style, text);
		return;
	}
	l->column += term_text(l->term, l->row, l->column, room - 1, style, text);
	term_text(l->term, l->row, l->column, 1, style, glyph(l->term, GLYPH_ELLIPSIS));
	l->column = l->end;
}

void line_add(struct line *l, enum style style, const char *format, ...)
{
	char text[PIECE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	add(l, style, text);
}

void line_add_whole(struct line *l, enum style style, const char *format, ...)
{
	char text[PIECE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (text_width(text) <= l->end - l->column)
		add(l, style, text);
	else
		l->end = l->column;
}

const char *line_number(char out[static 24], double value, enum number_unit unit, int width)
{
	char text[16];

	number_format(text, sizeof text, value, unit, 7);
	snprintf(out, 24, "%*s", width, text);
	return out;
}
