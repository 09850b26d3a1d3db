#include "apply/apply_thread.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/libvirt/libvirt_uri.h"

/* Shared by the thread and the loop; the one that is done with it last frees it. */
struct apply_thread {
	enum apply_thread_task task;
	char *uri, *uuid, *name, *folder, *shown_xml, *shown_path, *remedy, *title;
	struct definition_request request; /* its texts are those above */
	void (*release)(void *context);
	void *context;

	atomic_bool given_up;
	int fd;
	pthread_mutex_t lock; /* of what follows */
	bool ended, abandoned;
	struct definition_outcome outcome;
};

static void free_all(struct apply_thread *d)
{
	if (d->release)
		d->release(d->context);
	free(d->outcome.path);
	if (d->fd >= 0)
		close(d->fd);
	pthread_mutex_destroy(&d->lock);
	free(d->uri);
	free(d->uuid);
	free(d->name);
	free(d->folder);
	free(d->shown_xml);
	free(d->shown_path);
	free(d->remedy);
	free(d->title);
	free(d);
}

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

static void do_task(struct apply_thread *d, struct definition_outcome *o)
{
	virConnectPtr connection;

	virInitialize();
	virSetErrorFunc(NULL, ignore_error); /* it would write to standard error */
	connection = libvirt_uri_connect(d->uri, false);
	if (!connection)
		definition_refuse_connection(o, d->uri);
	else if (d->task == APPLY_THREAD_CHECK)
		definition_check(connection, &d->request, &d->given_up, o);
	else if (d->task == APPLY_THREAD_APPLY)
		definition_apply(connection, &d->request, &d->given_up, o);
	else
		definition_undo(connection, &d->request, &d->given_up, o);
	if (connection)
		virConnectClose(connection);
}

static void *run(void *opaque)
{
	struct apply_thread *d = opaque;
	struct definition_outcome o;
	bool abandoned;

	pthread_setname_np(pthread_self(), "apply");
	do_task(d, &o);
	pthread_mutex_lock(&d->lock);
	d->outcome = o;
	d->ended = true;
	abandoned = d->abandoned;
	/* Within the lock: afterwards the other side may free it. */
	if (!abandoned)
		eventfd_write(d->fd, 1);
	pthread_mutex_unlock(&d->lock);
	if (abandoned)
		free_all(d);
	return NULL;
}

/* Signals are for the loop. */
static int start_thread(struct apply_thread *d)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, old;
	int error;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&thread, &attributes, run, d);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

struct apply_thread *apply_thread_start(enum apply_thread_task task, const char *uri,
	const struct definition_request *request, void (*release)(void *context), void *context)
{
	struct apply_thread *d = mem_calloc(1, sizeof *d);
	int error;

	d->task = task;
	d->request = *request;
	d->request.uri = d->uri = mem_strdup(uri);
	d->request.uuid = d->uuid = mem_strdup(request->uuid);
	d->request.name = d->name = mem_strdup(request->name);
	d->request.folder = d->folder = mem_strdup(request->folder);
	d->request.shown_xml = d->shown_xml = mem_strdup(request->shown_xml);
	d->request.shown_path = d->shown_path = mem_strdup(request->shown_path);
	d->request.remedy = d->remedy = mem_strdup(request->remedy);
	d->request.title = d->title = mem_strdup(request->title);
	d->request.edit.context = d->context = context;
	d->release = release;
	d->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&d->lock, NULL);
	error = start_thread(d);
	if (error) {
		d->ended = true;
		d->outcome.end = DEFINITION_REFUSED;
		snprintf(d->outcome.message, sizeof d->outcome.message,
			"Nothing was changed: no thread can be started (%s).", strerror(error));
		eventfd_write(d->fd, 1);
	}
	return d;
}

int apply_thread_fd(const struct apply_thread *d)
{
	return d->fd;
}

bool apply_thread_ended(struct apply_thread *d, struct definition_outcome *o)
{
	bool ended;

	pthread_mutex_lock(&d->lock);
	ended = d->ended;
	if (ended)
		*o = d->outcome;
	pthread_mutex_unlock(&d->lock);
	return ended;
}

void apply_thread_wait(const struct apply_thread *d, int timeout_ms)
{
	poll(&(struct pollfd){ .fd = d->fd, .events = POLLIN }, 1, timeout_ms);
}

void apply_thread_free(struct apply_thread *d)
{
	bool ended;

	if (!d)
		return;
	d->given_up = true;
	pthread_mutex_lock(&d->lock);
	ended = d->ended;
	d->abandoned = true;
	pthread_mutex_unlock(&d->lock);
	if (ended)
		free_all(d);
}
