/* define_step: the steps that a change of a definition and its undoing have in common. Only
 * definition.c, definition_check.c and definition_undo.c use them. A step that returns false has set the outcome.
 *
 * libvirt has no compare-and-define. Processes that share a state folder take turns by a lock in it. Others
 * (another user's kvmtop, virsh edit) are detected by comparing the definition before and after it is
 * replaced, and once more a moment later; what somebody else wrote is never replaced. */
#ifndef APPLY_DEFINE_STEP_H
#define APPLY_DEFINE_STEP_H

#include <stdint.h>

#include "apply/definition.h"

/* The definition is the inactive XML, which the next start uses. It has passwords only with SECURE. */
#define DEFINE_PLAIN VIR_DOMAIN_XML_INACTIVE
#define DEFINE_WHOLE (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE)

/* One change while it is made; what is not needed is NULL. */
struct define_change {
	virConnectPtr connection, own_connection; /* the latter: made anew, NULL: none */
	virDomainPtr domain;
	const struct definition_request *request;
	struct definition_outcome *o;
	bool is_undo; /* what is meant was saved once, and what is found is what a change made */
	char *plain, *whole; /* the definition as it was found, without and with passwords */
	char *meant;         /* what it is to be */
	char *made;          /* what libvirt made of that */
	int folder, lock;    /* the lock in the state folder; -1: not taken */
	uint64_t looked_ns;  /* CLOCK_MONOTONIC: when define_look_again() began */
	char unread[256];    /* why define_read_now() has read nothing */
};

/* What libvirt has now, held against a text. What could not be read is neither the same nor another one. */
enum define_seen { DEFINE_SAME, DEFINE_OTHER, DEFINE_UNREAD };

/* Begins a change; define_release() ends it. */
void define_init(struct define_change *c, virConnectPtr connection,
	const struct definition_request *request, struct definition_outcome *o);

/* Sets outcome and message. Returns false, so that a step can end with it. */
bool define_end(struct definition_outcome *o, enum definition_end how, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The reason libvirt gave last. Valid until its next call in this thread. */
const char *define_last_words(void);

/* Was libvirt's last error a denied permission, and the outcome for that. */
bool define_was_denied(void);
bool define_refuse_denial(struct definition_outcome *o);

/* When the new definition takes effect, for the domain as it is now: a sentence. */
const char *define_next_start(const struct define_change *c);

/* Takes the domain's lock, waiting a few seconds for another kvmtop. create: makes the state folder; without
 * it one that does not exist needs no lock. */
bool define_lock(struct define_change *c, bool create);

/* Finds the domain and reads its definition. */
bool define_read(struct define_change *c);

/* Saving takes time: the last comparison before the definition is replaced. */
bool define_look_again(struct define_change *c, const atomic_bool *given_up);

/* Gives libvirt the definition. False, with the outcome not set: libvirt rejected it. */
bool define_xml(struct define_change *c, const char *xml, unsigned flags);

/* libvirt rejected the definition, and should have kept the old one, which is what it returns: is that still there?
 * For another one, that is c->made then. */
enum define_seen define_fail(struct define_change *c);

/* What libvirt has now, passwords included; the caller frees it. A libvirt that does not answer, as while it is
 * restarted, is asked again for some seconds, over a new connection where that is needed. NULL, with c->unread: it has not
 * answered. */
char *define_read_now(struct define_change *c);

/* Holds xml, passwords included, against that. */
enum define_seen define_has(struct define_change *c, const char *xml);

/* A definition was given to libvirt, but it cannot be read what it has now. why: a sentence that goes before that, without
 * its full stop; NULL: none. Returns false. */
bool define_fail_unread(struct define_change *c, const char *why);

/* c->made is not what was meant. Restores the old definition if c->made is certainly libvirt's own reading of
 * it, with the reason why; otherwise leaves it. Returns false. */
bool define_fail_made(struct define_change *c, const char *why);

/* Somebody else's definition is there. Returns false. */
bool define_fail_other(struct define_change *c);

/* Is c->made still there a moment later? Whoever read the old definition to change it has written theirs by
 * then. */
enum define_seen define_holds(struct define_change *c);

/* Restores the definition found at the beginning if libvirt still has c->made, with the reason why. Returns false. */
bool define_restore(struct define_change *c, const char *why);

/* The definition is what it was before the change. A log that cannot be written is named in the message. */
void define_note_undone(const struct define_change *c);

void define_release(struct define_change *c);

#endif
