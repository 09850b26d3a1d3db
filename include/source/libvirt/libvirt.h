/* libvirt: names, states and configurations of the domains, from a worker thread that owns the
 * connection (read-only). The loop only ever takes what the worker has published. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_H
#define SOURCE_LIBVIRT_LIBVIRT_H

#include <stdbool.h>

#include "source/source.h"

/* The URI to connect to: given, or where that is NULL $LIBVIRT_DEFAULT_URI, or qemu:///system where that
 * is not set (libvirt's own default for an ordinary user is a daemon of his own, which knows none of the
 * host's VMs). Borrowed. */
#define LIBVIRT_URI_DEFAULT "qemu:///system"
const char *libvirt_uri(const char *given);

/* uri: as libvirt_uri() takes it. run_dir: where its daemon keeps NAME.pid (libvirt_place_run_dir()), which identifies
 * a domain's process (libvirt_join.h); NULL: the VMs are not processes of this host (libvirt_uri_is_elsewhere()), and all
 * figures of them and their host come from libvirt: do not collect other sources then. Both are
 * copied. Starts the worker; never NULL. */
struct source *libvirt_open(const char *uri, const char *run_dir);

/* Is it such a source whose libvirt has neither answered nor failed yet? */
bool libvirt_is_silent(const struct source *source);

/* The same without ever opening a read-write connection: what the host can start is unknown then (caps_ask.h). */
struct source *libvirt_open_read_only(const char *uri, const char *run_dir);

#endif
