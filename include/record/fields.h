/* fields: what of a sample is recorded, as tables: one row for each field of each struct. Writer
 * (tape_emit.h) and reader (tape_parse.h) walk the same rows, so what one writes the other reads, and a
 * test holds that no field of a struct is without a row. */
#ifndef RECORD_FIELDS_H
#define RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tape_kind {
	TAPE_BOOL,
	TAPE_INT,     /* signed, of 4 or 8 bytes */
	TAPE_UINT,    /* of 1, 2, 4 or 8 bytes; above INT64_MAX as text: "0xfee00000fee00000" */
	TAPE_ENUM,    /* by name; one that this version does not know is 0 */
	TAPE_DOUBLE,  /* null for NAN */
	TAPE_DOUBLES, /* an array of as many as fit */
	TAPE_TEXT,    /* char[], cleaned */
	TAPE_STRING,  /* const char *, cleaned; NULL: left out */
	TAPE_XML,     /* char *, reduced by redact_xml(); NULL: left out */
	TAPE_TEXTS,   /* char[][], as many as the field at .count says */
	TAPE_OBJECT,  /* a struct of .type */
	TAPE_LIST,    /* a pointer to as many structs of .type as the field at .count says */
	TAPE_SUMMARY, /* [count, total, min, max, m2], and the mean where it is not total / count */
	TAPE_SPAN,    /* struct latency_span: [first, count of it, of the next, ...] */
	TAPE_DOMAIN,  /* a pointer to one of the sample's domains: its index */
	TAPE_CONFIG,  /* a pointer to a VM's configuration: its index in the line's "configs" */
};

/* What --anonymize puts in the place of a text. */
enum tape_alias_kind {
	TAPE_ALIAS_NONE,   /* says nothing about who or where */
	TAPE_ALIAS_HOST,   /* "host" */
	TAPE_ALIAS_NAME,   /* "vm1" */
	TAPE_ALIAS_UUID,   /* one that is made up */
	TAPE_ALIAS_THREAD, /* what QEMU and the kernel call threads stays */
	TAPE_ALIAS_GONE,   /* nothing: the field is left out */
	TAPE_ALIAS_WHY,    /* that there was a reason */
};

struct tape_struct;

struct tape_field {
	const char *key;
	enum tape_kind kind;
	enum tape_alias_kind alias;
	bool unknown; /* left out is not 0 but unknown: all bits set, -1, NAN */
	bool needed;  /* TAPE_STRING: left out is "", not NULL; not for what is to be freed */
	size_t offset, size;
	size_t count;                   /* TAPE_LIST, TAPE_TEXTS: offset of how many, a size_t */
	size_t each;                    /* TAPE_TEXTS: bytes of one */
	const struct tape_struct *type; /* TAPE_OBJECT, TAPE_LIST */
	const char *const *names;       /* TAPE_ENUM, by number, */
	size_t name_count;              /* as many */
};

struct tape_struct {
	const char *name; /* for people: "thread" */
	size_t size;
	const struct tape_field *fields;
	size_t count;
};

/* What stands in every line, and the two parts that only stand there when they have changed. */
extern const struct tape_struct tape_sample; /* struct sample, without its real_ns and these two */
extern const struct tape_struct tape_platform; /* struct sample_platform */
extern const struct tape_struct tape_domain;   /* struct domain */
extern const struct tape_struct tape_config;   /* struct domain_config */
extern const char *const tape_tristates[3];    /* by enum tristate */

#endif
