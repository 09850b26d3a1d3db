/* guard: a small process that outlives kvmtop by a moment and undoes what it could not undo itself,
 * because it crashed or was killed: the tracing instance, the terminal's modes, and text that was
 * written to standard error while the screen was up. */
#ifndef APP_GUARD_H
#define APP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct guard {
	pid_t pid;  /* -1: there is none; kvmtop works without */
	int pipe;   /* its end says that kvmtop is dead */
	int errors; /* while the screen is up, standard error goes here; -1: it does not */
	int saved_stderr;
};

/* Starts the guard. Call it while the process has one thread and standard error is the user's.
 * instance_path: the directory to remove, may not exist yet; NULL: none. screen: a terminal is on
 * standard output, and standard error is caught from now on. */
void guard_start(struct guard *g, const char *instance_path, bool screen);

/* kvmtop has cleaned up by itself: gives standard error back, prints what was caught, ends the guard. */
void guard_stop(struct guard *g);

/* What was caught so far: the end of it, most bytes at most; the caller frees it. NULL: nothing. */
char *guard_caught(const struct guard *g, size_t most);

#endif
