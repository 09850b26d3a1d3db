/* emit: writes structs as JSON, by the tables of tape_fields.h. What is as it is when nothing is known
 * is left out, which is most of it. */
#ifndef RECORD_EMIT_H
#define RECORD_EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "record/alias.h"
#include "record/fields.h"
#include "sample/domain.h"

struct tape_emit {
	struct strbuf *out;               /* what is written is added here */
	struct tape_alias *alias;         /* NULL: names stay */
	const struct domain_set *domains; /* what TAPE_DOMAIN points into, or NULL */
	size_t configs; /* how many TAPE_CONFIG came so far: the next one's index */
};

/* Writes data, a struct of that type, as an object. */
void tape_emit_struct(struct tape_emit *e, const struct tape_struct *type, const void *data);

/* Writes text, which is cleaned first, in quotes; a name as its alias where names do not stay. */
void tape_emit_text(struct tape_emit *e, const char *text, enum tape_alias_kind alias);

void tape_emit_number(struct tape_emit *e, uint64_t value);

#endif
