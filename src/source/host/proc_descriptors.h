/* proc_descriptors: finds a process' KVM descriptors by their links in /proc/PID/fd:
 *   anon_inode:kvm-vm      by KVM_CREATE_VM
 *   anon_inode:kvm-vcpu:1  by KVM_CREATE_VCPU, with the vCPU's number; before Linux 4.17 without it
 * A process may have a million other descriptors first. So each call continues where the last one stopped; a round ends
 * when all were read. */
#ifndef SOURCE_HOST_PROC_DESCRIPTORS_H
#define SOURCE_HOST_PROC_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct proc_descriptors {
	long at;       /* telldir(3) position of the next call; 0: start */
	bool round_vm; /* what this round has met so far */
	int round_vcpus;
	int vcpus; /* how many vCPUs the last whole round met; -1: there was none yet */
};

#define PROC_DESCRIPTORS_NONE ((struct proc_descriptors){ .vcpus = -1 })

enum proc_descriptors_look {
	PROC_DESCRIPTORS_VM,     /* it has one of a VM */
	PROC_DESCRIPTORS_NO_VM,  /* a whole round has met none */
	PROC_DESCRIPTORS_ON,     /* none so far, and the round goes on */
	PROC_DESCRIPTORS_DENIED, /* they must not be read */
	PROC_DESCRIPTORS_UNKNOWN, /* they could not be read now: the process ended, or kvmtop has no descriptor left */
};

/* Looks at the next ones of the process pid below root, a descriptor of /proc: at most so many. A new round has
 * begun when d->at is 0 afterwards. */
enum proc_descriptors_look proc_descriptors_look(
	struct proc_descriptors *d, int root, pid_t pid, size_t most);

#endif
