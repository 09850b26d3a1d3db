/* backup_name: the names of the files that belong to one change, NAME-UUID-TIME and an ending:
 *
 *     win10-0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10-20180902T140731.250Z.xml
 *
 * The name of the domain is cleaned and may be cut (state_clean_name()), the time is UTC. */
#ifndef APPLY_BACKUP_NAME_H
#define APPLY_BACKUP_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Endings: the definition before and after the change, and the record of the change. */
#define BACKUP_BEFORE ".xml"
#define BACKUP_AFTER ".after.xml"
#define BACKUP_RECORD ".change"

#define BACKUP_STAMP "YYYYmmddTHHMMSS.mmmZ"

enum {
	BACKUP_NAME_MAX = 128,
	BACKUP_STAMP_LENGTH = sizeof BACKUP_STAMP - 1,
	BACKUP_LOCK_MAX = 48,
};

struct backup_name {
	char name[BACKUP_NAME_MAX];
	char uuid[37];
	char stamp[BACKUP_STAMP_LENGTH + 1]; /* sorts by time */
	uint64_t real_ns;
};

/* Writes a time as BACKUP_STAMP. */
void backup_stamp_write(char out[static BACKUP_STAMP_LENGTH + 1], uint64_t real_ns);

/* Reads what backup_stamp_write() wrote. False: the text is something else. */
bool backup_stamp_read(const char *text, uint64_t *real_ns);

/* Makes the name of the file with the definition before a change; the caller frees it. */
char *backup_name_make(const char *name, const char *uuid, uint64_t real_ns)
	__attribute__((returns_nonnull));

/* Takes the name of such a file apart. False: it is the name of another file. */
bool backup_name_read(struct backup_name *n, const char *file);

/* "a.xml" with the ending of another file of the same change: "a.change"; the caller frees it. */
char *backup_name_with(const char *file, const char *ending) __attribute__((returns_nonnull));

/* The name of the lock of the domain's files: who changes its definition or a record of it holds it (state_lock()). */
void backup_lock_name(char out[static BACKUP_LOCK_MAX], const char *uuid);

/* Opens the folder of the file at path. Returns its descriptor with the file's name in *file, a part of
 * path; or -errno with one sentence in why. */
int backup_open_folder(const char *path, const char **file, char *why, size_t size);

#endif
