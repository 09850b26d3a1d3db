/* demo: the recording that comes with kvmtop, for machines without a VM. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include <stddef.h>

/* What is to be seen in it, in one sentence. */
extern const char demo_about[];

/* Finds it: beside the installed program (PREFIX/share/kvmtop), or beside the program where it is
 * built. Returns 0 with its path (size bytes), or -ENOENT with one sentence in why (why_size bytes). */
int demo_find(char *path, size_t size, char *why, size_t why_size);

#endif
