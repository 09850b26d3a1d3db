/* stack: who runs a VM, by the marks that its manager leaves on it. */
#ifndef DOMAIN_STACK_H
#define DOMAIN_STACK_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* By the URI of an element in <metadata>: "http://openstack.org/xmlns/libvirt/nova/1.1". */
enum domain_stack stack_of_namespace(const char *uri);

/* By a text of the SMBIOS tables, manufacturer or product: "OpenStack Foundation". */
enum domain_stack stack_of_smbios(const char *text);

/* By an argument of the VMM: "path=/var/run/qemu-server/100.qmp",
 * "type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova". */
enum domain_stack stack_of_argument(struct span argument);

/* By the VMM's own file name: "firecracker"; DOMAIN_STACK_QEMU for all forms of QEMU's. */
enum domain_stack stack_of_program(struct span name);

/* The one that tells more: a manager over libvirt, libvirt over QEMU. */
enum domain_stack stack_better(enum domain_stack a, enum domain_stack b);

#endif
