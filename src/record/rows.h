/* rows: how a row of the tables of record/fields.h is written. Within the files record/fields*.c only. */
#ifndef RECORD_ROWS_H
#define RECORD_ROWS_H

#include "record/fields.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define AT(of, member) \
	.offset = offsetof(struct of, member), .size = sizeof(((struct of *)0)->member)

/* A field is called in the file what it is called in its struct. */
#define FIELD(of, member, what)                                \
	{                                                      \
		.key = #member, .kind = (what), AT(of, member) \
	}
#define TOTAL(of, member, what)                                                 \
	{                                                                       \
		.key = #member, .kind = (what), .unknown = true, AT(of, member) \
	}
#define TEXT(of, member, as)                                                       \
	{                                                                          \
		.key = #member, .kind = RECORD_TEXT, .alias = (as), AT(of, member) \
	}
#define STRING(of, member, as)                                                       \
	{                                                                            \
		.key = #member, .kind = RECORD_STRING, .alias = (as), AT(of, member) \
	}
#define OBJECT(of, member, as)                                                       \
	{                                                                            \
		.key = #member, .kind = RECORD_OBJECT, .type = &(as), AT(of, member) \
	}
#define ENUM(of, member, list)                                                                    \
	{                                                                                         \
		.key = #member, .kind = RECORD_ENUM, .names = (list), .name_count = LENGTH(list), \
		AT(of, member)                                                                    \
	}
#define LIST(of, member, number, as)                                 \
	{                                                            \
		.key = #member, .kind = RECORD_LIST, .type = &(as),  \
		.count = offsetof(struct of, number), AT(of, member) \
	}
#define TEXTS(of, member, number)                                                           \
	{                                                                                   \
		.key = #member, .kind = RECORD_TEXTS, .count = offsetof(struct of, number), \
		.each = sizeof *((struct of *)0)->member, AT(of, member)                    \
	}
#define STRUCT(of, called, rows)                                               \
	{                                                                      \
		.name = (called), .size = sizeof(struct of), .fields = (rows), \
		.count = LENGTH(rows)                                          \
	}

/* Of the host, from record/fields_host.c. */
extern const struct record_struct record_host;        /* struct sample_host */
extern const struct record_struct record_host_detail; /* struct sample_host_detail */

#endif
