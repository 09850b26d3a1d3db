/* busiest_vm: which VM uses the CPU most, for who cannot ask the model. */
#ifndef SOURCE_BUSIEST_VM_H
#define SOURCE_BUSIEST_VM_H

#include "sample/sample.h"

/* All zero: nothing was seen yet. */
struct busiest_vm {
	struct vm_id choice; /* pid 0: none yet */
	struct busiest_past {
		struct vm_id id;
		uint64_t ticks;
	} * past; /* VMs at the last call */
	size_t past_count;
};

/* Chooses one of the VMs of s, and remembers them: at first the one that used the most CPU since it was started. Once
 * chosen, one stays until it is gone, or another one uses twice as much CPU since the last call. NULL: there is none. */
const struct sample_vm *busiest_vm_choose(struct busiest_vm *b, const struct sample *s);

void busiest_vm_fini(struct busiest_vm *b);

#endif
