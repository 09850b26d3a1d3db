#include "source/perf/module_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A container's folder may hold what blocks those who open it: never wait, never take a terminal. */
enum { HOW = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* Overlays and btrfs tell other devices in maps than stat() does, so only the inode is compared. */
static int open_same(const char *path, uint64_t inode)
{
	struct stat st;
	const int fd = open(path, HOW);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_ino != inode) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

/* It is small and in memory alone. */
static int copy_vdso(const char *proc, pid_t pid, const struct proc_map *map)
{
	enum { VDSO_MAX = 1 << 16 };
	const size_t length = map->end - map->start;
	unsigned char page[4096];
	char path[PATH_MAX];
	int from, to;

	if (length > VDSO_MAX)
		return -EFBIG;
	snprintf(path, sizeof path, "%s/%d/mem", proc, (int)pid);
	from = open(path, HOW);
	if (from < 0)
		return -errno;
	to = memfd_create("vdso", MFD_CLOEXEC);
	for (size_t done = 0; to >= 0 && done < length; done += sizeof page) {
		if (pread(from, page, sizeof page, (off_t)(map->start + done)) != sizeof page ||
			write(to, page, sizeof page) != sizeof page) {
			close(to);
			to = -EIO;
		}
	}
	close(from);
	return to;
}

int module_file_open(const char *proc, pid_t pid, const struct proc_map *map)
{
	char path[PATH_MAX];
	int fd;

	if (!strcmp(map->path, "[vdso]"))
		return copy_vdso(proc, pid, map);
	if (!map->inode || map->path[0] != '/')
		return -ENOENT;
	snprintf(path, sizeof path, "%s/%d/map_files/%" PRIx64 "-%" PRIx64, proc, (int)pid,
		map->start, map->first_end);
	fd = open_same(path, map->inode);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof path, "%s/%d/root%s", proc, (int)pid, map->path);
	fd = open_same(path, map->inode);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof path, "%s/%d/exe", proc, (int)pid);
	return open_same(path, map->inode);
}
