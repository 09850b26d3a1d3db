/* vm_choice: which VM is looked at more closely: the one that somebody selected, else the busiest. */
#ifndef SOURCE_VM_CHOICE_H
#define SOURCE_VM_CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

struct vm_choice_seen {
	struct vm_id id;
	uint64_t cpu_ns, time_ns; /* its CPU time, and the sample's, when that was known last */
	double busy;              /* ns a second, then */
};

/* All zero: nothing was seen yet. */
struct vm_choice {
	struct vm_id busiest; /* pid 0: none yet */
	struct vm_choice_seen *seen;
	size_t count; /* VMs of the sample before, with their CPU time */
};

/* The VM of s that is wanted; NULL when it is gone. One that has ended is still chosen in that sample, so that what was
 * measured of it up to its end is fetched; there is nothing to begin with it. For pid 0 the one that uses the CPU most: at first that has used
 * most since it was started, for its age; then it stays until it is gone, or another one uses more than twice as much as
 * it does: figures of another VM each time would say nothing. A VM whose CPU time is not known in a sample is as busy as it was
 * when it was known. The result is s's. */
const struct sample_vm *vm_choice_take(
	struct vm_choice *c, const struct sample *s, struct vm_id wanted);

void vm_choice_fini(struct vm_choice *c);

#endif
