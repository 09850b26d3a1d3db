/* vm_call: VMs as a user calls them: by name, UUID or process id. */
#ifndef MODEL_VM_CALL_H
#define MODEL_VM_CALL_H

#include <stddef.h>

#include "model/model.h"

/* Writes the VMs that are called so to vms (room for vm_call_room()), in the model's order, those that are shut off last:
 * those of that name, else the one with that UUID, else the one with that process id. Returns how many. */
size_t vm_call_find(const struct model *m, const char *call, const struct vm **vms);

/* How many it can be: all VMs, and those that are shut off as far as they are listed. */
size_t vm_call_room(const struct model *m);

/* m as it is with no other VMs than those that one of count calls means, left_out of them; symbols and events of one that
 * is left out are as if nobody wanted them. It is to be looked at, valid until m's next update, and to be given to
 * vm_call_release(). */
struct model vm_call_narrow(const struct model *m, const char *const *calls, size_t count);
void vm_call_release(struct model *narrow);

#endif
