/* vm_match: VMs as a user calls them: by name, UUID or process id. */
#ifndef MODEL_VM_MATCH_H
#define MODEL_VM_MATCH_H

#include <stddef.h>

#include "model/model.h"

/* Writes the VMs that are called so to vms (room for vm_match_room()), in the model's order, those that are shut off last:
 * those of that name, else the one with that UUID, else the one with that process id. Returns how many. */
size_t vm_match_find(const struct model *m, const char *call, const struct vm **vms);

/* The most that can be: all VMs, with the shut-off ones that are listed. */
size_t vm_match_room(const struct model *m);

/* m as it is with no other VMs than those that one of count calls means, left_out of them; symbols and events of one that
 * is left out are as if nobody wanted them. Read-only, valid until m's next update; release it with
 * vm_match_release(). */
struct model vm_match_narrow(const struct model *m, const char *const *calls, size_t count);
void vm_match_release(struct model *narrow);

#endif
