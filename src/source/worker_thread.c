#include "source/worker_thread.h"

#include <dirent.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"

#define STOP_MS 100

/* Waits are until an instant of clock_mono_ns(), which setting the time of day does not move. */
static void init_monotonic(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

int worker_thread_start(struct worker_thread *t, void *(*run)(void *), void *context)
{
	sigset_t all, old;
	int error;

	t->stop = false;
	t->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&t->lock, NULL);
	init_monotonic(&t->life_changed);
	t->life = WORKER_RUNNING;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&t->id, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error)
		t->life = WORKER_NOT_STARTED;
	return -error;
}

bool worker_thread_end(struct worker_thread *t)
{
	bool abandoned;

	pthread_mutex_lock(&t->lock);
	abandoned = t->life == WORKER_ABANDONED;
	t->life = WORKER_ENDED;
	pthread_cond_signal(&t->life_changed);
	pthread_mutex_unlock(&t->lock);
	return abandoned;
}

bool worker_thread_stop(struct worker_thread *t)
{
	const uint64_t deadline_ns = clock_mono_ns() + STOP_MS * NS_PER_MS;
	const struct timespec deadline = {
		.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S),
	};
	const pthread_t id = t->id;
	enum worker_life life;

	t->stop = true;
	eventfd_write(t->wake_fd, 1);
	pthread_mutex_lock(&t->lock);
	while (t->life == WORKER_RUNNING &&
		!pthread_cond_timedwait(&t->life_changed, &t->lock, &deadline))
		;
	if (t->life == WORKER_RUNNING)
		t->life = WORKER_ABANDONED;
	life = t->life;
	pthread_mutex_unlock(&t->lock);

	if (life == WORKER_ABANDONED) {
		pthread_detach(id);
		return false;
	}
	if (life == WORKER_ENDED)
		pthread_join(id, NULL);
	return true;
}

bool worker_thread_any_left(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *entry;
	int threads = 0;

	if (!tasks)
		return false;
	while ((entry = readdir(tasks)))
		threads += entry->d_name[0] != '.';
	closedir(tasks);
	return threads > 1;
}

void worker_thread_fini(struct worker_thread *t)
{
	pthread_cond_destroy(&t->life_changed);
	pthread_mutex_destroy(&t->lock);
	if (t->wake_fd >= 0)
		close(t->wake_fd);
}
