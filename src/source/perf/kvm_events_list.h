/* kvm_events_list: the tracepoints of KVM that the running kernel has, and which of them tell most. */
#ifndef SOURCE_PERF_KVM_EVENTS_LIST_H
#define SOURCE_PERF_KVM_EVENTS_LIST_H

#include <stddef.h>
#include <stdint.h>

struct kvm_events_list {
	char **names;  /* "kvm_exit", the most telling ones first, the rest from A to Z */
	uint64_t *ids; /* their numbers for perf_event_open(2) */
	size_t count;
};

/* Reads them from the mount point tracefs. Returns 0, the list is then to be finished; or -errno, and why (size bytes)
 * says what to do. */
int kvm_events_list_read(struct kvm_events_list *list, const char *tracefs, char *why, size_t size);

void kvm_events_list_fini(struct kvm_events_list *list);

#endif
