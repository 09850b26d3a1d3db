#include "view/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

/* Blank columns between the popup's frame and its text. */
enum { PADDING = 1 };

static void add_line(struct page *p, enum style style, int hang, const char *text, size_t length)
{
	struct strbuf line = { 0 };

	strbuf_addf(&line, "%*s", hang, "");
	strbuf_add_bytes(&line, text, length);
	p->lines = mem_grow(p->lines, p->count, &p->capacity, sizeof *p->lines);
	p->lines[p->count++] = (struct page_line){ style, strbuf_take(&line) };
}

/* How many bytes of text go into the next line: up to the last blank that fits, unless that would leave
 * half the line empty; then in the middle of the word. */
static size_t break_at(const char *text, int width)
{
	const size_t fits = text_fit(text, width, NULL);

	if (!text[fits] || text[fits] == ' ')
		return fits;
	for (size_t i = fits; i > fits / 2; i--)
		if (text[i - 1] == ' ')
			return i;
	return fits ? fits : strlen(text);
}

static void wrap(struct page *p, enum style style, int hang, const char *text)
{
	int indent = 0;

	do {
		const size_t length = break_at(text, p->width - indent);

		add_line(p, style, indent, text, length);
		text += length;
		text += strspn(text, " ");
		indent = hang;
	} while (*text);
}

/* One line, cleaned, tabs made blanks; the caller frees it. */
static char *clean_line(const char *text, size_t length)
{
	struct strbuf raw = { 0 };
	char *clean;

	for (size_t i = 0; i < length; i++)
		strbuf_add_bytes(&raw, text[i] == '\t' ? "  " : text + i, text[i] == '\t' ? 2 : 1);
	clean = mem_calloc(raw.length + 1, 1);
	text_clean(clean, raw.length + 1, strbuf_text(&raw));
	strbuf_fini(&raw);
	return clean;
}

void page_add(struct page *p, enum style style, int hang, const char *text)
{
	do {
		const size_t length = strcspn(text, "\n");
		char *line = clean_line(text, length);

		wrap(p, style, hang, line);
		free(line);
		text += length + (text[length] == '\n');
	} while (*text); /* what ends in a line end does not begin another line */
}

void page_addf(struct page *p, enum style style, int hang, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = mem_calloc((size_t)length + 1, 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	page_add(p, style, hang, text);
	free(text);
}

void page_fini(struct page *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->lines[i].text);
	free(p->lines);
	*p = (struct page){ 0 };
}

int page_width(const struct term *t, int wanted)
{
	int rows, columns;

	term_size(t, &rows, &columns);
	columns -= 2 + 2 * PADDING;
	return wanted < columns ? wanted : columns;
}

void page_paint(const struct frame *f, const struct page *p, const char *title)
{
	struct term *t = f->term;
	int rows, columns, last, *scroll = &f->painted->popup_scroll;
	struct rect box;
	char position[64];

	term_size(t, &rows, &columns);
	/* The bottom bar stays in sight: it has the popup's keys. */
	box = layout_popup(rows - 1, columns, (int)p->count, p->width + 2 * PADDING);
	last = (int)p->count - (box.height - 2);
	if (*scroll > last)
		*scroll = last;
	if (*scroll < 0)
		*scroll = 0;
	f->painted->page = box.height > 3 ? box.height - 3 : 1;
	mouse_regions_cover(&f->painted->regions, box);
	term_box(t, box.row, box.column, box.height, box.width, title);
	for (int i = 0; i < box.height - 2 && *scroll + i < (int)p->count; i++) {
		const struct page_line *line = &p->lines[*scroll + i];

		term_text(t, box.row + 1 + i, box.column + 1 + PADDING, p->width, line->style,
			line->text);
	}
	if (last <= 0)
		return;
	snprintf(position, sizeof position, " %d-%d of %zu%s ", *scroll + 1,
		*scroll + box.height - 2, p->count, *scroll < last ? ", more below" : "");
	term_text_right(
		t, box.row + box.height - 1, box.column, box.width - 2, STYLE_BOLD, position);
}
