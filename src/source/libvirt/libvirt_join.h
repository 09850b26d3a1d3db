/* libvirt_join: which process is which domain. The command line is not used for that: every user may start a process
 * with any -uuid and -name. What counts, in this order:
 *	1. the daemon's pid file of the domain (source/host/pid_file.h), which only the daemon's user can write;
 *	2. otherwise the process that listens on the socket that libvirt made for the domain's monitor
 *	   (libvirt_socket.h).
 * Both need a command line that does not name another UUID. Where neither can be read the process is not joined: its
 * user is no evidence, as libvirt runs QEMU as root or as any user that a domain's XML names. A match holds as
 * long as the process lives and no other one is found to be the domain.
 *
 * A process with a domain's UUID or name that is not found to be that domain gets neither its configuration nor its
 * figures, and loses the UUID: it is marked by sample_vm.claim. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_JOIN_H
#define SOURCE_LIBVIRT_LIBVIRT_JOIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "sample/sample.h"

struct libvirt_join;

/* run_dir: the daemon's folder of pid files, copied; owner: who writes them (libvirt_place.h). */
struct libvirt_join *libvirt_join_new(const char *run_dir, uid_t owner)
	__attribute__((returns_nonnull));
void libvirt_join_free(struct libvirt_join *j);

/* Gives each VM of the sample its domain among s->domains, and marks those that only claim one. Without domains
 * (NULL) UUIDs cannot be checked: one that several processes have is not used. False where pid
 * files are not this user's to read, so that a VM could not be joined. */
bool libvirt_join_collect(struct libvirt_join *j, struct sample *s);

/* The VM is that domain: it takes over name and UUID. */
void libvirt_join_vm(struct sample_vm *vm, const struct domain *domain);

#endif
