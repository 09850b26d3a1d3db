#include "apply/backup_name.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"

enum { UUID_LENGTH = 36 };

void backup_stamp_write(char out[static BACKUP_STAMP_LENGTH + 1], uint64_t real_ns)
{
	const time_t seconds = (time_t)(real_ns / NS_PER_S);
	char stamp[24] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &tm);
	snprintf(out, BACKUP_STAMP_LENGTH + 1, "%.15s.%03dZ", stamp,
		(int)(real_ns % NS_PER_S / NS_PER_MS));
}

bool backup_stamp_read(const char *text, uint64_t *real_ns)
{
	char again[BACKUP_STAMP_LENGTH + 1];
	struct tm tm = { 0 };
	int ms, length = 0;
	time_t seconds;

	if (strlen(text) != BACKUP_STAMP_LENGTH ||
		sscanf(text, "%4d%2d%2dT%2d%2d%2d.%3dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
			&tm.tm_hour, &tm.tm_min, &tm.tm_sec, &ms, &length) != 7 ||
		length != BACKUP_STAMP_LENGTH)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	seconds = timegm(&tm);
	if (seconds < 0 || ms < 0)
		return false;
	*real_ns = (uint64_t)seconds * NS_PER_S + (uint64_t)ms * NS_PER_MS;
	/* The 32nd of a month, signs and blanks are nobody's time. */
	backup_stamp_write(again, *real_ns);
	return !strcmp(again, text);
}

char *backup_name_make(const char *name, const char *uuid, uint64_t real_ns)
{
	char clean_name[BACKUP_NAME_MAX], clean_uuid[UUID_LENGTH + 1];
	char stamp[BACKUP_STAMP_LENGTH + 1];
	struct strbuf file = { 0 };

	backup_stamp_write(stamp, real_ns);
	strbuf_addf(&file, "%s-%s-%s" BACKUP_BEFORE,
		state_clean_name(clean_name, sizeof clean_name, name),
		state_clean_name(clean_uuid, sizeof clean_uuid, uuid), stamp);
	return strbuf_take(&file);
}

/* 0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10 */
static bool is_uuid(const char *text)
{
	for (int i = 0; i < UUID_LENGTH; i++) {
		const bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}

bool backup_name_read(struct backup_name *n, const char *file)
{
	const size_t end = strlen(BACKUP_BEFORE), length = strlen(file);
	const size_t tail = 1 + UUID_LENGTH + 1 + BACKUP_STAMP_LENGTH + end;
	const char *at = file + (length > tail ? length - tail : 0);
	char clean[sizeof n->name];

	if (length <= tail || length - tail >= sizeof n->name ||
		strcmp(file + length - end, BACKUP_BEFORE) != 0 || at[0] != '-' ||
		!is_uuid(at + 1) || at[1 + UUID_LENGTH] != '-')
		return false;
	snprintf(n->name, sizeof n->name, "%.*s", (int)(length - tail), file);
	/* What kvmtop does not write is not its file, and would reach the terminal. */
	state_clean_name(clean, sizeof clean, n->name);
	if (strcmp(clean, n->name) != 0)
		return false;
	snprintf(n->uuid, sizeof n->uuid, "%.*s", UUID_LENGTH, at + 1);
	snprintf(n->stamp, sizeof n->stamp, "%.*s", BACKUP_STAMP_LENGTH, at + 1 + UUID_LENGTH + 1);
	return backup_stamp_read(n->stamp, &n->real_ns);
}

char *backup_name_with(const char *file, const char *ending)
{
	const size_t length = strlen(file), end = strlen(BACKUP_BEFORE);
	struct strbuf name = { 0 };

	strbuf_add_bytes(&name, file, length > end ? length - end : length);
	strbuf_add(&name, ending);
	return strbuf_take(&name);
}

void backup_lock_name(char out[static BACKUP_LOCK_MAX], const char *uuid)
{
	char clean[UUID_LENGTH + 1];

	snprintf(out, BACKUP_LOCK_MAX, "lock-%s", state_clean_name(clean, sizeof clean, uuid));
}

int backup_open_folder(const char *path, const char **file, char *why, size_t size)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	if (!slash) {
		snprintf(why, size, "%s is not the path of a saved definition", path);
		return -EINVAL;
	}
	folder = mem_strdup(path);
	folder[slash - path] = '\0';
	fd = state_open(folder, false, why, size);
	free(folder);
	*file = slash + 1;
	return fd;
}
