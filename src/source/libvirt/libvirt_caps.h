/* libvirt_caps: what VMs of a kind can have by libvirt, asked for each kind and connection until there is a
 * final answer; and the tools on this host to change them with. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_CAPS_H
#define SOURCE_LIBVIRT_LIBVIRT_CAPS_H

#include <libvirt/libvirt.h>

#include "sample/domain.h"

struct libvirt_caps_kind;

/* All zero knows nothing yet. */
struct libvirt_caps {
	struct libvirt_caps_kind *kinds;
	size_t count, capacity;
	bool learned; /* since the owner last said false here */
	bool looked;  /* for virt-xml */
	unsigned long virt_xml_version;
};

/* Fills domain->caps from what is known about its kind: its emulator, architecture, machine and type; and
 * its virt_xml_version. */
void libvirt_caps_of(const struct libvirt_caps *c, struct domain *domain);

/* Asks about the domain's kind unless that was answered or it is too early to ask again; blocks as long as
 * libvirt does. may_write: root may ask over a connection that may write. */
void libvirt_caps_ask(struct libvirt_caps *c, virConnectPtr connection, bool may_write,
	const struct domain *domain);

void libvirt_caps_fini(struct libvirt_caps *c);

#endif
