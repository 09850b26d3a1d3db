/* libvirt_worker: the thread that owns the connection to libvirt. It may hang in a call for as long
 * as libvirt does; nobody ever waits for it. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_WORKER_H
#define SOURCE_LIBVIRT_LIBVIRT_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "sample/domain.h"

struct libvirt_worker;

/* How the last question to libvirt ended. */
enum libvirt_trouble {
	LIBVIRT_FINE,    /* answered, or not ended yet */
	LIBVIRT_MISSING, /* the library is not installed: nothing is asked, nor will be */
	LIBVIRT_UNUSABLE, /* the library cannot be loaded, or is too old: likewise; message says why */
	LIBVIRT_SILENT, /* failed after a long silence */
	LIBVIRT_LOST,   /* the connection was closed from the other side */
	LIBVIRT_ABSENT, /* nothing listens on this host's socket */
	LIBVIRT_DENIED, /* this user may not */
	LIBVIRT_AUTH,   /* this user must say who he is */
	LIBVIRT_URI,    /* libvirt does not understand the URI */
	LIBVIRT_FAILED, /* anything else: message says what */
	LIBVIRT_TROUBLE__COUNT,
};

/* A question that takes longer than this counts as not answered. */
#define LIBVIRT_PATIENCE_NS (4 * NS_PER_S)

struct libvirt_news {
	struct domain_set *domains; /* NULL: nothing was read yet. Kept while libvirt is away. */
	uint64_t started_ns;        /* CLOCK_MONOTONIC, as the others */
	uint64_t asked_ns;          /* when the question was asked that is still open; 0: none is */
	uint64_t answered_ns;       /* the last answer; 0: none yet */
	enum libvirt_trouble trouble;
	unsigned long libvirt_version; /* as struct sample_platform has them; of the connection */
	unsigned long qemu_version;
	unsigned long needs_version; /* of a library with all functions; 0: this one has them */
	char message[160];           /* libvirt's error message, or the dynamic linker's */
};

/* Connects to uri (copied) and runs until stopped, retrying after every failure. may_write: as root, it may use
 * a read-write connection for what libvirt answers only there. */
struct libvirt_worker *libvirt_worker_start(const char *uri, bool may_write)
	__attribute__((returns_nonnull));

/* The news of this moment. out->domains is a reference for the caller. Never waits for libvirt. */
void libvirt_worker_news(struct libvirt_worker *w, struct libvirt_news *out);

/* Ends the worker and frees it. One that does not end in time is left to itself: it frees what is
 * its own should libvirt ever let it go. */
void libvirt_worker_stop(struct libvirt_worker *w);

#endif
