/* bindings: every key and what it does, in one table. Help popup, bottom bar, man page, README and
 * tests derive from it. */
#ifndef VIEW_BINDINGS_H
#define VIEW_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_FOLD,
	ACTION_REMEDY,
	ACTION_DRILL_DOWN,
	ACTION_LATENCY,
	ACTION_ENTER,
	ACTION_SORT_EXITS, /* next column */
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_REVERSE,
	ACTION_SORT_VMS,
	ACTION_INTERVAL_MODE, /* interval or cumulative */
	ACTION_HALTS,         /* in the shares of time, or left out */
	ACTION_ZERO,
	ACTION_PAUSE,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_REDRAW,
	ACTION_HELP,
	ACTION_PREVIOUS, /* remedy or vCPU of the popup */
	ACTION_NEXT,
	ACTION_PREVIOUS_FINDING,
	ACTION_NEXT_FINDING,
	ACTION_COPY,        /* the remedy's commands */
	ACTION_WRITE_PATCH, /* the remedy's diff, to a file */
	ACTION_CLOSE,       /* the popup */
	ACTION_APPLY,       /* the remedy */
	ACTION_UNDO,
	ACTION_CONFIRM,
	ACTION_BASELINE,
	ACTION_DROP_BASELINE,
	ACTION_QUIT,
	ACTION__COUNT,
};

/* CONTEXT_EXITS: the drill-down, CONTEXT_CHANGE: a change of a definition; popups with keys of their own.
 * CONTEXT_REMEDY: what the remedy's popup has beyond any popup's. */
enum {
	CONTEXT_MAIN = 1,
	CONTEXT_POPUP = 2,
	CONTEXT_EXITS = 4,
	CONTEXT_REMEDY = 8,
	CONTEXT_CHANGE = 16,
};

#define BINDING_KEYS_MAX 4

struct binding {
	enum action action;
	unsigned contexts;          /* CONTEXT_* where it works */
	int keys[BINDING_KEYS_MAX]; /* characters or enum term_key; 0 ends the list */
	const char *label; /* of the bottom bar: "Remedy"; NULL: not shown there. Neighbours
				     * with the same label share a place: "+- Interval" */
	const char *help;  /* one line for help and manual */
};

extern const struct binding bindings[];
extern const size_t binding_count;

enum action binding_find(int key, unsigned context);

/* A key as people write it: "r", "F1", "Space", "Up", "Ctrl-L". Writes to out, returns out. ascii:
 * no arrows. */
const char *binding_key_name(int key, bool ascii, char *out, size_t size);

#endif
