#include "source/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "core/text.h"

/* The dynamic linker tells by its words alone whether the file itself is not there:
 *	libvirt.so.0: cannot open shared object file: No such file or directory
 *	Error loading shared library libvirt.so.0: No such file or directory	(musl)
 * or one that it needs, or whether there is something wrong with it:
 *	libyajl.so.2: cannot open shared object file: No such file or directory
 *	/lib/x86_64-linux-gnu/libvirt.so.0: file too short
 * The last part is strerror()'s, in the same language. */
static bool is_absent(const char *words, const char *file)
{
	const char *at = strstr(words, file);

	return at && (at == words || at[-1] == ' ') && at[strlen(file)] == ':' &&
	       strstr(at, strerror(ENOENT));
}

int library_open(void **handle, const char *file, char why[static LIBRARY_WHY_MAX])
{
	const char *words;

	*handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (*handle)
		return 0;
	words = dlerror();
	text_clean(why, LIBRARY_WHY_MAX, words ? words : file);
	return words && is_absent(words, file) ? -ENOENT : -ELIBACC;
}
