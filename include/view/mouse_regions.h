/* mouse_regions: what is where on the screen, for the mouse. Parts note it while they paint; a click is looked up. */
#ifndef VIEW_MOUSE_REGIONS_H
#define VIEW_MOUSE_REGIONS_H

#include <stddef.h>

#include "view/draw/layout.h"
#include "view/draw/table.h"
#include "view/rows.h"

enum mouse_region_kind {
	REGION_NOTHING,
	REGION_ROW,         /* number: of the view's rows when it was painted */
	REGION_FOLD,        /* the sign before a VM's name; number: as REGION_ROW */
	REGION_COLUMN,      /* number: of the view's columns */
	REGION_EXIT_COLUMN, /* number: enum exit_column */
	REGION_TAB,         /* number: enum view_id */
	REGION_ACTION,      /* number: enum action, of the bottom bar */
	REGION_POPUP,       /* a popup's frame and text */
	REGION_POPUP_ROW,   /* number: of a menu's or the drill-down's lines */
};

struct mouse_region {
	struct rect at;
	enum mouse_region_kind kind;
	size_t number;
	struct vm_id
		vm; /* of REGION_ROW and REGION_FOLD: rows change their places before the next frame */
	uint64_t key;
};

/* All zero is an empty list. */
struct mouse_regions {
	struct mouse_region *items;
	size_t count, capacity;
	int clip_row, clip_end; /* only these rows are noted; both 0: all */
};

/* A new frame begins. */
void mouse_regions_clear(struct mouse_regions *h);

/* From here on only these rows are noted, as term_clip() does for what is painted; height 0: all. */
void mouse_regions_clip(struct mouse_regions *h, int row, int height);

/* at is what stands there from now on: it covers what was noted before. */
void mouse_regions_add(
	struct mouse_regions *h, struct rect at, enum mouse_region_kind kind, size_t number);

/* A row of the view, number i. */
void mouse_regions_add_row(struct mouse_regions *h, struct rect at, enum mouse_region_kind kind,
	const struct row *row, size_t i);

/* A popup covers everything: what was noted so far is no longer to be had. */
void mouse_regions_cover(struct mouse_regions *h, struct rect at);

/* The titles of a table that was painted with its left edge there. */
void mouse_regions_add_titles(struct mouse_regions *h, const struct table *table, int row,
	int column, enum mouse_region_kind kind);

/* What is at that place; REGION_NOTHING where nothing was noted. */
struct mouse_region mouse_regions_find(const struct mouse_regions *h, int row, int column);

void mouse_regions_fini(struct mouse_regions *h);

#endif
