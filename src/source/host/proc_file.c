#include "source/host/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* A pid, a slash and the longest name there is to read: "schedstat". */
#define PATH_SIZE 32

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
