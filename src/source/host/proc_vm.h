/* proc_vm: finds the processes that are VMs and the kernel threads that work for them, and remembers
 * the answers, so that a host of thousands of processes costs little more than its directory. */
#ifndef SOURCE_HOST_PROC_VM_H
#define SOURCE_HOST_PROC_VM_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/map.h"
#include "domain/cmdline.h"
#include "sample/sample.h"
#include "source/host/proc_descriptors.h"

enum proc_role {
	PROC_ROLE_NONE,
	PROC_ROLE_VM,
	PROC_ROLE_HELPER, /* kernel thread that works for a VM */
	PROC_ROLE_KSMD,
	PROC_ROLE_KSWAPD,
};

struct proc_threads {
	struct sample_thread *items;
	size_t count, capacity;
	size_t own; /* the first ones, which are the process' own */
};

struct proc_process {
	struct vm_id id;
	enum proc_role role;
	struct proc_descriptors descriptors;
	enum tristate kvm; /* PROC_ROLE_VM: has it a VM of KVM's? Else QEMU emulates it */
	bool denied;       /* its descriptors are not readable: the role is a guess from its name */
	uint64_t due_ns;   /* CLOCK_MONOTONIC when it is looked at again */
	uint64_t scan;     /* the last one that met it */

	/* PROC_ROLE_HELPER */
	pid_t owner;
	struct proc_process
		*next; /* the one that works for the same thread; in struct proc_vms' helpers */
	enum thread_kind kind;

	/* PROC_ROLE_VM */
	struct cmdline_vm *cmdline;
	struct domain_config
		config; /* of the command line; with stack_id only where that is confirmed */
	char stack_id[sizeof((struct domain_config *)NULL)->stack_id]; /* what the arguments say */
	struct proc_threads threads; /* at the last collect: proc.c's own */
};

struct proc_vms {
	struct map processes; /* struct proc_process by pid */
	uint64_t scan;
	const pid_t *only; /* borrowed; just these can be VMs. NULL: all */
	size_t only_count;
	const char *qemu_server; /* borrowed; Proxmox VE's folder of VMID.pid. NULL: none */
	uid_t qemu_server_owner; /* whose these files must be */

	/* Of the last scan, in the order of the directory. */
	struct proc_process **found; /* those with a role; valid until the next scan */
	size_t found_count, found_capacity;
	struct map
		helpers; /* of them those with PROC_ROLE_HELPER, the first of each owner, by its tid */
	/* VMs with threads at the last collect that have ended since; until proc_vm_drop_ended(). */
	struct proc_process **ended;
	size_t ended_count, ended_capacity;
	bool hidden; /* other users' processes are not even listed: /proc is mounted with hidepid */
	bool denied; /* some processes' descriptors could not be read */
	bool guessed; /* one of them is a VM by its name */
};

/* Goes through all processes below root, a stream on /proc, and brings v up to date. now_ns is
 * CLOCK_MONOTONIC; uptime_s tells the processes' age. */
void proc_vm_scan(struct proc_vms *v, DIR *root, uint64_t now_ns, double uptime_s);

/* Finds out what a process is, and when to check it again. A process that is no longer a VM has ended. */
void proc_vm_look(struct proc_vms *v, struct proc_process *process, int root, uint64_t now_ns,
	double uptime_s);

/* Marks the VM of process as ended: it is moved to v->ended with all that is known of it, and process is reset. */
void proc_vm_end(struct proc_vms *v, struct proc_process *process);
void proc_vm_drop_ended(struct proc_vms *v);

/* Says that process turned out to be another one than it was: the next scan looks at it anew. */
void proc_vm_forget(struct proc_process *process);

void proc_vm_fini(struct proc_vms *v);

#endif
