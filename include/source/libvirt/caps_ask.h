/* caps_ask: asks libvirt what VMs of a kind can have on its host. */
#ifndef SOURCE_LIBVIRT_CAPS_ASK_H
#define SOURCE_LIBVIRT_CAPS_ASK_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "sample/domain.h"

/* Asks about VMs of m's emulator, architecture, machine and type; caps is overwritten. Blocks as long as
 * libvirt does, which may have to run that emulator first. libvirt answers only a connection that may write
 * (since CVE-2019-10167), and is not made to run an emulator that is not root's own file in root's own
 * folders, or that is on another host: there only the one that libvirt takes itself is asked about. What is
 * neither known nor never to be known afterwards may be asked again: caps->why says what went wrong. */
void caps_ask(struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m);

/* Puts a failed answer into caps, from libvirt's last error: is it worth another try? */
void caps_ask_failed(struct domain_caps *caps, const virError *error);

#endif
