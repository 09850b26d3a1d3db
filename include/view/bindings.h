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
	ACTION_ENTER, /* opens what is under the cursor, chooses in a menu */
	ACTION_FOLD,
	ACTION_OPEN_ALL,
	ACTION_OFF,
	ACTION_REMEDY,
	ACTION_DRILL_DOWN,
	ACTION_LATENCY,
	ACTION_SORT_EXITS, /* next column */
	ACTION_SORT_LEFT,
	ACTION_REVERSE,
	ACTION_SORT_ROWS, /* of the view, next column */
	ACTION_SORT_ROWS_LEFT,
	ACTION_REVERSE_ROWS,
	ACTION_SORT_CPU,
	ACTION_SORT_NAME,
	ACTION_SORT_MENU,
	ACTION_INTERVAL_MODE, /* interval or cumulative */
	ACTION_HALTS,         /* in the shares of time, or left out */
	ACTION_ZERO,
	ACTION_PAUSE,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_REDRAW,
	ACTION_HELP,
	ACTION_PREVIOUS, /* remedy or vCPU of the popup, value of a setting */
	ACTION_NEXT,
	ACTION_PREVIOUS_FINDING,
	ACTION_NEXT_FINDING,
	ACTION_COPY,        /* the remedy's commands */
	ACTION_WRITE_PATCH, /* the remedy's diff, to a file */
	ACTION_CLOSE,       /* the popup */
	ACTION_APPLY,       /* the remedy */
	ACTION_UNDO,
	ACTION_CONFIRM,
	ACTION_ANSWER_ERASE, /* of a typed "yes" */
	ACTION_BASELINE,
	ACTION_DROP_BASELINE,
	ACTION_PREVIOUS_VIEW,
	ACTION_NEXT_VIEW,
	ACTION_VIEW_MENU,
	ACTION_SETUP,
	ACTION_MESSAGES,
	ACTION_FILTER,
	ACTION_FILTER_KEEP,
	ACTION_FILTER_CLEAR,
	ACTION_FILTER_ERASE,
	ACTION_FOLLOW,
	ACTION_CPUS,
	ACTION_OF_HOST,
	ACTION_MOUSE,
	ACTION_TICK_BACK, /* of a recording that is played */
	ACTION_TICK_ON,
	ACTION_MINUTE_BACK,
	ACTION_MINUTE_ON,
	ACTION_PLAY_FASTER,
	ACTION_PLAY_SLOWER,
	ACTION_GO_TO, /* asks for a time */
	ACTION_GO,    /* to what was typed */
	ACTION_GO_NOWHERE,
	ACTION_GO_ERASE,
	ACTION_QUIT,
	ACTION__COUNT,
};

/* Where a key means something. What is on the screen has one or two of them. */
enum {
	CONTEXT_MAIN = 1,     /* no popup, whatever the view */
	CONTEXT_OVERVIEW = 2, /* besides, in the overview with its exit table */
	CONTEXT_LIST = 4,     /* besides, in the other views */
	CONTEXT_POPUP = 8,    /* a popup of text */
	CONTEXT_REMEDY = 16,  /* what the remedy's has beyond that */
	CONTEXT_CHANGE = 32,  /* a change of a definition */
	CONTEXT_EXITS = 64,   /* the drill-down */
	CONTEXT_MENU = 128,
	CONTEXT_SETUP = 256, /* what the settings have beyond that */
	CONTEXT_FILTER = 512,
	CONTEXT_REPLAY = 1024, /* besides CONTEXT_MAIN; what a key means here goes before that */
	CONTEXT_GO_TO = 2048,  /* a time is typed */
	CONTEXT_ANSWER = 4096, /* "yes" is typed */
	CONTEXT__COUNT = 13,   /* bits */
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

/* What a key means in a context; ACTION_NONE when it means nothing. */
enum action binding_find(int key, unsigned context);

/* What the keys of one context are called: "Keys in the drill-down". */
const char *binding_context_name(unsigned context);

/* A key as people write it: "r", "F1", "Space", "Up", "Ctrl-L". Writes to out, returns out. ascii:
 * no arrows. */
const char *binding_key_name(int key, bool ascii, char *out, size_t size);

#endif
