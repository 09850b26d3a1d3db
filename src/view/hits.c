#include "view/hits.h"

#include <stdlib.h>

#include "core/mem.h"

void hits_clear(struct hits *h)
{
	h->count = 0;
	hits_clip(h, 0, 0);
}

void hits_clip(struct hits *h, int row, int height)
{
	h->clip_row = row;
	h->clip_end = row + height;
}

void hits_add(struct hits *h, struct rect at, enum hit_kind kind, size_t number)
{
	if (h->clip_end > h->clip_row && (at.row < h->clip_row || at.row >= h->clip_end))
		return;
	h->items = mem_grow(h->items, h->count, &h->capacity, sizeof *h->items);
	h->items[h->count++] = (struct hit){ .at = at, .kind = kind, .number = number };
}

void hits_add_row(
	struct hits *h, struct rect at, enum hit_kind kind, const struct row *row, size_t i)
{
	const size_t before = h->count;

	hits_add(h, at, kind, i);
	if (h->count == before)
		return;
	h->items[h->count - 1].vm = rows_vm_of(row);
	h->items[h->count - 1].key = row->key;
}

void hits_cover(struct hits *h, struct rect at)
{
	h->count = 0;
	hits_add(h, at, HIT_POPUP, 0);
}

void hits_add_titles(
	struct hits *h, const struct table *table, int row, int column, enum hit_kind kind)
{
	int end = column;

	/* Each title reaches back to the end of the one before: the gap is easier to hit than to miss. */
	for (size_t i = 0; i < table->count; i++) {
		const int next = column + table->cells[i].at + table->cells[i].width;

		if (!table->cells[i].width)
			continue;
		hits_add(h, (struct rect){ row, end, 1, next - end }, kind, i);
		end = next;
	}
}

struct hit hits_find(const struct hits *h, int row, int column)
{
	for (size_t i = h->count; i-- > 0;) {
		const struct rect at = h->items[i].at;

		if (row >= at.row && row < at.row + at.height && column >= at.column &&
			column < at.column + at.width)
			return h->items[i];
	}
	return (struct hit){ .kind = HIT_NOTHING };
}

void hits_fini(struct hits *h)
{
	free(h->items);
	*h = (struct hits){ 0 };
}
