/* kallsyms: the kernel's functions, as /proc/kallsyms tells them. */
#ifndef SOURCE_PERF_KALLSYMS_H
#define SOURCE_PERF_KALLSYMS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "source/perf/symbol_table.h"

enum kallsyms_state {
	KALLSYMS_READ,
	KALLSYMS_HIDDEN, /* all addresses are 0: kptr_restrict, or not root */
	KALLSYMS_ABSENT, /* it cannot be opened, or holds nothing */
};

/* What a kernel's own function belongs to; a module's is called as the module. */
#define KALLSYMS_KERNEL "kernel"

/* Reads path into t, sorted. Takes a tenth of a second; ends early, with what there is, when *stop is set (NULL:
 * never). */
enum kallsyms_state kallsyms_read(
	struct symbol_table *t, const char *path, const atomic_bool *stop);

#endif
