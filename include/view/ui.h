/* ui: what the user has chosen: selection, sorting, folding, popups. Plain state; actions change it,
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

enum popup { POPUP_NONE, POPUP_HELP, POPUP_REMEDY, POPUP_EXITS, POPUP_CHANGE };

/* What an action made stale; a higher one includes the lower ones. */
enum stale { STALE_NOTHING, STALE_PAINT, STALE_SORT, STALE_SAMPLE };

struct ui {
	struct vm_id selected;   /* pid 0: nothing yet; then the first row is taken */
	size_t selected_row;     /* its place in selection_order() */
	char selected_name[256]; /* UUID or name of the VM that the user selected */
	bool stands_in;          /* it is gone, and selected is another one until it is back */
	bool settled; /* the selection stays with its VM; until then it is the first row */
	bool folded;  /* the selected VM's panel is folded too, until the user opens it */
	int scroll;   /* first line of the list that is shown */

	enum vm_column vm_sort;
	bool vm_reverse;
	enum exit_column exit_sort;
	bool exit_reverse;
	bool cumulative;    /* exit tables since z, not of the interval */
	bool without_halts; /* halts are left out of the shares of time */
	bool cpus;          /* the header shows each CPU */

	enum popup popup;
	int popup_scroll;
	const struct rule
		*popup_rule;  /* the finding that is shown; NULL: the worst (view/shown.h) */
	size_t popup_remedy;  /* which of its remedies */
	struct drill drill;   /* of POPUP_EXITS */
	struct change change; /* of POPUP_CHANGE; goes on when that is closed */

	bool paused;
	bool quit;
	double interval_s;
	char message[160]; /* one line for the user, until the next key */

	const struct vm **order; /* selection_order()'s own */
	size_t order_capacity;
};

#define UI_INTERVAL_MIN_S 0.1
#define UI_INTERVAL_MAX_S 60.0

void ui_init(struct ui *ui);
void ui_fini(struct ui *ui);

/* Leaves one line for the user, in printf's way. */
void ui_say(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is that VM's panel open? */
bool ui_is_open(const struct ui *ui, struct vm_id id);

/* What keys mean now: CONTEXT_*. */
unsigned ui_context(const struct ui *ui);

/* What a key means now. While the user is asked, every key that is none of the popup's is a no. */
enum action ui_action(const struct ui *ui, int key);

/* Are details on the screen: MSRs, MMIO addresses, interrupt lines? They need not be traced otherwise. */
bool ui_wants_details(const struct ui *ui);

enum exit_shares ui_exit_shares(const struct ui *ui);

/* Carries out an action on ui (and model_zero() on m for ACTION_ZERO). Returns what is stale now;
 * interval_s and quit are the caller's to look at, and ACTION_COPY and ACTION_WRITE_PATCH to carry out. */
enum stale ui_act(struct ui *ui, enum action action, struct model *m, const struct findings *f);

#endif
