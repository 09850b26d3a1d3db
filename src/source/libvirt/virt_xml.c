#include "source/libvirt/virt_xml.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/host/proc_file.h"

/* The file is a few lines long. */
enum { CONFIG_SIZE = 4096 };

/* virt-manager's parts of a version fit; what does not is none. */
enum { PART_MAX = 999 };

/* [config]
 * version = 5.0.0
 * prefix = /usr */
unsigned long virt_xml_parse_version(const char *text)
{
	while (text) {
		unsigned major, minor, micro = 0;

		if (sscanf(text, " version = %3u.%3u.%3u", &major, &minor, &micro) >= 2 &&
			major <= PART_MAX)
			return 1000000UL * major + 1000UL * minor + micro;
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return 0;
}

/* Anything but a plain file could make the reader wait. */
static unsigned long read_version(const char *path)
{
	char text[CONFIG_SIZE];
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
		proc_file_read(AT_FDCWD, path, text, sizeof text) <= 0)
		return 0;
	return virt_xml_parse_version(text);
}

/* /usr/bin/virt-xml has its modules in /usr/share/virt-manager/virtinst; where it is a link into that
 * folder they lie beside it. */
static unsigned long version_of(const char *program)
{
	static const char *const places[] = { "../share/virt-manager/virtinst", "virtinst" };
	char folder[PATH_MAX], path[PATH_MAX + 64];
	unsigned long version = 0;

	if (!realpath(program, folder))
		return 0;
	*strrchr(folder, '/') = '\0';
	for (size_t i = 0; i < sizeof places / sizeof *places && !version; i++) {
		snprintf(path, sizeof path, "%s/%s/build.cfg", folder, places[i]);
		version = read_version(path);
	}
	return version;
}

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

unsigned long virt_xml_version(const char *path)
{
	while (path && *path) {
		const size_t length = strcspn(path, ":");
		char program[PATH_MAX];

		/* A folder that is no full path is the working folder's own: nobody means that. */
		if (*path == '/' &&
			snprintf(program, sizeof program, "%.*s/virt-xml", (int)length, path) <
				(int)sizeof program &&
			is_program(program))
			return version_of(program);
		path += length;
		path += *path == ':';
	}
	return 0;
}
