/* kvm_events: counts KVM's tracepoints while they are wanted (WANT_EVENTS), as `perf stat -e 'kvm:*' -a` does: for the
 * whole host, and for one VM's threads. Nothing of it is open while they are not. */
#ifndef SOURCE_PERF_KVM_EVENTS_H
#define SOURCE_PERF_KVM_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "source/perf/perf_counter.h"
#include "source/source.h"

/* "0-3,8": CPUs that can count. */
#define KVM_EVENTS_CPUS_PATH "/sys/devices/system/cpu/online"

/* Counters are opened and closed for so long at a time, then the loop has its turn. */
#define KVM_EVENTS_STEP_NS 2000000ull

/* What could not be opened is tried again after so long. */
#define KVM_EVENTS_RETRY_NS 5000000000ull

struct kvm_events_config {
	const char *tracefs;            /* where it is mounted, or would be */
	const char *cpus_path;          /* NULL: KVM_EVENTS_CPUS_PATH */
	const struct perf_calls *calls; /* NULL: the kernel's; to outlive the source */
	size_t descriptors_max;         /* that may be used; 0: as many as the process may open */
};

/* Opens nothing yet. Copies the paths. Never NULL. To be collected after those that find the VMs and name their threads.
 *
 * Counted is what fires while a thread of the VM runs: a timer's interrupt that hits another thread is the host's
 * alone. Threads that are found later get counters then. Where not all fits into the descriptors that are allowed, the
 * most telling events are counted (source/perf/kvm_events_plan.h).
 *
 * Closing the source is for the end of the process: counters that are open then are left to it. The kernel takes some 30
 * ms for each event, so all of them are seconds, in which the terminal should be the shell's already. */
struct source *kvm_events_open(const struct kvm_events_config *config);

#endif
