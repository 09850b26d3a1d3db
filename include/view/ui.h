/* ui: what the user has chosen: view, selection, sorting, folding, popups. Plain state; actions change it,
 * views read it. */
#ifndef VIEW_UI_H
#define VIEW_UI_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/findings.h"
#include "model/columns.h"
#include "view/bindings.h"
#include "view/change.h"
#include "view/drill.h"
#include "view/mouse_regions.h"
#include "view/rows.h"
#include "view/settings.h"

/* In the order of the tabs (view/views.h). */
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

enum popup {
	POPUP_NONE,
	POPUP_HELP,
	POPUP_REMEDY,
	POPUP_EXITS,
	POPUP_CHANGE,
	POPUP_VIEWS,
	POPUP_SORT,
	POPUP_SETUP,
	POPUP_MESSAGES,
	POPUP__COUNT,
};

/* What an action made stale; a higher one includes the lower ones. */
enum stale { STALE_NOTHING, STALE_PAINT, STALE_SORT, STALE_SAMPLE };

/* A recording that is played, and where the user wants to go in it: the app goes there and clears what is
 * wanted. */
#define UI_SPEED_MIN 0.125
#define UI_SPEED_MAX 64.0

struct ui_replay {
	bool on;
	const char *about; /* what is to be seen in it, in one sentence; NULL: nobody says */
	double speed;      /* 1: as it was */
	long ticks;        /* so many on, or back; 0: no move */
	long seconds;      /* likewise */
	char go_to[32];    /* "14:07:31", "+90", "#40" */
	bool asks, wanted; /* go_to is being typed; is complete */
};

/* How the user has left a view. */
struct view_state {
	char sort[EXIT_NAMES_TEXT_MAX]; /* key of the column */
	bool reverse;
	int scroll; /* first line of the list that is shown */
	int place;  /* of the selected row below it, when it was last painted */
};

/* What a frame shows, noted while it is painted: views change no struct ui. */
struct painted {
	struct mouse_regions regions;
	int page;              /* rows that a page key goes */
	bool has_devices_room; /* an open panel has a line for devices */
	bool overflows;        /* the list is longer than the room for it */
	bool has_list; /* it is painted, from line scroll on; place: of the selected row below it */
	int scroll, place;
	int popup_scroll;   /* brought into range: only then the text's length is known */
	struct drill drill; /* where its row is, and a vCPU that is gone left */
};

struct ui {
	enum view_id view;
	struct view_state views[VIEW__COUNT];
	struct rows rows; /* selection_rows()' own */

	struct vm_id selected;   /* pid 0: nothing yet; then the first row is taken */
	bool selected_none;      /* the selected row is of no VM */
	uint64_t selected_key;   /* which of its rows (struct row) */
	size_t selected_row;     /* its place in rows */
	char selected_name[256]; /* UUID or name of the VM that the user selected */
	bool stands_in;          /* it is gone, and selected is another one until it is back */
	bool settled; /* the selection stays with its VM; until then it is the first row */
	bool moved;   /* by the user since the last frame: the list scrolls as little as it can */
	bool folded;  /* the selected VM's panel is folded too, until the user opens it */
	bool open_all;

	char filter[64]; /* only VMs with that in their names; "": all */
	bool filtering;  /* it is being typed */

	struct ui_replay replay;

	enum exit_column exit_sort;
	bool exit_reverse;
	bool cumulative;    /* exit tables since z, not of the interval */
	bool without_halts; /* halts are left out of the shares of time */

	enum popup popup;
	unsigned help_context; /* CONTEXT_* where the help was asked for */
	int popup_scroll;
	size_t popup_row; /* of a menu */
	const struct rule
		*popup_rule;         /* the finding that is shown; NULL: the worst (view/shown.h) */
	enum remedy_id popup_remedy; /* which of its remedies; REMEDY_NONE: the best one */
	struct drill drill;          /* of POPUP_EXITS */
	struct change change;        /* of POPUP_CHANGE; goes on when that is closed */
	enum popup behind_change;    /* what is shown again when POPUP_CHANGE is closed */

	struct settings settings;
	bool settings_changed; /* the app is to keep them */
	const char
		*messages; /* what libraries said, for POPUP_MESSAGES; the app's; NULL: nothing */
	bool paused;
	bool quit;
	char message[160];      /* one line for the user, until the next key */
	struct painted painted; /* the last frame */
};

void ui_init(struct ui *ui);
void ui_fini(struct ui *ui);

/* The frame is whole: takes over what it shows. ui owns it from then on. */
void ui_take_painted(struct ui *ui, const struct painted *painted);

/* Leaves one line for the user, in printf's way. */
void ui_say(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is that VM's panel open? */
bool ui_is_open(const struct ui *ui, struct vm_id id);

/* What keys mean now: CONTEXT_*. */
unsigned ui_context(const struct ui *ui);

/* What a key means now. While the user is asked, every key that is none of the popup's is a no. While a
 * filter, a time or a "yes" is typed, what is no key of its own is typed: ACTION_NONE, and ui_type() takes it. */
enum action ui_action(const struct ui *ui, int key);

/* Takes a typed character. Returns what is stale: STALE_NOTHING when nothing is being typed. */
enum stale ui_type(struct ui *ui, int key);

/* Are details on the screen: MSRs, MMIO addresses, interrupt lines? They need not be traced otherwise. */
bool ui_wants_details(const struct ui *ui);

/* What is to be read besides what the view wants, WANT_*: devices, where a column or a panel shows them. */
unsigned ui_wants(const struct ui *ui);

enum exit_shares ui_exit_shares(const struct ui *ui);

/* Carries out an action on ui (and model_zero() on m for ACTION_ZERO). Returns what is stale now;
 * settings and quit are the caller's to look at, and what reaches beyond the screen is the caller's to
 * carry out: ACTION_REDRAW, ACTION_COPY, ACTION_WRITE_PATCH, ACTION_BASELINE, ACTION_DROP_BASELINE. */
enum stale ui_act(struct ui *ui, enum action action, struct model *m, const struct findings *f);

#endif
