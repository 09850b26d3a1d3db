/* vm_call: VMs as a user calls them: by name, UUID or process id. */
#ifndef MODEL_VM_CALL_H
#define MODEL_VM_CALL_H

#include <stddef.h>

#include "model/model.h"

/* Writes the VMs that are called so to vms (room for m->vm_count), in the model's order: those of that name, else the
 * one with that UUID, else the one with that process id. Returns how many. */
size_t vm_call_find(const struct model *m, const char *call, const struct vm **vms);

/* m as it is with no other VMs than those that one of count calls means, left_out of them; symbols and events of one that
 * is left out are as if nobody wanted them. Its vms are the caller's to free, all else is m's: it is to be looked at, and
 * valid until m's next update. */
struct model vm_call_narrow(const struct model *m, const char *const *calls, size_t count);

#endif
