#include "source/host/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"

/* A pid, a slash and the longest name there is to read: "schedstat". */
#define PATH_SIZE 32

enum { WHOLE_FIRST = 32 * 1024, WHOLE_MAX = 16 * 1024 * 1024 };

ssize_t proc_file_read(int dirfd, const char *path, char *buffer, size_t size)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	/* One read is enough: /proc makes up the whole text at the first one. */
	length = read(fd, buffer, size - 1);
	if (length < 0)
		length = -errno;
	else
		buffer[length] = '\0';
	close(fd);
	return length;
}

/* /proc and sysfs make up the whole text at the first read and hand out what fits: a read that does not fill the
 * buffer was the last. */
static int read_whole(int fd, char **text)
{
	size_t size = WHOLE_FIRST, used = 0;
	ssize_t length = 0;

	do {
		used += (size_t)length;
		if (used == size - 1)
			size *= 2;
		if (size > WHOLE_MAX)
			return EFBIG;
		*text = mem_resize(*text, size, 1);
		length = read(fd, *text + used, size - 1 - used);
		if (length < 0)
			return errno;
	} while (length > 0 && used + (size_t)length == size - 1);
	(*text)[used + (size_t)length] = '\0';
	return 0;
}

char *proc_file_read_whole(int dirfd, const char *path)
{
	const int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	int error;

	if (fd < 0)
		return NULL;
	error = read_whole(fd, &text);
	close(fd);
	if (!error)
		return text;
	free(text);
	errno = error;
	return NULL;
}

ssize_t proc_file_read_pid(int dirfd, pid_t pid, const char *name, char *buffer, size_t size)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	return proc_file_read(dirfd, path, buffer, size);
}

int proc_file_reach(int dirfd, pid_t pid, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	return openat(dirfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

DIR *proc_file_open_dir(int dirfd, pid_t pid, const char *name)
{
	char path[PATH_SIZE];
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

static const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_end(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The digits at *text, which may be none. False when they do not fit. */
static bool take_digits(const char **text, uint64_t *value)
{
	const char *p = *text;

	*value = 0;
	for (; is_digit(*p); p++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
			__builtin_add_overflow(*value, (uint64_t)(*p - '0'), value))
			return false;
	}
	*text = p;
	return true;
}

bool proc_file_number(const char **text, uint64_t *value)
{
	const char *p = skip_blanks(*text);

	if (!is_digit(*p) || !take_digits(&p, value) || !is_end(*p))
		return false;
	*text = p;
	return true;
}

bool proc_file_decimal(const char **text, double *value)
{
	const char *p = skip_blanks(*text);
	double scale = 1;
	uint64_t whole;

	if (!is_digit(*p) || !take_digits(&p, &whole))
		return false;
	*value = (double)whole;
	if (*p == '.') {
		for (p++; is_digit(*p); p++) {
			scale /= 10;
			*value += scale * (*p - '0');
		}
	}
	if (!is_end(*p))
		return false;
	*text = p;
	return true;
}

bool proc_file_skip(const char **text)
{
	const char *p = skip_blanks(*text);
	const char *start = p;

	while (*p && !is_end(*p))
		p++;
	if (p == start || !*p)
		return false;
	*text = p;
	return true;
}

pid_t proc_file_pid(const char *name)
{
	uint64_t value;

	if (!is_digit(*name) || !take_digits(&name, &value) || *name || value > INT_MAX)
		return 0;
	return (pid_t)value;
}
