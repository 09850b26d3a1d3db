#include "view/mouse_regions.h"

#include <stdlib.h>

#include "core/mem.h"

void mouse_regions_clear(struct mouse_regions *h)
{
	h->count = 0;
	mouse_regions_clip(h, 0, 0);
}

void mouse_regions_clip(struct mouse_regions *h, int row, int height)
{
	h->clip_row = row;
	h->clip_end = row + height;
}

void mouse_regions_add(
	struct mouse_regions *h, struct rect at, enum mouse_region_kind kind, size_t number)
{
	if (h->clip_end > h->clip_row && (at.row < h->clip_row || at.row >= h->clip_end))
		return;
	h->items = mem_grow(h->items, h->count, &h->capacity, sizeof *h->items);
	h->items[h->count++] = (struct mouse_region){ .at = at, .kind = kind, .number = number };
}

void mouse_regions_add_row(struct mouse_regions *h, struct rect at, enum mouse_region_kind kind,
	const struct row *row, size_t i)
{
	const size_t before = h->count;

	mouse_regions_add(h, at, kind, i);
	if (h->count == before)
		return;
	h->items[h->count - 1].vm = rows_vm_of(row);
	h->items[h->count - 1].key = row->key;
}

void mouse_regions_cover(struct mouse_regions *h, struct rect at)
{
	h->count = 0;
	mouse_regions_add(h, at, REGION_POPUP, 0);
}

void mouse_regions_add_titles(struct mouse_regions *h, const struct table *table, int row,
	int column, enum mouse_region_kind kind)
{
	int end = column;

	/* Each title reaches back to the end of the one before: the gap is easier to hit than to miss. */
	for (size_t i = 0; i < table->count; i++) {
		const int next = column + table->cells[i].at + table->cells[i].width;

		if (!table->cells[i].width)
			continue;
		mouse_regions_add(h, (struct rect){ row, end, 1, next - end }, kind, i);
		end = next;
	}
}

struct mouse_region mouse_regions_find(const struct mouse_regions *h, int row, int column)
{
	for (size_t i = h->count; i-- > 0;) {
		const struct rect at = h->items[i].at;

		if (row >= at.row && row < at.row + at.height && column >= at.column &&
			column < at.column + at.width)
			return h->items[i];
	}
	return (struct mouse_region){ .kind = REGION_NOTHING };
}

void mouse_regions_fini(struct mouse_regions *h)
{
	free(h->items);
	*h = (struct mouse_regions){ 0 };
}
