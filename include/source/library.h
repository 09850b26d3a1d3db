/* library: a shared library that is loaded while kvmtop runs, when it is there: it serves an optional feature, and
 * kvmtop must start on hosts without it. */
#ifndef SOURCE_LIBRARY_H
#define SOURCE_LIBRARY_H

#include <stddef.h>

#define LIBRARY_WHY_MAX 120

/* Loads file ("libdw.so.1") by the dynamic linker's search; it stays loaded. Blocks while the library
 * and its dependencies are read: call it from a thread that nothing waits for.
 * Returns 0 and *handle for dlsym(); -ENOENT when it is not
 * installed; -ELIBACC when it is, but cannot be loaded. why holds the dynamic linker's words then, cleaned. */
int library_open(void **handle, const char *file, char why[static LIBRARY_WHY_MAX]);

#endif
