/* alias: what stands in a recording in the place of names, for somebody who is not to know them. The
 * same name always gets the same alias, in this recording and in no other: VMs are counted as they come. */
#ifndef RECORD_ALIAS_H
#define RECORD_ALIAS_H

#include <stddef.h>

#include "domain/redact.h"
#include "record/fields.h"

#define RECORD_ALIAS_MAX REDACT_NAME_MAX

/* All zero has given none yet. */
struct record_alias {
	struct record_alias_list {
		char **items;
		size_t count, capacity;
	} names, uuids;
};

void record_alias_fini(struct record_alias *a);

/* Writes the alias of text to out, and returns out: "vm3" for a name, "00000000-0000-4000-8000-000000000003"
 * for a UUID, "host"; "" stays "". */
const char *record_alias_text(struct record_alias *a, enum record_alias_kind kind, const char *text,
	char out[static RECORD_ALIAS_MAX]);

/* The same for domain/redact.h; a is borrowed. */
struct redact_alias record_alias_redact(struct record_alias *a);

#endif
