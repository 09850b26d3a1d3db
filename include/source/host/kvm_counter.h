/* kvm_counter: the names of KVM's counters. Kernel and libvirt have the same ones, debugfs as files,
 * libvirt as vcpu.N.NAME.sum; they differ between kernels and between processors. */
#ifndef SOURCE_HOST_KVM_COUNTER_H
#define SOURCE_HOST_KVM_COUNTER_H

#include <stdint.h>

#include "sample/sample.h"

/* Counters that kvmtop reads, and at most so many names of each. */
enum { KVM_COUNTERS = 21, KVM_COUNTER_NAMES = 2 };

/* Of these so many are read always; those behind them are for WANT_HALTS. */
enum { KVM_COUNTERS_ALWAYS = 18 };

struct kvm_counter {
	size_t offset;                        /* in struct sample_counters */
	const char *names[KVM_COUNTER_NAMES]; /* the first one that there is counts; or NULL */
};

extern const struct kvm_counter kvm_counter_table[KVM_COUNTERS];

/* Sums by counter and name, of which kvm_counter_choose() takes one for each counter. */
struct kvm_counter_sums {
	uint64_t by_name[KVM_COUNTERS][KVM_COUNTER_NAMES];
};

/* Sums to which nothing was added: SAMPLE_UNKNOWN. */
void kvm_counter_sums_init(struct kvm_counter_sums *s);

/* Adds to the sum of that name (length bytes); names that are not in the table are ignored. */
void kvm_counter_sums_add(
	struct kvm_counter_sums *s, const char *name, size_t length, uint64_t value);

/* Writes the counters to out, all but its time. */
void kvm_counter_choose(const struct kvm_counter_sums *s, struct sample_counters *out);

#endif
