/* kvm_counters: KVM's own counters of a VM, from debugfs. They cost nothing and miss nothing, but tell
 * no reasons. */
#ifndef SOURCE_KVM_COUNTERS_H
#define SOURCE_KVM_COUNTERS_H

#include <stdint.h>

#include "sample/sample.h"

/* Where debugfs has them, when it is mounted. */
#define KVM_COUNTERS_ROOT "/sys/kernel/debug/kvm"

/* How many exits vm made so far: the sum over the folders TID-FD below root, TID being the thread that
 * made the VM, mostly its process' first one. SAMPLE_UNKNOWN when there is none or it is not readable:
 * debugfs is not mounted, the kernel is locked down, or kvmtop does not run as root. */
uint64_t kvm_counters_exits(const char *root, const struct sample_vm *vm);

#endif
