/* kernel_log: what the kernel's log says about VMs, and about what makes all of them slow: lines of a kind are one
 * entry with their number, so that a guest that asks for an MSR a thousand times a minute does not bury a lockup. */
#ifndef SAMPLE_KERNEL_LOG_H
#define SAMPLE_KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum kernel_log_kind {
	KERNEL_LOG_MSR_UNHANDLED, /* the guest got a fault for it */
	KERNEL_LOG_MSR_IGNORED,   /* it got 0, by KVM's parameter ignore_msrs */
	KERNEL_LOG_SOFT_LOCKUP,   /* a thread held a CPU of the host for seconds, in the kernel */
	KERNEL_LOG_HARD_LOCKUP,   /* the same without taking interrupts */
	KERNEL_LOG_HUNG_TASK,     /* a thread slept for minutes, and could not be woken */
	KERNEL_LOG_SPLIT_LOCK,    /* the guest locked the bus, and is slowed down for it */
	KERNEL_LOG_OOM_KILL,      /* a VM was ended for want of memory */
	KERNEL_LOG_KVM_WARNING,   /* KVM met what it did not expect: a WARN() in its code */
	KERNEL_LOG_KVM,           /* all else that KVM says as a warning, or of a VM */
	KERNEL_LOG_CLOCK,         /* the host's clock was given up */
	KERNEL_LOG_KIND__COUNT,
};

enum kernel_log_direction { KERNEL_LOG_NEITHER, KERNEL_LOG_READ, KERNEL_LOG_WRITE };

#define KERNEL_LOG_TEXT_MAX 200

struct kernel_log_entry {
	pid_t pid;            /* of the VM; without a VM whom the line names; 0: the host */
	uint64_t start_ticks; /* of the VM; 0: of no VM that runs now */
	enum kernel_log_kind kind;
	enum kernel_log_direction direction; /* of an access to an MSR */
	uint32_t msr;                        /* likewise */
	uint64_t count;                 /* of lines since boot, as far as the log reaches back */
	uint64_t first_us, last_us;     /* about CLOCK_MONOTONIC */
	char text[KERNEL_LOG_TEXT_MAX]; /* of the last one, cleaned, maybe cut */
};

struct sample_kernel_log {
	bool known;        /* it was read to its end once */
	char why[200];     /* it cannot be read: one sentence with the fix, cleaned; else "" */
	uint64_t lost;     /* records that were overwritten before they were read */
	uint64_t before;   /* likewise, before kvmtop began */
	uint64_t left_out; /* lines for which there is no room in the list */
	struct kernel_log_entry *entries;
	size_t count;
};

/* "msr-unhandled", "soft-lockup", ... as in JSON and recordings. */
const char *kernel_log_kind_name(enum kernel_log_kind kind);
extern const char *const kernel_log_kind_names[KERNEL_LOG_KIND__COUNT];

/* "read", "write"; NULL for neither. */
const char *kernel_log_direction_name(enum kernel_log_direction direction);

#endif
