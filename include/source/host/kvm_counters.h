/* kvm_counters: KVM's own counters of all VMs, from debugfs. They cost the guests nothing and miss
 * nothing, but tell no ports and no MSRs. */
#ifndef SOURCE_HOST_KVM_COUNTERS_H
#define SOURCE_HOST_KVM_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "sample/sample.h"

/* Where debugfs has them, when it is mounted. */
#define KVM_COUNTERS_ROOT "/sys/kernel/debug/kvm"

/* The counters of a VM stand in the folders TID-FD below root, TID being the thread that made the VM,
 * mostly its process' first one. A VM is read at most every KVM_COUNTERS_GAP_NS, and of all VMs together
 * KVM_COUNTERS_PER_S a second, those that were not read for longest first: thirteen small files each, some
 * 50 us, so that this stays below half a percent of a CPU however many VMs there are. No file is kept
 * open: an open one would keep the kernel's part of a VM alive after its end. */
#define KVM_COUNTERS_GAP_NS 500000000ull
#define KVM_COUNTERS_PER_S 50

struct kvm_counters;

/* root is KVM_COUNTERS_ROOT, or a copy of it for tests; copied. */
struct kvm_counters *kvm_counters_new(const char *root) __attribute__((returns_nonnull));
void kvm_counters_free(struct kvm_counters *k);

/* From the next collect on, are those read, too, that only halts need? */
void kvm_counters_want_halts(struct kvm_counters *k, bool wanted);

/* Sets the counters of the VMs in s, with the time of their last reading. What cannot be read stays
 * unknown, and s's platform.counters_why says why: debugfs is not mounted, the kernel is locked down, or kvmtop does not
 * run as root. */
void kvm_counters_collect(struct kvm_counters *k, struct sample *s);

/* How many exits vm made so far, read now: the sum over its folders, or SAMPLE_UNKNOWN. */
uint64_t kvm_counters_exits(const char *root, const struct sample_vm *vm);

#endif
