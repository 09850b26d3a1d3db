/* define_step: the steps that a change of a definition and its undoing have in common. Only
 * definition.c and definition_undo.c use them. A step that returns false has set the outcome.
 *
 * libvirt has no "define this if that is still there". Processes with one state folder take turns by a lock
 * in it. Anybody else (another user's kvmtop, virsh edit) is noticed by comparing the definition before
 * and after it is replaced, and once more a moment later; what somebody else wrote is never replaced. */
#ifndef SOURCE_LIBVIRT_DEFINE_STEP_H
#define SOURCE_LIBVIRT_DEFINE_STEP_H

#include <stdint.h>

#include "source/libvirt/definition.h"

/* What counts as the definition: what the next start takes. Passwords are in it only with SECURE. */
#define DEFINE_PLAIN VIR_DOMAIN_XML_INACTIVE
#define DEFINE_WHOLE (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE)

/* One change while it is made; what is not needed is NULL. */
struct define_change {
	virConnectPtr connection;
	virDomainPtr domain;
	const struct definition_request *request;
	struct definition_outcome *o;
	char *plain, *whole; /* the definition as it was found, without and with passwords */
	char *meant;         /* what it is to be */
	char *made;          /* what libvirt made of that */
	int folder, lock;    /* the lock in the state folder; -1: not taken */
	uint64_t looked_ns;  /* CLOCK_MONOTONIC: when define_look_again() began */
};

/* Begins a change; define_release() ends it. */
void define_init(struct define_change *c, virConnectPtr connection,
	const struct definition_request *request, struct definition_outcome *o);

/* Sets outcome and message. Returns false, so that a step can end with it. */
bool define_end(struct definition_outcome *o, enum definition_end how, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The reason libvirt gave last. Valid until its next call in this thread. */
const char *define_last_words(void);

/* Did libvirt's last error deny this user something, and the outcome for it. */
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

/* Gives libvirt the definition. False, with the outcome not set: it did not take it. */
bool define_xml(struct define_change *c, const char *xml, unsigned flags);

/* libvirt did not take the definition, and should have left the old one alone. Returns false. */
bool define_fail(struct define_change *c);

/* Is xml, passwords included, what libvirt has now? */
bool define_has(struct define_change *c, const char *xml);

/* c->made is not what was meant. Puts the old definition back where it is certain that c->made is what libvirt
 * took of it, and says why; else leaves it. Returns false. */
bool define_fail_made(struct define_change *c, const char *why);

/* Somebody else's definition is there. Returns false. */
bool define_fail_other(struct define_change *c);

/* Is c->made still there a moment later? Who read the definition before it was replaced has replaced it
 * by then. */
bool define_holds(struct define_change *c);

/* Puts back what was found at the beginning, if c->made is what libvirt has now, and says why. Returns false. */
bool define_restore(struct define_change *c, const char *why);

/* The definition is what it was before the change. Where the log cannot be written the message says so. */
void define_note_undone(const struct define_change *c);

void define_release(struct define_change *c);

#endif
