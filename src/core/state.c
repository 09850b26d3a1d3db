#include "core/state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"

#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define OTHERS_MAY_WRITE 022

enum { LOCK_RETRY_MS = 20 };

/* A base folder of the XDG specification. */
struct base {
	const char *variable, *below_home;
};

static const struct base state_base = { "XDG_STATE_HOME", ".local/state" };
static const struct base config_base = { "XDG_CONFIG_HOME", ".config" };

static int find_folder(
	const struct base *base, char path[static STATE_PATH_MAX], char *why, size_t size)
{
	const char *chosen = getenv(base->variable), *home = getenv("HOME");
	int length;

	if (chosen && *chosen == '/') {
		length = snprintf(path, STATE_PATH_MAX, "%s/kvmtop", chosen);
	} else {
		if (!home || *home != '/') {
			const struct passwd *user = getpwuid(geteuid());

			home = user ? user->pw_dir : NULL;
		}
		if (!home || *home != '/') {
			snprintf(why, size, "there is no home folder: set %s", base->variable);
			return -ENOENT;
		}
		length = snprintf(path, STATE_PATH_MAX, "%s/%s/kvmtop", home, base->below_home);
	}
	if (length < STATE_PATH_MAX)
		return 0;
	snprintf(why, size, "the path of the home folder is too long: set %s", base->variable);
	return -ENAMETOOLONG;
}

int state_folder(char path[static STATE_PATH_MAX], char *why, size_t size)
{
	return find_folder(&state_base, path, why, size);
}

int state_config_folder(char path[static STATE_PATH_MAX], char *why, size_t size)
{
	return find_folder(&config_base, path, why, size);
}

/* Makes path and what is missing above it. */
static int make_folders(const char *path)
{
	char part[STATE_PATH_MAX];

	if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
		return -ENAMETOOLONG;
	for (char *slash = part + 1;; *slash++ = '/') {
		slash = strchrnul(slash, '/');
		if (!*slash)
			break;
		*slash = '\0';
		if (mkdir(part, FOLDER_MODE) && errno != EEXIST)
			return -errno;
	}
	return mkdir(part, FOLDER_MODE) && errno != EEXIST ? -errno : 0;
}

static bool others_may_write(const struct stat *status)
{
	return status->st_uid != geteuid() || (status->st_mode & OTHERS_MAY_WRITE);
}

static int open_folder(
	const struct base *base, const char *folder, bool create, char *why, size_t size)
{
	int error = create ? make_folders(folder) : 0;
	struct stat status;
	int fd = -1;

	if (!error) {
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		error = fd < 0 || fstat(fd, &status) ? -errno : 0;
	}
	if (!error && others_may_write(&status)) {
		snprintf(why, size,
			"others may write in %s: remove it or set %s to a folder of yours", folder,
			base->variable);
		close(fd);
		return -EPERM;
	}
	if (!error)
		return fd;
	if (fd >= 0)
		close(fd);
	snprintf(why, size, "%s cannot be %s (%s): set %s to a folder of yours", folder,
		create ? "written" : "read", strerror(-error), base->variable);
	return error;
}

int state_open(const char *folder, bool create, char *why, size_t size)
{
	return open_folder(&state_base, folder, create, why, size);
}

int state_config_open(const char *folder, bool create, char *why, size_t size)
{
	return open_folder(&config_base, folder, create, why, size);
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		const ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		text += written;
		length -= (size_t)written;
	}
	return fsync(fd) ? -errno : 0;
}

/* A file that others will read later is made under another name, so that a half-written one is never
 * found; link() and not rename() where one of that name must stay. */
int state_write(int folder, const char *name, const char *text, size_t length, bool new)
{
	char draft[NAME_MAX + 1];
	int fd, error;

	/* Threads have numbers of their own, and one of them writes one file at a time. */
	if ((size_t)snprintf(draft, sizeof draft, ".%d.%s", (int)gettid(), name) >= sizeof draft)
		return -ENAMETOOLONG;
	unlinkat(folder, draft, 0); /* of one with this number that was killed */
	fd = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return -errno;
	error = write_all(fd, text, length);
	if (close(fd) && !error)
		error = -errno;
	if (!error && new)
		error = linkat(folder, draft, folder, name, 0) ? -errno : 0;
	else if (!error)
		error = renameat(folder, draft, folder, name) ? -errno : 0;
	unlinkat(folder, draft, 0);
	if (!error && fsync(folder))
		error = -errno;
	return error;
}

int state_read(int folder, const char *name, size_t most, char **text)
{
	/* Not blocking: a FIFO would wait for a writer. */
	const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	size_t length = 0;
	char *read_text;
	int error = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size < 0)
		error = -EINVAL;
	else if (others_may_write(&status))
		error = -EPERM;
	else if ((uintmax_t)status.st_size > most)
		error = -EFBIG;
	if (error) {
		close(fd);
		return error;
	}
	read_text = mem_calloc((size_t)status.st_size + 1, 1);
	while (length < (size_t)status.st_size) {
		const ssize_t got = read(fd, read_text + length, (size_t)status.st_size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			error = got ? -errno : 0;
			break;
		}
		length += (size_t)got;
	}
	close(fd);
	if (!error && strlen(read_text) != length)
		error = -EBADMSG;
	if (error)
		free(read_text);
	else
		*text = read_text;
	return error;
}

/* Is the file of that name still the open one? Who held the lock before may have removed it. */
static bool is_there(int folder, const char *name, int fd)
{
	struct stat named, opened;

	return !fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) && !fstat(fd, &opened) &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* One attempt, without waiting. */
static int try_lock(int folder, const char *name)
{
	const int fd = openat(
		folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, FILE_MODE);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB))
		error = errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
	else if (!is_there(folder, name, fd))
		error = -EAGAIN;
	if (!error)
		return fd;
	close(fd);
	return error;
}

int state_lock(int folder, const char *name, int timeout_ms)
{
	const uint64_t deadline_ns = clock_mono_ns() + (uint64_t)timeout_ms * NS_PER_MS;
	int fd;

	while ((fd = try_lock(folder, name)) == -EAGAIN && clock_mono_ns() < deadline_ns)
		poll(NULL, 0, LOCK_RETRY_MS);
	return fd;
}

void state_unlock(int folder, const char *name, int lock)
{
	unlinkat(folder, name, 0);
	close(lock);
}

const char *state_clean_name(char *out, size_t size, const char *name)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t length = 0;

	for (; name[length] && length + 1 < size; length++) {
		const bool stays = strchr(plain, name[length]) && (length || name[length] != '.');

		out[length] = stays ? name[length] : '_';
	}
	if (!length && size > 1)
		out[length++] = '_';
	out[length] = '\0';
	return out;
}
