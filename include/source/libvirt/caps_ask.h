/* caps_ask: asks libvirt what VMs of a kind can have on its host. */
#ifndef SOURCE_LIBVIRT_CAPS_ASK_H
#define SOURCE_LIBVIRT_CAPS_ASK_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "domain/domain_caps.h"

/* Asks about VMs of m's emulator, architecture, machine and type; caps is overwritten. Blocks as long as
 * libvirt does, which may have to run that emulator first. libvirt answers only on a read-write connection (since
 * CVE-2019-10167). It is not made to run an emulator that others than root can replace, or that is on another
 * host: in these cases only libvirt's default emulator is asked about. If the answer is neither known nor
 * final afterwards it may be asked again; caps->why has the error. */
void caps_ask(struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m);

/* Stores a failed answer in caps, from libvirt's last error, and whether to try again. */
void caps_ask_failed(struct domain_caps *caps, const virError *error);

#endif
