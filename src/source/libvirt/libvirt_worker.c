#include "source/libvirt/libvirt_worker.h"

#include <errno.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "source/libvirt/libvirt_domains.h"
#include "source/libvirt/libvirt_lib.h"
#include "source/libvirt/libvirt_uri.h"
#include "source/worker_thread.h"

#define REFRESH_MS 2000
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 10000

struct libvirt_worker {
	struct worker_thread thread; /* its lock is for news, too */
	struct libvirt_news news;

	/* The thread's own. */
	char *uri;
	bool may_write;
	virConnectPtr connection; /* NULL: not connected */
	struct libvirt_domains domains;
	int timer, wake_handle;
	int retry_ms;
	bool due; /* the next question is to be asked now */
	bool has_versions;
};

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

static void on_timer(int timer, void *opaque)
{
	struct libvirt_worker *w = opaque;

	(void)timer;
	w->due = true;
}

/* Being called ends the wait of virEventRunDefaultImpl(), and that is all that is needed. */
static void on_wake(int watch, int fd, int events, void *opaque)
{
	(void)watch;
	(void)fd;
	(void)events;
	(void)opaque;
}

static void on_close(virConnectPtr connection, int reason, void *opaque)
{
	struct libvirt_worker *w = opaque;

	(void)connection;
	(void)reason;
	w->due = true;
}

static int on_lifecycle(
	virConnectPtr connection, virDomainPtr domain, int event, int detail, void *opaque)
{
	struct libvirt_worker *w = opaque;

	(void)connection;
	(void)event;
	(void)detail;
	libvirt_domains_touch(&w->domains, domain);
	w->due = true;
	return 0;
}

/* Both callbacks are extras: drivers without them (test:///) are just asked. */
static bool connect_libvirt(struct libvirt_worker *w)
{
	w->connection = libvirt_uri_connect(w->uri, true);
	if (!w->connection)
		return false;
	virConnectRegisterCloseCallback(w->connection, on_close, w, NULL);
	virConnectDomainEventRegister(w->connection, on_lifecycle, w, NULL);
	return true;
}

static void disconnect_libvirt(struct libvirt_worker *w)
{
	if (!w->connection)
		return;
	virConnectDomainEventDeregister(w->connection, on_lifecycle);
	virConnectUnregisterCloseCallback(w->connection, on_close);
	virConnectClose(w->connection);
	w->connection = NULL;
	w->has_versions = false;
	/* Ids begin anew when the daemon does, and no event told what happened meanwhile. */
	libvirt_domains_fini(&w->domains);
}

/* What went wrong, from libvirt's error (NULL: none was left). A failed system call is
 * VIR_ERR_SYSTEM_ERROR with errno in int1. */
static enum libvirt_trouble find_trouble(const virError *error, bool local)
{
	if (!error)
		return LIBVIRT_FAILED;
	if (error->domain == VIR_FROM_URI)
		return LIBVIRT_URI;
	switch (error->code) {
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
		return LIBVIRT_AUTH;
	case VIR_ERR_ACCESS_DENIED:
	case VIR_ERR_OPERATION_DENIED:
		return LIBVIRT_DENIED;
	case VIR_ERR_NO_CONNECT:
	case VIR_ERR_INVALID_ARG:
		return LIBVIRT_URI;
	case VIR_ERR_SYSTEM_ERROR:
		if (local && (error->int1 == ENOENT || error->int1 == ECONNREFUSED))
			return LIBVIRT_ABSENT;
		if (local && (error->int1 == EACCES || error->int1 == EPERM))
			return LIBVIRT_DENIED;
		return LIBVIRT_FAILED;
	default:
		return LIBVIRT_FAILED;
	}
}

static void publish_question(struct libvirt_worker *w)
{
	pthread_mutex_lock(&w->thread.lock);
	w->news.asked_ns = clock_mono_ns();
	pthread_mutex_unlock(&w->thread.lock);
}

static void publish_answer(struct libvirt_worker *w)
{
	struct domain_set *old;

	pthread_mutex_lock(&w->thread.lock);
	old = w->news.domains;
	w->news.domains = domain_set_ref(w->domains.set);
	w->news.asked_ns = 0;
	w->news.answered_ns = clock_mono_ns();
	w->news.trouble = LIBVIRT_FINE;
	pthread_mutex_unlock(&w->thread.lock);
	domain_set_unref(old);
}

static void publish_trouble(struct libvirt_worker *w)
{
	virError *error = virSaveLastError(); /* the next call overwrites the last error */
	enum libvirt_trouble trouble = find_trouble(error, strstr(w->uri, ":///") != NULL);

	if (w->connection && virConnectIsAlive(w->connection) != 1)
		trouble = LIBVIRT_LOST;
	pthread_mutex_lock(&w->thread.lock);
	if (clock_mono_ns() - w->news.asked_ns > LIBVIRT_PATIENCE_NS)
		trouble = LIBVIRT_SILENT;
	w->news.asked_ns = 0;
	w->news.trouble = trouble;
	text_clean(w->news.message, sizeof w->news.message,
		error && error->message ? error->message : "no reason given");
	pthread_mutex_unlock(&w->thread.lock);
	virFreeError(error);
}

