/* apply_thread: makes one change of a domain's definition in a thread of its own, over a read-write
 * connection of its own, so that a libvirt that hangs stops nobody. The loop only ever takes what it
 * says. */
#ifndef APPLY_APPLY_THREAD_H
#define APPLY_APPLY_THREAD_H

#include <stdbool.h>

#include "apply/definition.h"

enum apply_thread_task { APPLY_THREAD_CHECK, APPLY_THREAD_APPLY, APPLY_THREAD_UNDO };

struct apply_thread;

/* Connects to uri and does the task. Texts of request are copied; its edit's context is taken: release
 * (NULL: nothing) frees it, in whichever thread is the last to need it. */
struct apply_thread *apply_thread_start(enum apply_thread_task task, const char *uri,
	const struct definition_request *request, void (*release)(void *context), void *context)
	__attribute__((returns_nonnull));

/* Readable once the task has ended. */
int apply_thread_fd(const struct apply_thread *d);

/* False while the task goes on; else its outcome, whose path is the apply_thread's. */
bool apply_thread_ended(struct apply_thread *d, struct definition_outcome *o);

/* Waits for the end of the task for at most so long; a definition that is being replaced should come to
 * an end before the program does. */
void apply_thread_wait(const struct apply_thread *d, int timeout_ms);

/* Frees the thread (NULL is ignored). A task that goes on is told to give up, defines nothing that it
 * has not begun to define, and frees what is its own should libvirt ever let it go. */
void apply_thread_free(struct apply_thread *d);

#endif
