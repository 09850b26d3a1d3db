/* pages_ask: the huge pages that a connection's host has left. */
#ifndef APPLY_PAGES_ASK_H
#define APPLY_PAGES_ASK_H

#include <stdint.h>

#include <libvirt/libvirt.h>

#include "domain/fit.h"

/* Of size_kib; 0: of the host's own size. Known for this host only: libvirt counts another host's, but does not tell which
 * size a VM gets there whose definition names none, nor what is reserved. pages is overwritten. */
void pages_ask(struct domain_pages *pages, virConnectPtr connection, uint64_t size_kib);

#endif
