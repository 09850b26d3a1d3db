/* kvm_events: how often each of KVM's tracepoints fired, on the whole host and in the threads of one VM. */
#ifndef SAMPLE_KVM_EVENTS_H
#define SAMPLE_KVM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Totals since host_since_ns and vm_since_ns; SAMPLE_UNKNOWN where it is not counted. */
struct sample_kvm_event {
	const char *name; /* as tracefs has it: "kvm_exit" */
	uint64_t host, vm;
};

struct sample_kvm_events {
	bool wanted;      /* else nothing is counted, and nothing below is set */
	uint64_t read_ns; /* when the totals were read, CLOCK_MONOTONIC */

	/* When counting began, with 0: another moment than in the sample before says that the totals began anew.
	 * 0: it has not. */
	uint64_t host_since_ns, vm_since_ns;

	/* For how long all counters together were there, and counted: where the second one is less, counts are to
	 * be scaled up. */
	uint64_t host_enabled_ns, host_running_ns, vm_enabled_ns, vm_running_ns;

	pid_t vm_pid; /* the VM; 0: none */
	uint64_t vm_start_ticks;
	struct sample_kvm_event *events; /* the most telling ones first, always in the same order */
	size_t count;
	char why[300]; /* why nothing is counted, a sentence with the fix in it; "": it is. Cleaned. */
	char note[300]; /* why not all of it is; likewise */
};

#endif
