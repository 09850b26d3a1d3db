/* remedy_stack: remedies in the way of what runs the VM: Proxmox VE, OpenStack Nova, KubeVirt and others make
 * a VM's configuration from their own settings. */
#ifndef ADVICE_REMEDY_STACK_H
#define ADVICE_REMEDY_STACK_H

#include "advice/remedies.h"

/* What brings the remedy about in the stack that runs the VM, its name for the VM filled in where it is
 * known; the caller frees it. NULL: no stack, or no way is known. config may be NULL. */
char *remedy_stack_way(const struct remedy *remedy, const struct domain_config *config);

/* The name of the stack that defines the VM in libvirt anew at each start through it, so that a change of
 * the definition does not last: "OpenStack Nova". NULL: there is none. config may be NULL. */
const char *remedy_stack_overwrites(const struct domain_config *config);

#endif
