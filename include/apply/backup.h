/* backup: definitions of domains as they were before kvmtop changed them, and what the change made of
 * them. Two files in the state folder (core/state.h), which hold what VNC and SPICE take as passwords,
 * beside the record of the change (apply/change_log.h):
 *
 *     win10-0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10-20180902T140731.250Z.xml        before
 *     win10-0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10-20180902T140731.250Z.after.xml  after
 *
 * The second is there once the change is made. Without it it is not known whether the change was made. */
#ifndef APPLY_BACKUP_H
#define APPLY_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger definitions are not written, larger files not read. */
#define BACKUP_MAX (16u << 20)

struct backup {
	char *path;       /* of the file with the old definition */
	char *xml_before; /* both as libvirt dumped them */
	char *xml_after;
	/* What the change made was not saved, so whether it was made is not known. Of backup_find(): xml_after is a copy of
	 * now, which may hold others' changes, too. */
	bool is_unfinished;
};

/* Saves the definition xml of a domain before a change at real_ns. Returns 0 with the file's path in
 * *path, the caller's to free; or -errno with one sentence in why. */
int backup_save(const char *folder, const char *name, const char *uuid, uint64_t real_ns,
	const char *xml, char **path, char *why, size_t size);

/* Saves what the definition is after the change that path was saved for. Returns 0, or -errno with one
 * sentence in why. */
int backup_save_after(const char *path, const char *xml, char *why, size_t size);

/* Removes what backup_save() saved, and the record of the change: nothing was changed. */
void backup_drop(const char *path);

/* Finds the newest backup of the domain with that UUID whose xml_after is what same() takes for now, of a change that is not
 * marked as undone; where there is none, but the newest of these changes is unfinished, that one. Returns 0 with it in *b,
 * to be released by backup_fini(); or -errno with one sentence in why:
 * -ENOENT when kvmtop has changed nothing there, all is undone or the definition is the one from before, -ESTALE when
 * somebody has changed it since. */
int backup_find(const char *folder, const char *uuid, const char *now,
	bool (*same)(const char *saved, const char *now), struct backup *b, char *why, size_t size);

/* Reads the backup whose file with the old definition is at path. Returns 0 with it in *b, or -errno: -ENODATA
 * when one of the two files is missing or cannot be read. */
int backup_read(const char *path, struct backup *b);

/* Is now what same() takes for the definition before the change whose backup is at path? False also where that cannot be
 * read. */
bool backup_is_before(
	const char *path, const char *now, bool (*same)(const char *saved, const char *now));

void backup_fini(struct backup *b);

/* Are the two one definition, but for what libvirt tells only a connection that may write (passwords)?
 * secure is with them, plain without. */
bool backup_same_but_secrets(const char *secure, const char *plain);

/* A copy of secure that may be shown: passwords are "***". The caller frees it. */
char *backup_without_secrets(const char *secure) __attribute__((returns_nonnull));

/* A copy of secure as libvirt tells it to who may not see its secrets. The caller frees it. */
char *backup_as_plain(const char *secure) __attribute__((returns_nonnull));

#endif
