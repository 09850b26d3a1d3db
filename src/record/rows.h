/* rows: how a row of the tables of tape_fields.h is written. Within the files tape_fields*.c only. */
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
#define TEXT(of, member, as)                                                     \
	{                                                                        \
		.key = #member, .kind = TAPE_TEXT, .alias = (as), AT(of, member) \
	}
#define STRING(of, member, as)                                                     \
	{                                                                          \
		.key = #member, .kind = TAPE_STRING, .alias = (as), AT(of, member) \
	}
#define OBJECT(of, member, as)                                                     \
	{                                                                          \
		.key = #member, .kind = TAPE_OBJECT, .type = &(as), AT(of, member) \
	}
#define ENUM(of, member, list)                                                                  \
	{                                                                                       \
		.key = #member, .kind = TAPE_ENUM, .names = (list), .name_count = LENGTH(list), \
		AT(of, member)                                                                  \
	}
#define LIST(of, member, number, as)                                 \
	{                                                            \
		.key = #member, .kind = TAPE_LIST, .type = &(as),    \
		.count = offsetof(struct of, number), AT(of, member) \
	}
#define TEXTS(of, member, number)                                                         \
	{                                                                                 \
		.key = #member, .kind = TAPE_TEXTS, .count = offsetof(struct of, number), \
		.each = sizeof *((struct of *)0)->member, AT(of, member)                  \
	}
#define STRUCT(of, called, rows)                                               \
	{                                                                      \
		.name = (called), .size = sizeof(struct of), .fields = (rows), \
		.count = LENGTH(rows)                                          \
	}

/* Of the host, from tape_fields_host.c. */
extern const struct tape_struct tape_host;        /* struct sample_host */
extern const struct tape_struct tape_host_detail; /* struct sample_host_detail */

#endif
