/* definer: makes one change of a domain's definition in a thread of its own, over a read-write
 * connection of its own, so that a libvirt that hangs stops nobody. The loop only ever takes what it
 * says. */
#ifndef SOURCE_LIBVIRT_DEFINER_H
#define SOURCE_LIBVIRT_DEFINER_H

#include <stdbool.h>

#include "source/libvirt/definition.h"

enum definer_task { DEFINER_CHECK, DEFINER_APPLY, DEFINER_UNDO };

struct definer;

/* Connects to uri and does the task. Texts of request are copied; its edit's context is taken: release
 * (NULL: nothing) frees it, in whichever thread is the last to need it. */
struct definer *definer_start(enum definer_task task, const char *uri,
	const struct definition_request *request, void (*release)(void *context), void *context)
	__attribute__((returns_nonnull));

/* Readable once the task has ended. */
int definer_fd(const struct definer *d);

/* False while the task goes on; else its outcome, whose path is the definer's. */
bool definer_ended(struct definer *d, struct definition_outcome *o);

/* Waits for the end of the task for at most so long; a definition that is being replaced should come to
 * an end before the program does. */
void definer_wait(const struct definer *d, int timeout_ms);

/* Frees the definer (NULL is ignored). A task that goes on is told to give up, defines nothing that it
 * has not begun to define, and frees what is its own should libvirt ever let it go. */
void definer_free(struct definer *d);

#endif
