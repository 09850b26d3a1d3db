#include "view/views/list_words.h"

enum { SHARE = 2 }; /* of the list's room that words may take */

struct page list_words(const struct frame *f)
{
	return (struct page){ .width = f->layout.list.width - LAYOUT_MARGIN };
}

static int lines_of(const struct frame *f, const struct page *words)
{
	const int most = f->layout.list.height / SHARE;

	return (int)words->count < most ? (int)words->count : most;
}

static void paint(const struct frame *f, const struct page *words, int row, int count)
{
	const struct rect list = f->layout.list;

	for (int i = 0; i < count; i++)
		term_text(f->term, row + i, list.column + LAYOUT_MARGIN, list.width - LAYOUT_MARGIN,
			words->lines[i].style, words->lines[i].text);
}

struct frame list_words_above(const struct frame *f, const struct page *words)
{
	const int count = lines_of(f, words);
	struct frame left = *f;

	paint(f, words, f->layout.titles.row, count);
	left.layout.titles.row += count;
	left.layout.list.row += count;
	left.layout.list.height -= count;
	return left;
}

struct frame list_words_below(const struct frame *f, const struct page *words)
{
	const int count = lines_of(f, words);
	struct frame left = *f;

	left.layout.list.height -= count;
	paint(f, words, left.layout.list.row + left.layout.list.height, count);
	return left;
}
