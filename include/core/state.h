/* state: files that outlive the program: definitions as they were before a change and baselines in the user's
 * state folder, settings in his config folder. They hold what only this user may read, and are whole or not
 * there at all. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* The folder's path in an array. */
#define STATE_PATH_MAX PATH_MAX

/* Room for a sentence about a file: it may name the path. */
#define STATE_WHY_MAX (512 + NAME_MAX)

/* Where the folder is: $XDG_STATE_HOME/kvmtop, or ~/.local/state/kvmtop where that variable is not set
 * or not an absolute path (XDG Base Directory Specification 0.8). Returns 0, or -errno with one
 * sentence in why: there is no home, the path is too long. */
int state_folder(char path[static STATE_PATH_MAX], char *why, size_t size);

/* The same for settings: $XDG_CONFIG_HOME/kvmtop, or ~/.config/kvmtop. */
int state_config_folder(char path[static STATE_PATH_MAX], char *why, size_t size);

/* Opens folder, with create making it and what is missing above it, 0700. One of another user, or in
 * which others may write, is refused: what is read from it is defined as a VM. Returns a descriptor, or
 * -errno with one sentence in why. */
int state_open(const char *folder, bool create, char *why, size_t size);
int state_config_open(const char *folder, bool create, char *why, size_t size);

/* Writes length bytes of text into the file name of the folder, 0600, and waits until the disk has it.
 * A file of that name is replaced at once as a whole, or with new refused (-EEXIST). Returns 0, or
 * -errno; then the file is as it was. */
int state_write(int folder, const char *name, const char *text, size_t length, bool new);

/* Reads the file name of the folder, a regular one of at most most bytes, without following a link.
 * Returns 0 with its text in *text, NUL-terminated and the caller's to free; or -errno: -EINVAL where it is
 * not a regular one, -EPERM where it is another user's or others may write in it, -EFBIG where it is larger,
 * -EBADMSG where it holds a NUL. */
int state_read(int folder, const char *name, size_t most, char **text);

/* Takes the lock called name in the folder, which one process or thread at a time holds, waiting for at most
 * timeout_ms. Returns a descriptor for state_unlock(), or -errno: -EAGAIN when another one still holds it. The
 * kernel releases it when the process ends. */
int state_lock(int folder, const char *name, int timeout_ms);

/* Releases the lock and removes its file. */
void state_unlock(int folder, const char *name, int lock);

/* Copies name to out (size bytes) as a part of a file's name: letters, digits, '.', '_' and '-' stay,
 * all else, and a '.' in front, becomes '_'. Cut at size - 1; "_" when it is empty. Returns out. */
const char *state_clean_name(char *out, size_t size, const char *name);

#endif
