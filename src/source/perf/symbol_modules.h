/* symbol_modules: functions of the files that a process has mapped, by elfutils' libdwfl. Where kvmtop was built without
 * it, where it is not installed, and where a file has no symbols, a place is a file and an offset. */
#ifndef SOURCE_PERF_SYMBOL_MODULES_H
#define SOURCE_PERF_SYMBOL_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/host/proc_maps.h"
#include "source/library.h"

/* A file's name and a function's, cut where they are longer. */
struct symbol_name {
	char module[64];
	char name[128];
	bool nameless; /* name is an offset or an address */
};

struct symbol_modules;

/* Of the process pid below proc ("/proc"). Opens nothing yet. Never NULL. */
struct symbol_modules *symbol_modules_new(pid_t pid, const char *proc);
void symbol_modules_free(struct symbol_modules *m);

/* Looks address up in the file of map. The first call for a file opens it, and the very first call loads libdw, which may
 * take long. */
void symbol_modules_find(struct symbol_modules *m, const struct proc_map *map, uint64_t address,
	struct symbol_name *out);

/* How many files could not be opened. */
size_t symbol_modules_closed(const struct symbol_modules *m);

/* Whether functions' names can be looked up at all. */
enum symbol_library {
	SYMBOL_LIBRARY_UNKNOWN, /* no file was opened so far */
	SYMBOL_LIBRARY_LOADED,
	SYMBOL_LIBRARY_BUILT_OUT, /* kvmtop was built without it */
	SYMBOL_LIBRARY_ABSENT,    /* it is not installed */
	SYMBOL_LIBRARY_UNUSABLE,  /* it cannot be loaded: why says it, cleaned */
};
enum symbol_library symbol_modules_library(
	const struct symbol_modules *m, char why[static LIBRARY_WHY_MAX]);

/* Is it known to this kvmtop? */
bool symbol_modules_built_in(void);

/* The place as a file and an offset; map NULL: as a bare address. */
void symbol_modules_guess(const struct proc_map *map, uint64_t address, struct symbol_name *out);

#endif
