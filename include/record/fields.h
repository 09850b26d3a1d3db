/* fields: what of a sample is recorded, as tables: one row for each field of each struct. Writer
 * (record/emit.h) and reader (replay_parse.h) walk the same rows, so what one writes the other reads, and a
 * test holds that no field of a struct is without a row. */
#ifndef RECORD_FIELDS_H
#define RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
	RECORD_BOOL,
	RECORD_INT,     /* signed, of 4 or 8 bytes */
	RECORD_UINT,    /* of 1, 2, 4 or 8 bytes; above INT64_MAX as text: "0xfee00000fee00000" */
	RECORD_ENUM,    /* by name; one that this version does not know is 0 */
	RECORD_DOUBLE,  /* null for NAN */
	RECORD_DOUBLES, /* an array of as many as fit */
	RECORD_TEXT,    /* char[], cleaned */
	RECORD_STRING,  /* const char *, cleaned; NULL: left out */
	RECORD_XML,     /* char *, reduced by redact_xml(); NULL: left out */
	RECORD_TEXTS,   /* char[][], as many as the field at .count says */
	RECORD_OBJECT,  /* a struct of .type */
	RECORD_LIST,    /* a pointer to as many structs of .type as the field at .count says */
	RECORD_SUMMARY, /* [count, total, min, max, m2], and the mean where it is not total / count */
	RECORD_SPAN,    /* struct latency_span: [first, count of it, of the next, ...] */
	RECORD_DOMAIN, /* a pointer to one of the sample's domains: its index */
	RECORD_CONFIG, /* a pointer to a VM's configuration: its index in the line's "configs" */
};

/* What --anonymize puts in the place of a text. */
enum record_alias_kind {
	RECORD_ALIAS_NONE,   /* says nothing about who or where */
	RECORD_ALIAS_HOST,   /* "host" */
	RECORD_ALIAS_NAME,   /* "vm1" */
	RECORD_ALIAS_UUID,   /* one that is made up */
	RECORD_ALIAS_THREAD, /* what QEMU and the kernel call threads stays */
	RECORD_ALIAS_GONE,   /* nothing: the field is left out */
	RECORD_ALIAS_WHY,    /* that there was a reason */
};

struct record_struct;

struct record_field {
	const char *key;
	enum record_kind kind;
	enum record_alias_kind alias;
	bool unknown; /* left out is not 0 but unknown: all bits set, -1, NAN */
	bool needed;  /* RECORD_STRING: left out is "", not NULL; not for what is to be freed */
	size_t offset, size;
	size_t count; /* RECORD_LIST, RECORD_TEXTS: offset of how many, a size_t */
	size_t each;  /* RECORD_TEXTS: bytes of one */
	const struct record_struct *type; /* RECORD_OBJECT, RECORD_LIST */
	const char *const *names;         /* RECORD_ENUM, by number, */
	size_t name_count;                /* as many */
};

struct record_struct {
	const char *name; /* for people: "thread" */
	size_t size;
	const struct record_field *fields;
	size_t count;
};

/* What stands in every line, and the two parts that only stand there when they have changed. */
extern const struct record_struct
	record_sample; /* struct sample, without its real_ns and these two */
extern const struct record_struct record_platform; /* struct sample_platform */
extern const struct record_struct record_domain;   /* struct domain */
extern const struct record_struct record_config;   /* struct domain_config */
extern const char *const record_tristates[3];      /* by enum tristate */

#endif