/* Asked once a connection, and after the names: libvirt may have to try its QEMU out first. Other drivers'
 * versions are not QEMU's. */
static void learn_versions(struct libvirt_worker *w)
{
	const char *type = virConnectGetType(w->connection);
	unsigned long libvirt = 0, qemu = 0;

	w->has_versions = true;
	publish_question(w);
	if (virConnectGetLibVersion(w->connection, &libvirt) < 0)
		libvirt = 0;
	if (!type || strcmp(type, "QEMU") != 0 || virConnectGetVersion(w->connection, &qemu) < 0)
		qemu = 0;
	pthread_mutex_lock(&w->thread.lock);
	w->news.asked_ns = 0;
	w->news.libvirt_version = libvirt;
	w->news.qemu_version = qemu;
	pthread_mutex_unlock(&w->thread.lock);
}

/* True when the domains should be made anew at once. The time this takes is told like that of any other
 * question. */
static bool learn(struct libvirt_worker *w)
{
	bool learned;

	publish_question(w);
	learned = libvirt_domains_learn(&w->domains, w->connection, w->may_write, &w->thread.stop);
	publish_answer(w);
	return learned;
}

/* Asks libvirt once, connecting first where that is needed. Returns in how many milliseconds to ask
 * again. */
static int ask_libvirt(struct libvirt_worker *w)
{
	publish_question(w);
	if ((w->connection || connect_libvirt(w)) &&
		libvirt_domains_refresh(&w->domains, w->connection, &w->thread.stop)) {
		publish_answer(w);
		if (!w->has_versions)
			learn_versions(w);
		w->retry_ms = 0;
		return learn(w) ? 0 : REFRESH_MS;
	}
	publish_trouble(w);
	disconnect_libvirt(w);
	w->retry_ms = w->retry_ms ? w->retry_ms * 2 : RETRY_MIN_MS;
	if (w->retry_ms > RETRY_MAX_MS)
		w->retry_ms = RETRY_MAX_MS;
	return w->retry_ms;
}

static void end_worker(struct libvirt_worker *w)
{
	domain_set_unref(w->news.domains);
	worker_thread_fini(&w->thread);
	free(w->uri);
	free(w);
}

/* Loads the library: here, where nobody waits for it. */
static bool load_library(struct libvirt_worker *w)
{
	const struct libvirt_lib *lib = libvirt_lib();

	pthread_mutex_lock(&w->thread.lock);
	w->news.needs_version = lib->needs_version;
	if (lib->state != LIBVIRT_LIB_LOADED) {
		w->news.trouble =
			lib->state == LIBVIRT_LIB_ABSENT ? LIBVIRT_MISSING : LIBVIRT_UNUSABLE;
		text_clean(w->news.message, sizeof w->news.message, lib->why);
	}
	pthread_mutex_unlock(&w->thread.lock);
	return lib->state == LIBVIRT_LIB_LOADED;
}

static void *run(void *opaque)
{
	struct libvirt_worker *w = opaque;

	pthread_setname_np(pthread_self(), "libvirt");
	if (!load_library(w)) {
		if (worker_thread_end(&w->thread))
			end_worker(w);
		return NULL;
	}
	virInitialize(); /* first: it is what reads LIBVIRT_DEBUG */
	virSetErrorFunc(NULL, ignore_error);
	virEventRegisterDefaultImpl();
	w->timer = virEventAddTimeout(-1, on_timer, w, NULL);
	w->wake_handle =
		virEventAddHandle(w->thread.wake_fd, VIR_EVENT_HANDLE_READABLE, on_wake, w, NULL);

	while (!w->thread.stop) {
		virEventUpdateTimeout(w->timer, ask_libvirt(w));
		w->due = false;
		while (!w->thread.stop && !w->due)
			virEventRunDefaultImpl();
	}

	disconnect_libvirt(w);
	virEventRemoveHandle(w->wake_handle);
	virEventRemoveTimeout(w->timer);

	if (worker_thread_end(&w->thread))
		end_worker(w);
	return NULL;
}

struct libvirt_worker *libvirt_worker_start(const char *uri, bool may_write)
{
	struct libvirt_worker *w = mem_calloc(1, sizeof *w);
	int error;

	w->uri = mem_strdup(uri);
	w->may_write = may_write;
	w->news.started_ns = clock_mono_ns();

	/* libvirt prints warnings to standard error, and only this variable stops it: 4 is errors
	 * alone, and those go to the error function. */
	setenv("LIBVIRT_DEBUG", "4", 0);
	/* libxml2's first call must not be made by two threads at once. */
	xmlInitParser();
	error = worker_thread_start(&w->thread, run, w);
	if (error) {
		w->news.trouble = LIBVIRT_FAILED;
		text_clean(w->news.message, sizeof w->news.message, strerror(-error));
	}
	return w;
}

void libvirt_worker_news(struct libvirt_worker *w, struct libvirt_news *out)
{
	pthread_mutex_lock(&w->thread.lock);
	*out = w->news;
	domain_set_ref(out->domains);
	pthread_mutex_unlock(&w->thread.lock);
}

void libvirt_worker_stop(struct libvirt_worker *w)
{
	if (worker_thread_stop(&w->thread))
		end_worker(w);
}
