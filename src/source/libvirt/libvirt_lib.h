/* libvirt_lib: libvirt's library, loaded when it is there. Callers include libvirt's own headers and use
 * its function names: libvirt_lib.c defines each function in libvirt_functions.h, which loads the library at the first call,
 * and calls the library's function, or fails as libvirt does where there is none. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_LIB_H
#define SOURCE_LIBVIRT_LIBVIRT_LIB_H

#include <stdbool.h>

#include "source/library.h"

enum libvirt_lib_state {
	LIBVIRT_LIB_LOADED,
	LIBVIRT_LIB_ABSENT, /* it is not installed */
	LIBVIRT_LIB_UNUSABLE /* it cannot be loaded, or lacks what even LIBVIRT_LIB_OLDEST has: why says it */
};

/* Older ones are not supported: their event loop and connections differ. */
#define LIBVIRT_LIB_OLDEST LIBVIRT_VERSION(1, 0, 0)

struct libvirt_lib {
	enum libvirt_lib_state state;
	unsigned long needs_version; /* what has all functions; 0: this one has */
	char why[LIBRARY_WHY_MAX];   /* cleaned; "" when it is loaded */
};

/* Loads it at the first call in this process, and never tries again. Call it from a thread that nothing waits for:
 * it needs fifty other libraries. */
const struct libvirt_lib *libvirt_lib(void) __attribute__((returns_nonnull));

/* Which state a library is in that has the functions for which has(context, name) is true; out->why is set where it is
 * unusable. */
void libvirt_lib_judge(
	struct libvirt_lib *out, bool (*has)(void *context, const char *name), void *context);

/* "4.5", "0.9.8": a version as a person writes it. */
const char *libvirt_lib_version_text(char out[static 24], unsigned long version);

#endif
