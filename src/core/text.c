#include "core/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/mem.h"

/* Decodes one character of UTF-8 at s into *c; returns its length, 0 for what is not UTF-8 (overlong
 * forms, surrogates and cut sequences included). s is NUL-terminated and not at its end. */
static size_t decode(const char *s, uint32_t *c)
{
	const unsigned char *u = (const unsigned char *)s;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length;

	if (u[0] < 0x80) {
		*c = u[0];
		return 1;
	}
	length = u[0] >= 0xf0 && u[0] < 0xf8 ? 4 : u[0] >= 0xe0 ? 3 : u[0] >= 0xc0 ? 2 : 0;
	if (!length || u[0] >= 0xf8)
		return 0;
	*c = u[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (u[i] & 0x3f);
	}
	if (*c < least[length] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return length;
}

/* Characters that act on the terminal or on the order of the text instead of standing in it. */
static bool is_unprintable(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || /* C0, DEL, C1, soft hyphen */
	       (c >= 0x200b && c <= 0x200f) ||                     /* zero-width, direction marks */
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || /* bidi */
	       c == 0x61c || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

/* Combining characters, which have no column of their own (the common blocks; wcwidth() depends on the
 * locale, and cleaning must not). */
static bool is_combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
	       (c >= 0x591 && c <= 0x5bd) || (c >= 0x610 && c <= 0x61a) ||
	       (c >= 0x64b && c <= 0x65f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f);
}

size_t text_clean(char *dst, size_t size, const char *src)
{
	size_t used = 0, marks = 0;

	if (!size)
		return 0;
	while (*src) {
		uint32_t c = 0;
		size_t length;
		bool replace;

		/* Nearly all text is this. */
		if (*src >= ' ' && *src < 0x7f) {
			if (used + 1 >= size)
				break;
			dst[used++] = *src++;
			marks = 0;
			continue;
		}
		length = decode(src, &c);
		replace = !length || is_unprintable(c);

		/* A mark needs something to stand on, and a heap of marks is an attack on the row. */
		if (!replace && is_combining(c))
			replace = used == 0 || ++marks > 2;
		else
			marks = 0;
		if (used + (replace ? 1 : length) >= size)
			break;
		if (replace)
			dst[used++] = '?';
		else
			for (size_t i = 0; i < length; i++)
				dst[used++] = src[i];
		src += length ? length : 1;
	}
	dst[used] = '\0';
	return used;
}

size_t text_fit(const char *s, int columns, int *used)
{
	mbstate_t state = { 0 };
	size_t bytes = 0, left = strlen(s);
	int width = 0;

	while (left) {
		wchar_t c;
		size_t length;
		int w;

		/* Nearly all is ASCII, which every locale has: no need to ask it. */
		if (s[bytes] >= ' ' && s[bytes] <= '~') {
			if (width == columns)
				break;
			width++;
			bytes++;
			left--;
			continue;
		}
		length = mbrtowc(&c, s + bytes, left, &state);
		if (length == 0 || length == (size_t)-1 || length == (size_t)-2) {
			length = 1; /* not of this locale: curses shows each byte as one column */
			memset(&state, 0, sizeof state);
			w = 1;
		} else {
			w = wcwidth(c);
			if (w < 0)
				w = 1;
		}
		if (width + w > columns)
			break;
		width += w;
		bytes += length;
		left -= length;
	}
	if (used)
		*used = width;
	return bytes;
}

int text_width(const char *s)
{
	int width;

	text_fit(s, INT_MAX, &width);
	return width;
}

static void make_room(struct strbuf *b, size_t more)
{
	if (b->length + more + 1 <= b->capacity)
		return;
	b->capacity = (b->length + more + 1) * 2;
	b->data = mem_resize(b->data, b->capacity, 1);
}

void strbuf_add_bytes(struct strbuf *b, const char *s, size_t length)
{
	make_room(b, length);
	if (length)
		memcpy(b->data + b->length, s, length);
	b->length += length;
	b->data[b->length] = '\0';
}

void strbuf_add(struct strbuf *b, const char *s)
{
	strbuf_add_bytes(b, s, strlen(s));
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length <= 0)
		return;
	make_room(b, (size_t)length);
	va_start(args, format);
	vsnprintf(b->data + b->length, (size_t)length + 1, format, args);
	va_end(args);
	b->length += (size_t)length;
}

const char *strbuf_text(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

char *strbuf_take(struct strbuf *b)
{
	char *text = b->data ? b->data : mem_calloc(1, 1);

	*b = (struct strbuf){ 0 };
	return text;
}

void strbuf_fini(struct strbuf *b)
{
	free(b->data);
	*b = (struct strbuf){ 0 };
}
