/* kvm_events_counting: what a set of counters has counted from the moment on at which all of it was open. */
#ifndef SOURCE_PERF_KVM_EVENTS_COUNTING_H
#define SOURCE_PERF_KVM_EVENTS_COUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/perf/perf_set.h"

/* All zero, with the set's calls, counts nothing. */
struct kvm_events_counting {
	struct perf_set set;
	uint64_t *sums, *base; /* now, and when counting began: one for each event of the set */
	struct perf_times times, base_times;
	uint64_t since_ns; /* 0: not all counters are open yet */
};

/* Begins anew, with these tracepoints, which are borrowed; none: closes all, step by step. */
void kvm_events_counting_begin(struct kvm_events_counting *c, const uint64_t *ids, size_t count);

/* Counts from now on, if all is open and it does not count yet. */
void kvm_events_counting_start(struct kvm_events_counting *c);

/* Reads the counters, if it counts. False: a CPU or a thread could not be read (source/perf/perf_set.h). */
bool kvm_events_counting_read(struct kvm_events_counting *c);

/* As they were last read: how often event i fired, or SAMPLE_UNKNOWN; and the time of all counters together. */
uint64_t kvm_events_counting_total(const struct kvm_events_counting *c, size_t i);
struct perf_times kvm_events_counting_times(const struct kvm_events_counting *c);

/* Frees the memory; open counters are left open, as by perf_set_fini(). */
void kvm_events_counting_fini(struct kvm_events_counting *c);

#endif
