/* remedy_stack: remedies in the way of what runs the VM: Proxmox VE, OpenStack Nova, KubeVirt and others make
 * a VM's configuration from their own settings. */
#ifndef ADVICE_REMEDY_STACK_H
#define ADVICE_REMEDY_STACK_H

#include "advice/remedies.h"

/* What brings the remedy about in the stack that runs the VM, its name for the VM filled in where it is
 * known; the caller frees it. NULL: no stack, or no way is known. config may be NULL. */
char *remedy_stack_way(const struct remedy *remedy, const struct domain_config *config);

/* Where a stack has a VM's configuration, and when it defines the VM in libvirt anew from there: "OpenStack Nova
 * defines the VM anew, from ..., when it ...". A change of the definition does not last. */
struct stack_overwrites {
	const char *from, *when;
};

/* NULL: the stack leaves the definition alone. config may be NULL. */
const struct stack_overwrites *remedy_stack_overwrites(const struct domain_config *config);

/* What the stack changes in a definition only where somebody edits the VM with it: a sentence, or NULL.
 * config may be NULL. */
const char *remedy_stack_edits(const struct domain_config *config);

#endif
