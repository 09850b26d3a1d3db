/* views: what can fill the screen between the header and the bottom bar. Each is one file, view_NAME.c,
 * that ends in its struct view; this table is the only list of them. */
#ifndef VIEW_VIEWS_H
#define VIEW_VIEWS_H

#include <stdbool.h>

struct findings;
struct frame;
struct model;
struct row;
struct rows;
struct ui;

/* In the order of the tabs. */
enum view_id {
	VIEW_OVERVIEW,
	VIEW_THREADS,
	VIEW_EXITS,
	VIEW_CLOCK,
	VIEW_FINDINGS,
	VIEW_HOST,
	VIEW_EVENTS,
	VIEW_SYMBOLS,
	VIEW_HALTS,
	VIEW_LOG,
	VIEW__COUNT,
};

struct view {
	const char *name; /* of the tab and the menu: "Threads" */
	const char *key;  /* in the settings: "threads" */
	const char *help; /* one sentence for menu and manual */
	const char *sort; /* key of the column it is sorted by at first */
	bool reverse;     /* against the column's natural order */
	unsigned wants;   /* WANT_*: what is read only while this view is shown (sample/wants.h) */
	bool of_selected; /* its rows are all of the selected VM; another one is selected elsewhere */

	/* Fills rows, unordered: rows_clear() with the view's columns, then rows_add(). */
	void (*collect)(struct rows *rows, const struct model *m, const struct findings *f);

	/* Paints titles and list from f->ui->rows. */
	void (*paint)(const struct frame *f);

	/* Opens what the row is about (Enter): changes ui. NULL row: there is none. */
	void (*enter)(struct ui *ui, const struct model *m, const struct findings *f,
		const struct row *row);
};

extern const struct view *const views[VIEW__COUNT];

extern const struct view view_overview, view_threads, view_exits, view_clock, view_findings,
	view_host, view_events, view_symbols, view_halts, view_log;

#endif
