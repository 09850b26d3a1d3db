#include "app/settings_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/settings_json.h"

/* A larger one is not kvmtop's. */
enum { FILE_MAX_KIB = 64 };

/* What is wrong with a file that state_read() cannot read. */
static const char *trouble(int error, size_t size, char *out)
{
	switch (-error) {
	case EINVAL:
		return "it is not a file";
	case ELOOP:
		return "it is a symbolic link";
	case EPERM:
		return "others may write in it";
	case EFBIG:
		snprintf(out, size, "it is larger than %d KiB", FILE_MAX_KIB);
		return out;
	case EBADMSG:
		return "it holds a NUL";
	default:
		return strerror(-error);
	}
}

/* Takes the settings and their text from a folder that is open; *text is NULL where there is no file, and else
 * the caller's to free. The file's name comes first: what is behind it may be cut. */
static bool read_file(
	int fd, const char *folder, struct settings *set, char **text, char *why, size_t size)
{
	char reason[120];
	const int error = state_read(fd, SETTINGS_FILE_NAME, FILE_MAX_KIB << 10, text);

	if (error)
		*text = NULL;
	if (error == -ENOENT || (!error && settings_json_read(set, *text, reason, sizeof reason)))
		return true;
	snprintf(why, size, SETTINGS_FILE_NAME ": %s: correct or remove it in %s",
		error ? trouble(error, sizeof reason, reason) : reason, folder);
	free(*text);
	*text = NULL;
	return false;
}

bool settings_file_load(struct settings *set, const char *folder, char *why, size_t size)
{
	const int fd = state_config_open(folder, false, why, size);
	char *text;
	bool ok;

	*set = settings_default();
	if (fd < 0)
		return fd == -ENOENT;
	ok = read_file(fd, folder, set, &text, why, size);
	free(text);
	close(fd);
	return ok;
}

bool settings_file_save(const struct settings *set, const char *folder, char *why, size_t size)
{
	const int fd = state_config_open(folder, true, why, size);
	struct settings kept;
	char *old, *text;
	int error;

	if (fd < 0)
		return false;
	if (!read_file(fd, folder, &kept, &old, why, size)) {
		close(fd);
		return false;
	}
	text = settings_json_write(set, old);
	error = text ? state_write(fd, SETTINGS_FILE_NAME, text, strlen(text), false) : -ENOMEM;
	if (error)
		snprintf(why, size, SETTINGS_FILE_NAME " cannot be written (%s) in %s",
			strerror(-error), folder);
	free(text);
	free(old);
	close(fd);
	return !error;
}
