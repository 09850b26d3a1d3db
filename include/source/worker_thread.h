/* worker_thread: a thread that may hang in a library for as long as that does, and that nobody ever waits
 * for: one that does not end in time is left to itself. */
#ifndef SOURCE_WORKER_THREAD_H
#define SOURCE_WORKER_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum worker_life { WORKER_NOT_STARTED, WORKER_RUNNING, WORKER_ENDED, WORKER_ABANDONED };

struct worker_thread {
	pthread_t id;
	atomic_bool stop; /* the thread is to end */
	int wake_fd;      /* an eventfd; readable: look at stop */

	/* For life, and for what the owner shares with the thread. Held for assignments only, never while
	 * the library is asked. */
	pthread_mutex_t lock;
	pthread_cond_t life_changed;
	enum worker_life life;
};

/* Starts run(context) with all signals blocked: they are for the loop. Returns 0, or -errno; *t is to
 * be stopped and freed in either case. */
int worker_thread_start(struct worker_thread *t, void *(*run)(void *), void *context);

/* The thread's last act but for freeing: returns whether that is left to it. */
bool worker_thread_end(struct worker_thread *t);

/* Asks the thread to end, and waits a moment for it. Returns whether it has: then the caller frees what
 * they share, else the thread will, should the library ever let it go. */
bool worker_thread_stop(struct worker_thread *t);

void worker_thread_fini(struct worker_thread *t);

/* Does any thread of this process run but the caller's, one that was left to itself? Then what a library undoes at the
 * process' end it would undo under that thread's hands: _exit(2) is the only end. False where /proc does not tell. */
bool worker_thread_any_left(void);

#endif
