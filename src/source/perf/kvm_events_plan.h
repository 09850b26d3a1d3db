/* kvm_events_plan: how much of KVM's events can be counted with so many descriptors. Each event takes one for each
 * CPU, and one for each thread of the VM. */
#ifndef SOURCE_PERF_KVM_EVENTS_PLAN_H
#define SOURCE_PERF_KVM_EVENTS_PLAN_H

#include <stddef.h>

struct kvm_events_size {
	size_t events, cpus, threads;
};

/* How many events are counted, the most telling ones of the list: never more of the VM than of the host. */
struct kvm_events_plan {
	size_t host, vm;
};

/* Descriptors for all of it. */
size_t kvm_events_need(const struct kvm_events_size *size);

/* All, where allowed descriptors are enough. Where the host's counters alone fit, all of these, and of the VM as many
 * events as can be; else as many as fit for both: an event that is only counted on some CPUs would mislead. */
struct kvm_events_plan kvm_events_plan(const struct kvm_events_size *size, size_t allowed);

/* Writes to note what is not counted and what to do about it; "" when all is. */
void kvm_events_plan_explain(const struct kvm_events_plan *plan, const struct kvm_events_size *size,
	size_t allowed, char *note, size_t note_size);

#endif
