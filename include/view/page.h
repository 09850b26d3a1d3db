/* page: text in styles, wrapped to a width, that scrolls in a popup. */
#ifndef VIEW_PAGE_H
#define VIEW_PAGE_H

#include <stddef.h>

#include "view/frame.h"

struct page_line {
	enum style style;
	char *text;
};

/* Set width; the rest all zero is an empty page. */
struct page {
	int width;
	struct page_line *lines;
	size_t count, capacity;
};

/* Adds text, cleaned and wrapped, its own line ends kept; what is wrapped goes on after hang blanks. */
void page_add(struct page *p, enum style style, int hang, const char *text);
void page_addf(struct page *p, enum style style, int hang, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void page_fini(struct page *p);

/* Paints the page as a popup over the screen, scrolled as far as its text goes. */
void page_paint(const struct frame *f, const struct page *p, const char *title);

/* The width a page of at most wanted columns has in a popup on this screen. */
int page_width(const struct term *t, int wanted);

#endif
