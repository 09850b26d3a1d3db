/* change: a change of a VM's definition, from the question to its outcome. Plain state, a part of struct
 * ui; the app looks at it between keys and does what is wanted. */
#ifndef VIEW_CHANGE_H
#define VIEW_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/findings.h"
#include "model/model.h"

enum change_task { CHANGE_APPLY, CHANGE_UNDO };

enum change_state {
	CHANGE_NONE,
	CHANGE_WANTED,    /* to be undone: the app looks up what was saved, then it is asked */
	CHANGE_ASKING,    /* the user sees the diff and is asked */
	CHANGE_CONFIRMED, /* he said yes: the app begins */
	CHANGE_RUNNING,
	CHANGE_DONE,
	CHANGE_REFUSED, /* nothing was changed, message says why */
	CHANGE_FAILED,  /* it went wrong, message says what is now */
};

/* Texts are the change's own. */
struct change {
	enum change_task task;
	enum change_state state;
	struct vm_id vm;
	char name[256]; /* cleaned */
	char uuid[37];
	enum remedy_id remedy;
	char title[96];  /* of the remedy */
	char *shown_xml; /* the inactive XML that the diff was made from */
	char *diff;      /* what is shown; NULL: nothing */
	char *path;      /* the file with the old definition; NULL: none */
	char *message;   /* the outcome; NULL: none yet */
};

/* Asks whether the remedy is to be applied to vm (NULL: none is selected), or refuses, with the way of the
 * stack where that would overwrite the change. Neither begins while another change is running: that one
 * stays. */
void change_ask(
	struct change *c, const struct model *m, const struct vm *vm, enum remedy_id remedy);

/* Asks for the last change of vm to be taken back. */
void change_want_undo(struct change *c, const struct model *m, const struct vm *vm);

/* What was saved is known: asks. diff and path are copied. */
void change_ask_undo(struct change *c, const char *diff, const char *path);

/* The outcome. message and path (NULL: none) are copied. */
void change_end(struct change *c, enum change_state state, const char *message, const char *path);

/* Forgets it, unless it is running. */
void change_forget(struct change *c);

void change_fini(struct change *c);

#endif
