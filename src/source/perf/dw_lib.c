#ifdef HAVE_LIBDW

#include "source/perf/dw_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	size_t at;
} rows[] = {
#define ROW(name) { #name, offsetof(struct dw_lib, name) },
	DW_FUNCTIONS(ROW)
#undef ROW
};

int dw_lib_open(struct dw_lib *lib, char why[static LIBRARY_WHY_MAX])
{
	void *handle;
	const int error = library_open(&handle, "libdw.so.1", why);

	/* libdw needs libelf: what is looked up in the one is found in the other, too. */
	for (size_t i = 0; !error && i < sizeof rows / sizeof *rows; i++) {
		void *function = dlsym(handle, rows[i].name);

		if (!function) {
			snprintf(why, LIBRARY_WHY_MAX, "it lacks %s", rows[i].name);
			return -ELIBACC;
		}
		memcpy((char *)lib + rows[i].at, &function, sizeof function);
	}
	return error;
}

#endif
