/* replay_json: a line of JSON (RFC 8259) as a flat list of its values, in the order of the text. A line of a
 * hundred VMs holds a hundred thousand of them: a tree of nodes that are allocated one by one takes longer to
 * build and to free than a jump in a recording may take. Values are valid as long as text and list. */
#ifndef SOURCE_REPLAY_REPLAY_JSON_H
#define SOURCE_REPLAY_REPLAY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Arrays and objects in one another at most; a recording has ten. */
enum { REPLAY_JSON_DEPTH = 64 };

/* Values in a line at most: those of a tick of 2000 VMs are a quarter of it. */
enum { REPLAY_JSON_VALUES_MAX = 8 << 20 };

enum replay_json_kind {
	REPLAY_JSON_NULL,
	REPLAY_JSON_FALSE,
	REPLAY_JSON_TRUE,
	REPLAY_JSON_INTEGER, /* -5 */
	REPLAY_JSON_REAL,    /* 5.0, 1e9 */
	REPLAY_JSON_STRING,
	REPLAY_JSON_ARRAY,
	REPLAY_JSON_OBJECT, /* its values are keys, which are strings, and what they are the keys of, in turn */
};

struct replay_value {
	uint8_t kind;           /* enum replay_json_kind */
	bool escaped;           /* a string with a backslash in it */
	uint32_t start, length; /* in the text; of a string without its quotes */
	uint32_t count;         /* of an array or an object: values, or pairs, directly in it */
	uint32_t next;          /* behind it, and all that is in it: a number in the list */
};

/* All zero is empty; it can be used again for line after line. */
struct replay_json {
	const char *text;
	struct replay_value *values; /* the first is the line's own, which is an object */
	size_t count, capacity;
};

/* Reads length bytes (less than 4 GiB) with a NUL behind them, which are borrowed. False when they are no JSON
 * object, with what is wrong in why (size bytes): "it is no JSON: a value is missing in column 7". Text that is
 * not UTF-8 is passed on as it is. */
bool replay_json_read(
	struct replay_json *j, const char *text, size_t length, char *why, size_t size);
void replay_json_fini(struct replay_json *j);

/* The first value in an array or object, and the one behind one; to be taken count times (of an object: the
 * key, and behind it its value, count times). */
const struct replay_value *replay_json_first(const struct replay_value *container);
const struct replay_value *replay_json_behind(
	const struct replay_json *j, const struct replay_value *value);

/* What stands at key in an object, or NULL. */
const struct replay_value *replay_json_get(
	const struct replay_json *j, const struct replay_value *object, const char *key);

/* Is it the string text, of that length, which needs no escapes? */
bool replay_json_is(
	const struct replay_json *j, const struct replay_value *v, const char *text, size_t length);

/* A string without its escapes, NUL-terminated, in out, which has room for length + 1 bytes of the value. */
void replay_json_string(const struct replay_json *j, const struct replay_value *v, char *out);

/* A whole number. False for any other value, or one that is too large. */
bool replay_json_unsigned(const struct replay_json *j, const struct replay_value *v, uint64_t *out);
bool replay_json_signed(const struct replay_json *j, const struct replay_value *v, int64_t *out);

/* A number. False for any other value, or one that is too large. */
bool replay_json_double(const struct replay_json *j, const struct replay_value *v, double *out);

#endif
