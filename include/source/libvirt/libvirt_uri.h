/* libvirt_uri: what a connection's URI says about where it leads, and the connection itself. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_URI_H
#define SOURCE_LIBVIRT_LIBVIRT_URI_H

#include <stdbool.h>
#include <stddef.h>

#include <libvirt/libvirt.h>

/* Are the VMs behind it no processes of this host? So it is where it names a server
 * ("qemu+ssh://root@host/system"), even this one, and with libvirt's test driver, whose VMs are none at all. */
bool libvirt_uri_is_elsewhere(const char *uri);

/* The same of a connection; also where libvirt does not tell its URI. */
bool libvirt_uri_leads_elsewhere(virConnectPtr connection);

/* The server's name out of the URI to out, without user and port: "host"; "" when there is none. Returns out. */
const char *libvirt_uri_server(const char *uri, char *out, size_t size);

/* "-c qemu:///system" for a command that is pasted into a shell: an ordinary user's virsh would ask his session. What is
 * no plain word is quoted; what cannot be is "-c URI". Returns out. */
const char *libvirt_uri_option(char *out, size_t size, const char *uri);

/* Connects. One that only reads notices when the other side is gone; to be used where some thread runs libvirt's
 * event loop. None asks for a password on this terminal, as ssh would on its own. NULL: virGetLastError(). */
virConnectPtr libvirt_uri_connect(const char *uri, bool read_only);

/* The URI with "no_tty=1" in it, where it is one of ssh's and does not say otherwise: the caller frees it. */
char *libvirt_uri_without_tty(const char *uri);

#endif
