/* replay_parse: reads structs from JSON, by the tables of record/fields.h. Whoever wrote a recording may have
 * meant ill: what does not fit its field is refused, and what is left out or unknown is as it is when nothing
 * is known. */
#ifndef SOURCE_REPLAY_REPLAY_PARSE_H
#define SOURCE_REPLAY_REPLAY_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "record/fields.h"
#include "sample/domain.h"
#include "source/replay/replay_json.h"

struct replay_parse {
	const struct replay_json *json;
	struct arena *arena; /* where lists and texts go; NULL: each is the caller's to free */
	const struct domain_set *domains;    /* what RECORD_DOMAIN points into, or NULL */
	const struct domain_config *configs; /* likewise RECORD_CONFIG */
	size_t config_count;
	char why[160]; /* of the first that did not fit: "the tid of a thread is no number it can be" */
};

/* Fills data, a struct of that type, from an object of p->json; NULL is none. False when something does not fit,
 * with why; what was allocated for it until then is in data all the same. */
bool replay_parse_struct(struct replay_parse *p, const struct record_struct *type, void *data,
	const struct replay_value *object);

/* The number at key in the line, 0 to 2^64 - 1 as record_emit_number() writes it. False when there is none. */
bool replay_parse_number(const struct replay_json *json, const struct replay_value *object,
	const char *key, uint64_t *out);

#endif
