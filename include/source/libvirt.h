/* libvirt: names, states and configurations of the domains, from a worker thread that owns the
 * connection (read-only). The loop only ever takes what the worker has published. */
#ifndef SOURCE_LIBVIRT_H
#define SOURCE_LIBVIRT_H

#include "source/source.h"

/* uri: NULL for libvirt's default. run_dir: where libvirt keeps NAME.pid, normally
 * "/run/libvirt/qemu"; for VMs whose command line tells no UUID. Starts the worker; never NULL. */
struct source *libvirt_open(const char *uri, const char *run_dir);

#endif
