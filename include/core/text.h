/* text: cleaning, measuring and building UTF-8 text. Widths are terminal columns (wcwidth). */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Copies src to dst so that it is safe to print: control characters (C0, C1, DEL), bidirectional
 * overrides, zero-width characters at the start and bytes that are not UTF-8 become '?'. Cut at
 * size - 1 bytes on a character boundary. Returns the length written. */
size_t text_clean(char *dst, size_t size, const char *src);

/* Columns that s takes on a terminal. Needs setlocale(LC_CTYPE); without UTF-8 one byte, one column. */
int text_width(const char *s);

/* How many bytes of s fit into columns columns; *used (may be NULL) gets the columns they take. */
size_t text_fit(const char *s, int columns, int *used);

/* A string that grows. All zero is an empty one. */
struct strbuf {
	char *data; /* NUL-terminated; NULL while nothing was added */
	size_t length;
	size_t capacity;
};

void strbuf_add(struct strbuf *b, const char *s);
void strbuf_add_bytes(struct strbuf *b, const char *s, size_t length);
void strbuf_addf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text so far ("" for an empty one), valid until the next change. */
const char *strbuf_text(const struct strbuf *b);

/* Gives the text to the caller, who frees it with free(); the buffer is empty again. Never NULL. */
char *strbuf_take(struct strbuf *b) __attribute__((returns_nonnull));

void strbuf_fini(struct strbuf *b);

#endif
