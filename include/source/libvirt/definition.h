/* definition: changes a domain's inactive definition, and takes such a change back. It is the one thing
 * in kvmtop that writes. A change is whole or not there: the old definition is on disk before libvirt
 * gets the new one, and comes back when what libvirt then has is not what was meant.
 *
 * All functions block as long as libvirt does: source/libvirt/definer.h runs them in a thread. */
#ifndef SOURCE_LIBVIRT_DEFINITION_H
#define SOURCE_LIBVIRT_DEFINITION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <libvirt/libvirt.h>

/* A change of an XML text, as functions without side effects. */
struct definition_edit {
	/* The changed text, the caller's to free; equal to xml when it has the change already. NULL,
	 * with one sentence in why (size bytes), when it cannot be made. */
	char *(*make)(const void *context, const char *xml, char *why, size_t size);
	/* Are the two steps, from a to a_after and from b to b_after, the same change? */
	bool (*same)(const char *a, const char *a_after, const char *b, const char *b_after);
	const void *context;
};

struct definition_request {
	const char *uuid;   /* of the domain */
	const char *name;   /* for messages and the saved file's name */
	const char *folder; /* where old definitions are saved */
	/* To apply a change: */
	const char *shown_xml; /* the inactive XML, without passwords, that the user saw changed */
	struct definition_edit edit;
	const char *remedy; /* its id and title for the change log; NULL: not known */
	const char *title;
	/* To undo one: */
	const char *shown_path; /* the backup that the user was shown */
};

enum definition_end {
	DEFINITION_DONE,
	DEFINITION_REFUSED, /* nothing was changed, and why is a matter of course */
	DEFINITION_FAILED,  /* something went wrong; the message says what the definition is now */
};

#define DEFINITION_MESSAGE_MAX 1024

struct definition_outcome {
	enum definition_end end;
	char message[DEFINITION_MESSAGE_MAX]; /* sentences for the user */
	char *path; /* of the file with the old definition; NULL: none; the caller's to free */
};

/* Reads the definition, refuses when it is not the one that was shown, saves it, defines the changed one
 * with validation, reads that again and saves it too. *given_up (set by another thread) ends it before
 * it defines anything. o is overwritten. */
void definition_apply(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o);

/* Defines the XML that was saved at shown_path again; refuses when the definition is not what the change
 * had made of it. Afterwards libvirt has the old one byte for byte, or the present one as before. */
void definition_undo(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o);

/* Says why no read-write connection to uri came about, from libvirt's last error. */
void definition_refuse_connection(struct definition_outcome *o, const char *uri);

#endif
