/* hits: what is where on the screen, for the mouse. Parts note it while they paint; a click is looked up. */
#ifndef VIEW_HITS_H
#define VIEW_HITS_H

#include <stddef.h>

#include "view/draw/layout.h"
#include "view/draw/table.h"
#include "view/rows.h"

enum hit_kind {
	HIT_NOTHING,
	HIT_ROW,         /* number: of the view's rows when it was painted */
	HIT_FOLD,        /* the sign before a VM's name; number: as HIT_ROW */
	HIT_COLUMN,      /* number: of the view's columns */
	HIT_EXIT_COLUMN, /* number: enum exit_column */
	HIT_TAB,         /* number: enum view_id */
	HIT_ACTION,      /* number: enum action, of the bottom bar */
	HIT_POPUP,       /* a popup's frame and text */
	HIT_POPUP_ROW,   /* number: of a menu's or the drill-down's lines */
};

struct hit {
	struct rect at;
	enum hit_kind kind;
	size_t number;
	struct vm_id
		vm; /* of HIT_ROW and HIT_FOLD: rows change their places before the next frame */
	uint64_t key;
};

/* All zero is an empty list. */
struct hits {
	struct hit *items;
	size_t count, capacity;
	int clip_row, clip_end; /* only these rows are noted; both 0: all */
};

/* A new frame begins. */
void hits_clear(struct hits *h);

/* From here on only these rows are noted, as term_clip() does for what is painted; height 0: all. */
void hits_clip(struct hits *h, int row, int height);

/* at is what stands there from now on: it covers what was noted before. */
void hits_add(struct hits *h, struct rect at, enum hit_kind kind, size_t number);

/* A row of the view, number i. */
void hits_add_row(
	struct hits *h, struct rect at, enum hit_kind kind, const struct row *row, size_t i);

/* A popup covers everything: what was noted so far is no longer to be had. */
void hits_cover(struct hits *h, struct rect at);

/* The titles of a table that was painted with its left edge there. */
void hits_add_titles(
	struct hits *h, const struct table *table, int row, int column, enum hit_kind kind);

/* What is at that place; HIT_NOTHING where nothing was noted. */
struct hit hits_find(const struct hits *h, int row, int column);

void hits_fini(struct hits *h);

#endif
