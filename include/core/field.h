/* field: one row for each figure of a struct: what it is called, where it lies or how it is worked out, how it is written. The
 * columns of the screen, text, CSV, JSON and the JSON Schema are made of such rows. */
#ifndef CORE_FIELD_H
#define CORE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/number.h"

enum field_kind {
	FIELD_FUNCTION, /* number() or text() says it */
	FIELD_DOUBLE,
	FIELD_SIGNED,   /* of 4 or 8 bytes */
	FIELD_UNSIGNED, /* of 1, 2, 4 or 8 bytes */
	FIELD_BOOL,
	FIELD_SWITCH,   /* int: 0 no, 1 yes, less: unknown */
	FIELD_TRISTATE, /* an enum: 0 unknown, 1 no, 2 yes */
	FIELD_TEXT,     /* char[] */
	FIELD_STRING,   /* const char *, NULL: unknown */
};

/* What stands for a number that is not known, besides NAN. */
enum field_unknown { FIELD_NOTHING_ELSE, FIELD_UNKNOWN_BELOW_0, FIELD_UNKNOWN_AT_0 };

struct field {
	const char *key;   /* JSON member, --sort argument */
	const char *title; /* header on screen, at most width columns; NULL: it is no column */
	const char *help;  /* one sentence for help, manual and schema */
	enum number_unit unit;
	bool real; /* has decimals, although its unit has none */
	enum field_unknown unknown;
	bool always; /* it is never unknown, says the schema */
	/* Where it lies in the row: */
	enum field_kind kind;
	uint32_t offset, size;
	/* or one of the two; NULL: unknown, a text is valid as long as row */
	double (*number)(const void *row);
	const char *(*text)(const void *row);
	double (*order)(const void *row); /* of a text that is not sorted from A to Z; else NULL */
	int width;
	int rank;       /* when there is no room, the highest rank goes first; 0: never */
	bool left;      /* left-aligned text */
	bool ascending; /* natural order is A to Z */
	bool of_cpu; /* a share of one CPU's time: can be shown as a share of all, COLUMN_OF_HOST_TITLE */
	/* Is the figure scaled up from a part of what there was? Then COLUMN_SAMPLED_MARK stands before
	 * it. NULL: it never is. */
	bool (*sampled)(const void *row);
	const char *metric, *metric_type; /* in OpenMetrics: none so far */
};

#define FIELD_PLACE(type, member)                          \
	.offset = (uint32_t)offsetof(struct type, member), \
	.size = (uint32_t)sizeof(((struct type *)NULL)->member)

#define FIELD_SWITCH_AT(type, member) .kind = FIELD_SWITCH, FIELD_PLACE(type, member)
#define FIELD_TRISTATE_AT(type, member) .kind = FIELD_TRISTATE, FIELD_PLACE(type, member)

/* A number, by its type; a char array or a const char *. */
#define FIELD_NUMBER_AT(type, member)                          \
	.kind = _Generic(((struct type *)NULL)->member, double \
			 : FIELD_DOUBLE, bool                  \
			 : FIELD_BOOL, int                     \
			 : FIELD_SIGNED, long                  \
			 : FIELD_SIGNED, long long             \
			 : FIELD_SIGNED, default               \
			 : FIELD_UNSIGNED),                    \
	FIELD_PLACE(type, member)
#define FIELD_TEXT_AT(type, member)                                              \
	.kind = __builtin_types_compatible_p(                                    \
			__typeof__(((struct type *)NULL)->member), const char *) \
			? FIELD_STRING                                           \
			: FIELD_TEXT,                                            \
	FIELD_PLACE(type, member)

bool field_is_text(const struct field *f);

/* Of those that are no text: is it yes or no, and if not, has it no decimals? */
bool field_is_yes_or_no(const struct field *f);
bool field_is_whole(const struct field *f);

/* The value of one that is yes or no: 1, 0, or -1: unknown. */
int field_yes_or_no(const struct field *f, const void *row);

/* The value of a field that is no text; NAN: unknown. */
double field_number(const struct field *f, const void *row);

/* The value of one that is; NULL: unknown. Valid as long as row. */
const char *field_text(const struct field *f, const void *row);

/* The field with that key, or count when there is none. */
size_t field_find(const struct field *fields, size_t count, const char *key);

/* Compares two rows by a field as qsort wants it, in the field's natural order (largest first, or
 * A to Z); reverse turns it round. Unknown is last either way. 0 when equal. */
int field_compare(const struct field *f, bool reverse, const void *a, const void *b);

/* Sorts an array of row pointers, or of rows of stride bytes, by a field; what is equal is put in the
 * natural order of tie (NULL: none), then stays as it is in the array. */
void field_sort_pointers(const struct field *f, bool reverse, const struct field *tie,
	const void **rows, size_t count);
void field_sort_rows(const struct field *f, bool reverse, const struct field *tie, void *rows,
	size_t count, size_t stride);

#endif
