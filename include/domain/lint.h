/* lint: what is wrong with a configuration by itself, without any measurement: enlightenments
 * without those they need, settings that nobody looks at, and what libvirt or QEMU refuses. */
#ifndef DOMAIN_LINT_H
#define DOMAIN_LINT_H

#include <stddef.h>

#include "domain/config.h"

enum lint_severity {
	LINT_NOTE,    /* without effect */
	LINT_WARNING, /* costs, or does not do what it is there for */
	LINT_ERROR, /* libvirt or QEMU refuses it: a running guest got it otherwise, or an inactive one
			 will not start */
};

struct lint_item {
	const char *id;   /* "stimer-without-synic" */
	const char *what; /* one clause: "<stimer> without <synic>" */
	const char *why;  /* one sentence on what comes of it, with the cure */
	enum lint_severity severity;
};

/* What bears on it of the host. */
struct lint_host {
	char arch[16];      /* as uname -m prints it: x86_64; "" unknown */
	char kvm_vendor[8]; /* intel, amd; "" unknown */
	int apicv;          /* enable_apicv or avic: 0, 1; -1 unknown */
	unsigned long libvirt_version,
		qemu_version; /* 1000000 * major + 1000 * minor + micro; 0: unknown */
};

/* Room enough for all there are. */
#define LINT_MAX 64

/* Writes what is found to items (LINT_MAX), errors first, and returns how many. The items are
 * constants. host tells the versions of libvirt and QEMU and the CPU's vendor where these matter; what
 * it does not know raises nothing. Nothing is found in a configuration that was not read. */
size_t lint_config(const struct domain_config *config, const struct lint_host *host,
	const struct lint_item **items);

/* All there can be, for documents and tests: the one with that number, or NULL behind the last. */
const struct lint_item *lint_item(size_t number);

#endif
