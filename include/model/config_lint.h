/* config_lint: what is wrong with a configuration by itself, without any measurement: enlightenments
 * without those they need, settings that nobody looks at, and what libvirt or QEMU refuses. */
#ifndef MODEL_CONFIG_LINT_H
#define MODEL_CONFIG_LINT_H

#include "sample/sample.h"

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

/* Room enough for all there are. */
#define CONFIG_LINT_MAX 64

/* Writes what is found to items (CONFIG_LINT_MAX), errors first, and returns how many. The items are
 * constants. host tells the versions of libvirt and QEMU and the CPU's vendor where these matter; what
 * it does not know raises nothing. Nothing is found in a configuration that was not read. */
size_t config_lint(const struct domain_config *config, const struct sample_platform *host,
	const struct lint_item **items);

/* All there can be, for documents and tests: the one with that number, or NULL behind the last. */
const struct lint_item *config_lint_item(size_t number);

#endif
