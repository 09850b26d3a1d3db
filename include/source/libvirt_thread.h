/* libvirt_thread: a thread that may hang in libvirt for as long as libvirt does, and that nobody ever
 * waits for: one that does not end in time is left to itself. */
#ifndef SOURCE_LIBVIRT_THREAD_H
#define SOURCE_LIBVIRT_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum libvirt_life { LIBVIRT_NOT_STARTED, LIBVIRT_RUNNING, LIBVIRT_ENDED, LIBVIRT_ABANDONED };

struct libvirt_thread {
	pthread_t id;
	atomic_bool stop; /* the thread is to end */
	int wake_fd;      /* an eventfd; readable: look at stop */

	/* For life, and for what the owner shares with the thread. Held for assignments only, never while
	 * libvirt is asked. */
	pthread_mutex_t lock;
	pthread_cond_t life_changed;
	enum libvirt_life life;
};

/* Starts run(context) with all signals blocked: they are for the loop. Returns 0, or -errno; *t is to
 * be stopped and freed in either case. */
int libvirt_thread_start(struct libvirt_thread *t, void *(*run)(void *), void *context);

/* The thread's last act but for freeing: returns whether that is left to it. */
bool libvirt_thread_end(struct libvirt_thread *t);

/* Asks the thread to end, and waits a moment for it. Returns whether it has: then the caller frees what
 * they share, else the thread will, should libvirt ever let it go. */
bool libvirt_thread_stop(struct libvirt_thread *t);

void libvirt_thread_fini(struct libvirt_thread *t);

#endif
