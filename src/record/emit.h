/* emit: writes structs as JSON, by the tables of record/fields.h. What is as it is when nothing is known
 * is left out, which is most of it. */
#ifndef RECORD_EMIT_H
#define RECORD_EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "record/alias.h"
#include "record/fields.h"
#include "sample/domain.h"

struct record_emit {
	struct strbuf *out;               /* what is written is added here */
	struct record_alias *alias;       /* NULL: names stay */
	const struct domain_set *domains; /* what RECORD_DOMAIN points into, or NULL */
	size_t configs; /* how many RECORD_CONFIG came so far: the next one's index */
};

/* Writes data, a struct of that type, as an object. */
void record_emit_struct(struct record_emit *e, const struct record_struct *type, const void *data);

/* Writes text, which is cleaned first, in quotes; a name as its alias where names do not stay. */
void record_emit_text(struct record_emit *e, const char *text, enum record_alias_kind alias);

void record_emit_number(struct record_emit *e, uint64_t value);

#endif
