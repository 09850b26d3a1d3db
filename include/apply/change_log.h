/* change_log: what kvmtop changed, when and in which domain. Each change has a record beside its backup
 * (apply/backup.h), lines of a key and a value:
 *
 *     kvmtop 0.1.0
 *     name win10
 *     uri qemu:///system
 *     remedy hyperv-timers
 *     title Give the guest Hyper-V synthetic timers
 *     undone 20180902T141500.000Z
 *
 * Undone and proven carry their time. The time of the change is in the file's name. Lines
 * with unknown keys are kept. */
#ifndef APPLY_CHANGE_LOG_H
#define APPLY_CHANGE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most so many changes are read, the newest. */
#define CHANGE_LOG_MAX 2048

/* Texts are cleaned for a terminal. Times are CLOCK_REALTIME; 0: it did not happen. */
struct change_record {
	char name[256]; /* of the domain; without a record as the file's name has it */
	char uuid[37];
	char uri[128];    /* of the libvirt that has the domain; "": not known */
	char remedy[32];  /* "hyperv-timers"; "": not known, an older kvmtop kept no records */
	char title[96];   /* of the remedy; "": not known */
	char version[32]; /* of the kvmtop that made the change; "": not known */
	uint64_t real_ns; /* of the change */
	bool finished;    /* what it made is saved; else it is not known whether it was made */
	uint64_t undone_ns;
	uint64_t proven_ns; /* the guest was started with the change, and its effect measured */
	char *path;         /* the backup: the definition as it was before */
};

struct change_log {
	struct change_record *items; /* newest first */
	size_t count, capacity;
};

/* Reads the changes of all domains; a folder that does not exist holds none. log is overwritten. Returns 0,
 * with why a sentence about a file that was left out, or ""; or -errno with one sentence in why. */
int change_log_read(const char *folder, struct change_log *log, char *why, size_t size);
void change_log_fini(struct change_log *log);

/* Was the change made in another libvirt than the one at uri? False where its record does not tell. */
bool change_record_is_elsewhere(const struct change_record *r, const char *uri);

/* Writes the record of the change whose backup is at path. uri, remedy and title may be NULL: not known.
 * Returns 0, or -errno with one sentence in why. */
int change_log_add(const char *path, const char *name, const char *uri, const char *remedy,
	const char *title, char *why, size_t size);

/* Notes in the record of the change whose backup is at path when it was undone or proven. A change without
 * a record gets one. Returns 0, or -errno with one sentence in why.
 *
 * Who marks a change as undone holds the domain's lock. Proven is marked by who does not wait for it: -EAGAIN when
 * somebody else has it, and a record that has been marked as undone stays as it is. */
int change_log_mark_undone(const char *path, uint64_t real_ns, char *why, size_t size);
int change_log_mark_proven(const char *path, uint64_t real_ns, char *why, size_t size);

/* Does the record of the change whose backup is called file say that it was undone? False also where the record cannot be
 * read. folder: a descriptor. */
bool change_log_is_undone(int folder, const char *file);

/* The newest change of the domain that was not undone, or NULL. One that is not finished does not count where the definition
 * is what it was before. now: the definition as libvirt tells it to all; NULL: not known. Borrowed from log. */
const struct change_record *change_log_last(
	const struct change_log *log, const char *uuid, const char *now);

/* Is that change not proven yet? A change without a known remedy is not open: older versions of kvmtop never
 * marked changes as proven. */
bool change_log_is_open(const struct change_log *log, const char *uuid, const char *now);

#endif
