/* redact: what of a domain's XML goes into a recording: what kvmtop's rules and remedies read and change,
 * element by element, and nothing that is not named here. Disks, networks, graphics with their passwords,
 * metadata with what a cloud wrote there, comments and QEMU's other arguments stay out. */
#ifndef DOMAIN_REDACT_H
#define DOMAIN_REDACT_H

/* What names a domain, and may be replaced. */
enum redact_name { REDACT_NAME, REDACT_UUID };

/* Longer names are cut. */
#define REDACT_NAME_MAX 256

/* What takes the place of names. */
struct redact_alias {
	/* Returns it: out, or another text that stays until the next call. */
	const char *(*text)(void *data, enum redact_name kind, const char *name,
		char out[static REDACT_NAME_MAX]);
	void *data;
};

/* The part of xml that is recorded, in its own indentation, so that the remedies' diffs look as they do on
 * the host; the caller frees it. "" when xml does not parse or is no domain. alias, where it is not NULL,
 * takes the place of name and UUID. */
char *redact_xml(const char *xml, const struct redact_alias *alias)
	__attribute__((returns_nonnull));

#endif
