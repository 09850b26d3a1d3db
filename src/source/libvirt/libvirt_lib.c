#include "source/libvirt/libvirt_lib.h"

#include <dlfcn.h>
#include <errno.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "source/libvirt/libvirt_functions.h"

#define FILE_NAME "libvirt.so.0"

/* Typed by libvirt's own prototypes. */
struct functions {
#define FUNCTION(since, type, otherwise, name, parameters, arguments) __typeof__(name) *name;
	LIBVIRT_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

static const struct row {
	const char *name;
	unsigned long since;
	size_t at; /* in struct functions */
} rows[] = {
#define FUNCTION(since, type, otherwise, name, parameters, arguments) \
	{ #name, since, offsetof(struct functions, name) },
	LIBVIRT_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* What is set once and never changes again: a function that has libvirt's name and prototype can be handed nothing more, and
 * a library is loaded for a process, not for a part of it. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct libvirt_lib lib;
static struct functions functions;
static virError no_library = { .code = VIR_ERR_NO_SUPPORT, .message = lib.why };

const char *libvirt_lib_version_text(char out[static 24], unsigned long version)
{
	const unsigned long major = version / 1000000, minor = version / 1000 % 1000;

	if (version % 1000)
		snprintf(out, 24, "%lu.%lu.%lu", major, minor, version % 1000);
	else
		snprintf(out, 24, "%lu.%lu", major, minor);
	return out;
}

void libvirt_lib_judge(
	struct libvirt_lib *out, bool (*has)(void *context, const char *name), void *context)
{
	char version[24];

	out->state = LIBVIRT_LIB_LOADED;
	out->needs_version = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (has(context, rows[i].name))
			continue;
		if (rows[i].since > out->needs_version)
			out->needs_version = rows[i].since;
		if (rows[i].since <= LIBVIRT_LIB_OLDEST && out->state == LIBVIRT_LIB_LOADED) {
			out->state = LIBVIRT_LIB_UNUSABLE;
			snprintf(out->why, sizeof out->why, "it lacks %s, so it is older than %s",
				rows[i].name,
				libvirt_lib_version_text(version, LIBVIRT_LIB_OLDEST));
		}
	}
}

static bool has(void *handle, const char *name)
{
	return dlsym(handle, name) != NULL;
}

static void load(void)
{
	void *handle;
	const int error = library_open(&handle, FILE_NAME, lib.why);

	if (error) {
		lib.state = error == -ENOENT ? LIBVIRT_LIB_ABSENT : LIBVIRT_LIB_UNUSABLE;
		return;
	}
	libvirt_lib_judge(&lib, has, handle);
	/* A library with half of what is needed is not called at all. */
	for (size_t i = 0; lib.state == LIBVIRT_LIB_LOADED && i < sizeof rows / sizeof *rows; i++) {
		void *function = dlsym(handle, rows[i].name);

		memcpy((char *)&functions + rows[i].at, &function, sizeof function);
	}
}

const struct libvirt_lib *libvirt_lib(void)
{
	pthread_once(&once, load);
	return &lib;
}

static virErrorPtr library_error(void)
{
	return lib.state == LIBVIRT_LIB_LOADED ? NULL : &no_library;
}

/* Weak, so that a test may have doubles of its own. */
#define FUNCTION(since, type, otherwise, name, parameters, arguments) \
	__attribute__((weak)) type name parameters                    \
	{                                                             \
		libvirt_lib();                                        \
		if (!functions.name)                                  \
			return otherwise;                             \
		return functions.name arguments;                      \
	}
LIBVIRT_FUNCTIONS(FUNCTION)
#undef FUNCTION
