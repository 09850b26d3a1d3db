/* definition: changes a domain's inactive definition, and takes such a change back. It is the one thing
 * in kvmtop that writes. A change is whole or not there: the old definition is on disk before libvirt
 * gets the new one, and comes back when what libvirt then has is not what was meant.
 *
 * All functions block as long as libvirt does: apply/apply_thread.h runs them in a thread. */
#ifndef APPLY_DEFINITION_H
#define APPLY_DEFINITION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <libvirt/libvirt.h>

#include "domain/fit.h"

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
	const char *uuid;      /* of the domain */
	const char *name;      /* for messages and the saved file's name */
	const char *folder;    /* where old definitions are saved */
	const char *shown_xml; /* the inactive XML, without passwords, that the user saw changed */
	/* To apply a change: */
	struct definition_edit edit;
	/* Asks what the host can start; NULL: caps_ask(). */
	void (*ask)(
		struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m);
	/* Asks for the host's huge pages; NULL: pages_ask(). */
	void (*ask_pages)(struct domain_pages *pages, virConnectPtr connection, uint64_t size_kib);
	bool may_not_start; /* the user accepts that it is not known whether this host can start it */
	const char *
		uri; /* for the change log, where it is used again, and to connect anew; NULL: not known */
	int patience_ms;    /* how long libvirt is asked again what it has; 0: some seconds */
	const char *remedy; /* its id and title, likewise */
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
#define DEFINITION_WHY_MAX 512 /* of what definition_can_start() says */

struct definition_outcome {
	enum definition_end end;
	char message[DEFINITION_MESSAGE_MAX]; /* sentences for the user */
	bool cannot_undo;                     /* the change is made, but not as undoing needs it */
	char *path; /* of the file with the old definition; NULL: none; the caller's to free */
	/* Of definition_check(): */
	struct domain_caps caps;
	struct domain_pages pages; /* of the host's own size */
	bool job_runs; /* a migration, save, backup or the like of the VM, as far as libvirt tells */
};

/* Asks libvirt what a VM with the domain's definition can have on its host, again and again until it is known or
 * never will be, *given_up is set, or DEFINITION_CHECK_NS have passed. DONE with o->caps, when also the
 * connection may change the definition; else REFUSED. o is overwritten. */
void definition_check(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o);

#define DEFINITION_CHECK_NS (180 * NS_PER_S)

/* Reads the definition, refuses when it is not the one that was shown or when the changed one has what this
 * host lacks, saves it, defines the changed one with validation, reads that again, saves it too, and checks it
 * again against what the host can start. Where libvirt does not report that,
 * request->may_not_start is required. *given_up (set by another thread) ends it before it defines anything. o is
 * overwritten. */
void definition_apply(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o);

/* Defines the XML that was saved at shown_path again; refuses when the definition is not what the change
 * had made of it or, where that is not known, not the one that was shown. Afterwards libvirt has the old one byte for
 * byte, or the present one as before. */
void definition_undo(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o);

/* Can this host start the definition after, apart from what is already in before? Asks libvirt. False with one
 * sentence in why (size bytes), without its full stop, when it cannot, or when that is not known and the request does not allow for it. */
bool definition_can_start(virConnectPtr connection, const struct definition_request *request,
	const char *before, const char *after, char *why, size_t size);

/* Says why no read-write connection to uri came about, from libvirt's last error. */
void definition_refuse_connection(struct definition_outcome *o, const char *uri);

#endif
