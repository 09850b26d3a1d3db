#include "source/host/huge_pages.h"

#include <fcntl.h>
#include <inttypes.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/host/proc_file.h"

/* /proc/meminfo is some 1500 bytes. */
enum { TEXT_SIZE = 8192 };

/* "Hugepagesize:       2048 kB"; 0: the kernel has no huge pages. */
static uint64_t read_own_size(int root)
{
	static const char key[] = "\nHugepagesize:";
	char text[TEXT_SIZE];
	const char *at;
	uint64_t kib;

	if (proc_file_read(root, "proc/meminfo", text, sizeof text) <= 0)
		return 0;
	at = strstr(text, key);
	if (!at)
		return 0;
	at += strlen(key);
	return proc_file_number(&at, &kib) ? kib : 0;
}

static bool read_count(uint64_t *count, int root, uint64_t size_kib, const char *name)
{
	char path[96], text[32];
	const char *at = text;

	snprintf(path, sizeof path, "sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s", size_kib,
		name);
	return proc_file_read(root, path, text, sizeof text) > 0 && proc_file_number(&at, count);
}

static bool is_mount_of(const struct mntent *mount, uint64_t size_kib)
{
	const bool is_mib = size_kib >= 1024;
	char option[48];
	const char *at;

	if (strcmp(mount->mnt_type, "hugetlbfs") != 0)
		return false;
	snprintf(option, sizeof option, "pagesize=%" PRIu64 "%c",
		is_mib ? size_kib / 1024 : size_kib, is_mib ? 'M' : 'K');
	at = hasmntopt(mount, "pagesize");
	return at && !strncmp(at, option, strlen(option));
}

/* "hugetlbfs /dev/hugepages hugetlbfs rw,nosuid,nodev,relatime,pagesize=2M 0 0" */
static bool is_mounted(int root, uint64_t size_kib)
{
	const int fd = openat(root, "proc/mounts", O_RDONLY | O_CLOEXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
	struct mntent mount;
	char text[4096];
	bool found = false;

	if (!f) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && getmntent_r(f, &mount, text, sizeof text))
		found = is_mount_of(&mount, size_kib);
	fclose(f);
	return found;
}

static void say_unknown(struct domain_pages *pages, const char *why)
{
	pages->known = false;
	snprintf(pages->why, sizeof pages->why, "%s", why);
}

static uint64_t left(uint64_t of, uint64_t taken)
{
	return of > taken ? of - taken : 0;
}

void huge_pages_read(struct domain_pages *pages, int root, uint64_t size_kib)
{
	uint64_t free, reserved, most, surplus;

	*pages = (struct domain_pages){ .size_kib = size_kib ? size_kib : read_own_size(root) };
	pages->known = pages->size_kib &&
		       read_count(&free, root, pages->size_kib, "free_hugepages") &&
		       read_count(&reserved, root, pages->size_kib, "resv_hugepages") &&
		       read_count(&most, root, pages->size_kib, "nr_overcommit_hugepages") &&
		       read_count(&surplus, root, pages->size_kib, "surplus_hugepages");
	if (!pages->known) {
		say_unknown(pages,
			"/sys/kernel/mm/hugepages cannot be read for huge pages of that size");
		return;
	}
	if (!is_mounted(root, pages->size_kib))
		say_unknown(pages, "no hugetlbfs with pages of that size is mounted here, and "
				   "libvirt needs one");
	/* Who has mapped pages without touching them has them all the same. */
	pages->free = left(free, reserved);
	pages->more = left(most, surplus);
}
