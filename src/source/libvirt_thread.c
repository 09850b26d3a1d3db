#include "source/libvirt_thread.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"

#define STOP_MS 100

int libvirt_thread_start(struct libvirt_thread *t, void *(*run)(void *), void *context)
{
	sigset_t all, old;
	int error;

	t->stop = false;
	t->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->life_changed, NULL);
	t->life = LIBVIRT_RUNNING;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&t->id, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error)
		t->life = LIBVIRT_NOT_STARTED;
	return -error;
}

bool libvirt_thread_end(struct libvirt_thread *t)
{
	bool abandoned;

	pthread_mutex_lock(&t->lock);
	abandoned = t->life == LIBVIRT_ABANDONED;
	t->life = LIBVIRT_ENDED;
	pthread_cond_signal(&t->life_changed);
	pthread_mutex_unlock(&t->lock);
	return abandoned;
}

bool libvirt_thread_stop(struct libvirt_thread *t)
{
	const uint64_t deadline_ns = clock_mono_ns() + STOP_MS * NS_PER_MS;
	const struct timespec deadline = {
		.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S),
	};
	const pthread_t id = t->id;
	enum libvirt_life life;

	t->stop = true;
	eventfd_write(t->wake_fd, 1);
	pthread_mutex_lock(&t->lock);
	while (t->life == LIBVIRT_RUNNING &&
		!pthread_cond_clockwait(&t->life_changed, &t->lock, CLOCK_MONOTONIC, &deadline))
		;
	if (t->life == LIBVIRT_RUNNING)
		t->life = LIBVIRT_ABANDONED;
	life = t->life;
	pthread_mutex_unlock(&t->lock);

	if (life == LIBVIRT_ABANDONED) {
		pthread_detach(id);
		return false;
	}
	if (life == LIBVIRT_ENDED)
		pthread_join(id, NULL);
	return true;
}

void libvirt_thread_fini(struct libvirt_thread *t)
{
	pthread_cond_destroy(&t->life_changed);
	pthread_mutex_destroy(&t->lock);
	if (t->wake_fd >= 0)
		close(t->wake_fd);
}
