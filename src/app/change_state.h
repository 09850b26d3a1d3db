/* change_state: the state of a change in the log, by the log and libvirt. */
#ifndef APP_CHANGE_STATE_H
#define APP_CHANGE_STATE_H

#include "apply/change_log.h"
#include "sample/domain.h"

enum change_became {
	CHANGE_APPLIED,     /* libvirt could not be asked, or a newer change is unfinished */
	CHANGE_PENDING,     /* takes effect at the next start */
	CHANGE_IN_EFFECT,   /* the guest runs with it */
	CHANGE_PROVEN,      /* and its effect was measured */
	CHANGE_UNDONE,      /* by kvmtop */
	CHANGE_UNFINISHED,  /* whether it was made is not known */
	CHANGE_ABSENT,      /* the definition is what it was before, whoever did that */
	CHANGE_OVERWRITTEN, /* somebody else has changed the definition since */
	CHANGE_GONE,        /* the domain no longer has a definition */
	CHANGE_BECAME__COUNT,
};

/* The state of item i of the log. domains: those libvirt has now; NULL: unknown. uri: of the libvirt that told the
 * domains; a change that was made in another one is not judged by them. */
enum change_became change_state(const struct change_log *log, size_t i, const char *folder,
	const struct domain_set *domains, const char *uri);

/* "pending" and a sentence about it. */
const char *change_state_name(enum change_became became);
const char *change_state_about(enum change_became became);

#endif
