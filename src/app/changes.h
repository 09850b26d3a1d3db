/* changes: does what the user wants done to a VM's definition (view/change.h): looks up what was saved,
 * runs the thread, and tells the outcome. */
#ifndef APP_CHANGES_H
#define APP_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/apply_thread.h"
#include "apply/backup.h"
#include "model/model.h"
#include "view/change.h"

/* All zero is none. */
struct changes {
	bool read_only;              /* nothing may be changed: every change is refused */
	struct apply_thread *thread; /* of the change that is running, or NULL */
	bool is_check;               /* it only asks libvirt what the host can start */
	uint64_t done_ns; /* CLOCK_MONOTONIC, when the last change was made; 0: none was */
};

/* Looks at c after keys, at ticks and when changes_fd() is readable, and moves it on. folder: where definitions
 * are saved; folder_why: why that is not known, where folder is "". Returns whether c has changed. */
bool changes_step(struct changes *changes, struct change *c, const struct model *m, const char *uri,
	const char *folder, const char *folder_why);

/* What undoing a change does to the definition, as a diff with its passwords hidden; the caller frees it. */
char *changes_undo_diff(const struct backup *b);

/* What is to be known before that, sentences; NULL: nothing. */
const char *changes_undo_note(const struct backup *b);

/* Readable when the running change has ended; -1 when none is running. */
int changes_fd(const struct changes *changes);

/* At exit: waits briefly for a change in progress and writes its result to say (size bytes); "" if there was none.
 * uri: as libvirt_uri() takes it. */
void changes_fini(struct changes *changes, const char *uri, char *say, size_t size);

#endif
