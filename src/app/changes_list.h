/* changes_list: what --changes does: lists what kvmtop changed, newest first. */
#ifndef APP_CHANGES_LIST_H
#define APP_CHANGES_LIST_H

#include "app/options.h"
#include "apply/change_log.h"
#include "core/text.h"
#include "sample/domain.h"

/* Lists the changes on standard output. Returns the exit status: 0, or 1 when the log cannot be read. */
int changes_list_run(const struct options *o);

/* Adds the list: text, or one JSON object on one line. domains: NULL when libvirt was not reached, for the
 * reason in why. Pure but for the backups, which are compared. Returns 0, or -ENOMEM with out as it was. */
int changes_list(struct strbuf *out, enum report_format format, const struct change_log *log,
	const char *folder, const struct domain_set *domains, const char *uri, const char *why);

#endif
