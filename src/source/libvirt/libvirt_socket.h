/* libvirt_socket: which process listens on the monitor socket that libvirt made for a domain. The kernel reports
 * it (sock_diag); kvmtop never connects to a monitor, which would take it from libvirt. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_SOCKET_H
#define SOURCE_LIBVIRT_LIBVIRT_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

/* Does the process hold the listening socket .../domain-ID-NAME/monitor.sock (ID: domain_id, NAME may be cut), which a
 * process of owner, the daemon's user, made? libvirt binds it itself and leaves it to QEMU. It counts only where the
 * path leads to that very socket from here: a path is only a text, and another mount namespace has its own. False
 * where that cannot be seen: another user's process without root, another network namespace, Linux before 5.3 or
 * without unix_diag (a module that the kernel loads by itself for the question, where it is installed). */
bool libvirt_socket_is_of(int domain_id, uid_t owner, pid_t pid);

#endif
