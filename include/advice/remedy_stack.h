/* remedy_stack: remedies in the way of what runs the VM: Proxmox VE, OpenStack Nova, KubeVirt and others make
 * a VM's configuration from their own settings. */
#ifndef ADVICE_REMEDY_STACK_H
#define ADVICE_REMEDY_STACK_H

#include "advice/remedies.h"

/* What brings the remedy about in the stack that runs the VM, its name for the VM filled in where it is
 * known; the caller frees it. NULL: no stack, or no way is known. config may be NULL. */
char *remedy_stack_way(const struct remedy *remedy, const struct domain_config *config);

/* From what a stack redefines a VM in libvirt, and on which event: "OpenStack Nova redefines the VM from FROM on every
 * WHEN". A change of the definition does not last. */
struct stack_overwrites {
	const char *from, *when;
};

/* NULL: the stack leaves the definition alone. config may be NULL. */
const struct stack_overwrites *remedy_stack_overwrites(const struct domain_config *config);

/* What the stack overwrites in a definition when the user edits the VM in it: a sentence, or NULL. config may be NULL. */
const char *remedy_stack_edits(const struct domain_config *config);

#endif
