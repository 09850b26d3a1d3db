/* vcpu_halts: what a vCPU did in its halts, by KVM's own counters. After a halt KVM polls for a while whether there is
 * something to do already (Linux Documentation/virt/kvm/halt-polling.rst), and then lets the thread sleep. */
#ifndef SAMPLE_VCPU_HALTS_H
#define SAMPLE_VCPU_HALTS_H

#include <stddef.h>
#include <stdint.h>

/* Totals since the VM's start, or SAMPLE_UNKNOWN. */
struct sample_vcpu_halts {
	int vcpu;
	uint64_t poll_success_ns,
		poll_fail_ns; /* polled, until there was something to do; in vain */
	uint64_t wait_ns;     /* asleep */
	uint64_t wakeups;     /* of what slept */
	uint64_t polls, polls_successful;
};

/* Of a VM's vCPUs. */
struct sample_halts {
	uint64_t time_ns; /* CLOCK_MONOTONIC, when they were read; 0: never */
	struct sample_vcpu_halts *vcpus;
	size_t count;
};

#endif
