/* kvm_events_targets: the CPUs and the threads for which KVM's events are counted. */
#ifndef SOURCE_PERF_KVM_EVENTS_TARGETS_H
#define SOURCE_PERF_KVM_EVENTS_TARGETS_H

#include <stddef.h>

#include "sample/sample.h"
#include "source/perf/perf_set.h"

/* The CPUs that a file lists: "0-3,8". Returns how many, 0 when it does not say; the caller frees *targets. */
size_t kvm_events_cpus(const char *path, struct perf_target **targets);

/* The threads of vm, the kernel's for it among them; NULL: none. Returns how many; the caller frees *targets. */
size_t kvm_events_threads(const struct sample_vm *vm, struct perf_target **targets);

#endif
