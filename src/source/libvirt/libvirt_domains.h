/* libvirt_domains: what a connection says about its domains, with as few questions as keep it right.
 * One question a refresh lists names and states; XML is read again only when it can have changed. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_DOMAINS_H
#define SOURCE_LIBVIRT_LIBVIRT_DOMAINS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <libvirt/libvirt.h>

#include "sample/domain.h"
#include "source/libvirt/libvirt_caps.h"

/* All zero knows nothing yet. */
struct libvirt_domains {
	struct domain_set *set; /* a reference; replaced, never changed */
	uint64_t *read_ns;      /* when each item's XML was read; 0: to be read again */
	struct libvirt_caps caps;
};

/* Asks connection; blocks as long as libvirt does. Leaves d->set alone when nothing changed. When
 * *stop becomes true it gives up in between. Returns false, with d as it was, when it gave up or
 * libvirt's answer was an error (virGetLastError()). */
bool libvirt_domains_refresh(
	struct libvirt_domains *d, virConnectPtr connection, const atomic_bool *stop);

/* Asks what VMs of each kind can have on this host where that is not known yet, which takes seconds where QEMU
 * has to be probed: call it after known domains are on the screen. may_write: as root, over a read-write
 * connection. True when something new was learned: the next refresh makes a set with it. */
bool libvirt_domains_learn(struct libvirt_domains *d, virConnectPtr connection, bool may_write,
	const atomic_bool *stop);

/* Something happened to that domain: its XML is read at the next refresh. */
void libvirt_domains_touch(struct libvirt_domains *d, virDomainPtr domain);

void libvirt_domains_fini(struct libvirt_domains *d);

#endif
