#include "core/fd.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Since Linux 5.9; the C library's function is younger than that (glibc 2.34), or not there at all (musl). */
static bool close_range_from(int first)
{
#ifdef SYS_close_range
	return syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0;
#elif defined(__NR_close_range)
	return syscall(__NR_close_range, (unsigned)first, ~0u, 0u) == 0;
#else
	(void)first;
	return false;
#endif
}

/* A number as /proc names a descriptor; -1 for "." and "..". */
static int fd_of_name(const char *name)
{
	char *end;
	const long fd = strtol(name, &end, 10);

	return end == name || *end ? -1 : (int)fd;
}

static void close_listed_from(int first)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (!list)
		return;
	/* The kernel goes through them by their numbers: one that is closed meanwhile hides no other. */
	while ((entry = readdir(list))) {
		const int fd = fd_of_name(entry->d_name);

		if (fd >= first && fd != dirfd(list))
			close(fd);
	}
	closedir(list);
}

void fd_close_from(int first)
{
	const int before = errno;

	if (!close_range_from(first))
		close_listed_from(first);
	errno = before;
}
