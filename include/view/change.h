/* change: a change of a VM's definition, from the question to its outcome. Plain state, a part of struct
 * ui; the app looks at it between keys and does what is wanted. */
#ifndef VIEW_CHANGE_H
#define VIEW_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advice/findings.h"
#include "domain/fit.h"
#include "model/model.h"

enum change_task { CHANGE_APPLY, CHANGE_UNDO };

enum change_state {
	CHANGE_NONE,
	CHANGE_WANTED,    /* the app is to collect what the question needs */
	CHANGE_CHECKING,  /* libvirt is asked what this host can start */
	CHANGE_ASKING,    /* the user sees the diff and is asked */
	CHANGE_CONFIRMED, /* the user agreed: the app begins */
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
	char title[96];    /* of the remedy */
	char ref[40];      /* how commands call the domain: name or UUID */
	char virsh[200];   /* "virsh -c qemu:///system" */
	char undo[264];    /* "sudo kvmtop --undo win10", how this user undoes the change later */
	uint64_t since_ns; /* CLOCK_MONOTONIC, of CHANGE_CHECKING */
	struct domain_caps caps;   /* what the edit is made for */
	struct domain_pages pages; /* the host's, as far as the app knows them when it asks */
	bool has_baseline;         /* one was taken with the change */
	bool cannot_undo;          /* of CHANGE_DONE: message says why */
	bool has_commands;         /* ACTION_COPY has something to copy */
	bool must_type;            /* the question takes a typed "yes": warning says why */
	char warning[512];
	char *notes; /* what is to be known before: what keeps the change from taking effect; NULL: nothing */
	const char *needs; /* of the remedy */
	char answer[8];    /* typed so far */
	char *shown_xml;   /* the inactive XML that the diff was made from */
	char *diff;        /* what is shown; NULL: nothing */
	char *path;        /* the file with the old definition; NULL: none */
	char *message;     /* the outcome; NULL: none yet */
};

/* Requests that the remedy is applied to vm (NULL: none is selected), or refuses, with the stack's own way if the
 * stack would overwrite the change. Nothing begins while another change is running: that one stays. */
void change_ask(
	struct change *c, const struct model *m, const struct vm *vm, enum remedy_id remedy);

/* caps is the final answer about vm on this host, and c->pages what is known of its huge pages: asks whether to apply the
 * remedy, or refuses what the host lacks. job_runs: a migration, save or the like of vm is running. */
void change_ask_apply(
	struct change *c, const struct vm *vm, const struct domain_caps *caps, bool job_runs);

/* The VM that it is about, which has another identity when it was shut off or started since. NULL: it is gone. */
const struct vm *change_vm(const struct change *c, const struct model *m);

/* Asks for the last change of vm to be taken back. */
void change_want_undo(struct change *c, const struct model *m, const struct vm *vm);

/* What was saved is known: asks. shown_xml: what diff was made from; note: what is to be known before, NULL: nothing. All
 * are copied. */
void change_ask_undo(struct change *c, const char *diff, const char *path, const char *shown_xml,
	const char *note);

/* The outcome. message and path (NULL: none) are copied. */
void change_end(struct change *c, enum change_state state, const char *message, const char *path);

/* Was the question answered so that the change may begin? */
bool change_is_agreed(const struct change *c);

/* Was it refused although another user may run the same commands, or they work by hand? */
bool change_offers_commands(const struct change *c);

/* Forgets it, unless it is running. */
void change_forget(struct change *c);

void change_fini(struct change *c);

#endif
