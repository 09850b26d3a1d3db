/* remedies: what can be changed so that a VM costs less: edits of its own inactive XML, settings of the
 * host, and things to do inside the guest. The rows stand in remedies_*.c by theme. */
#ifndef ADVICE_REMEDIES_H
#define ADVICE_REMEDIES_H

#include <stdbool.h>
#include <stddef.h>

#include "sample/domain.h"

/* Those up to IOTHREAD_POLL_OFF edit the XML. */
enum remedy_id {
	REMEDY_NONE,
	REMEDY_HYPERV_TIMERS,
	REMEDY_HPET_ON,
	REMEDY_HPET_OFF,
	REMEDY_HYPERV_VPINDEX, /* vpindex and the reference clock */
	REMEDY_HYPERV_FULL,
	REMEDY_HYPERV_AVIC,
	REMEDY_HYPERV_EVMCS,
	REMEDY_HYPERV_SPINLOCKS, /* spinlocks, tlbflush, ipi */
	REMEDY_INVTSC,
	REMEDY_KVMCLOCK,
	REMEDY_PVSPINLOCK,
	REMEDY_USB_XHCI,
	REMEDY_USB_TABLET_VIRTIO,
	REMEDY_VMPORT_OFF,
	REMEDY_PMU_OFF,
	REMEDY_RTC_DELAY,
	REMEDY_PIT_DISCARD,
	REMEDY_NOSHAREPAGES,
	REMEDY_HUGEPAGES,
	REMEDY_CPU_PM_OFF,
	REMEDY_NESTED_OFF,
	REMEDY_IOTHREAD_POLL_OFF,
	REMEDY_HALT_POLL,
	REMEDY_CLOCKSOURCE,
	REMEDY_KSM_TUNE,
	REMEDY_NX_OFF,
	REMEDY_MSR_QUIET,
	REMEDY_GUEST_TIMER_RESOLUTION,
	REMEDY_GUEST_CLOCKSOURCE,
	REMEDY_PIN_VCPUS,
	REMEDY_IRQ_AFFINITY,
	REMEDY_SPLIT_LOCK_OFF,
	REMEDY_ENABLE_KVM,
	REMEDY_MIGRATION_WAIT,
	REMEDY_DEVICES_LEGACY,
	REMEDY_STARTABLE,
	REMEDY_LOOK_DEEPER,
	REMEDY_NOVA_HPET,
	REMEDY__COUNT,
};

struct xml_edit;

struct remedy {
	enum remedy_id number;
	const char *id;    /* "hyperv-timers" */
	const char *title; /* "Give the guest Hyper-V synthetic timers" */
	bool is_x86;       /* it is about what only x86 has: libvirt and QEMU refuse it elsewhere */
	/* Records the changes in edit: as much as caps allow. NULL: nothing in the XML changes. */
	void (*edit)(struct xml_edit *edit, const struct domain_caps *caps);
	const char *hyperv; /* Hyper-V features without which it is nothing: "vpindex synic" */
	unsigned long
		libvirt_min; /* the first version whose XML knows it, as in struct domain_caps */
	bool is_kvms;        /* KVM's own interface, which Windows does not use */
	bool fallback;       /* for where nothing better is possible */
	const char *host_commands; /* shell commands on the host, as root; may be NULL */
	const char *
		qemu_commands; /* those for a VM that libvirt does not run, where they differ; NULL: the same */
	const char *guest_commands; /* what to do inside the guest; may be NULL */
	const char *qemu_arguments; /* the edit for a VM that libvirt does not run; NULL: no edit */
	const char *virt_xml; /* the edit as options of virt-xml --edit (5.0 and later), one a line,
				 each for a run of its own; NULL: it cannot be said so */
	const char *stacks[DOMAIN_STACK__COUNT]; /* the same in the stack's own way; NULL: not
						    known. "VMID" is what the stack calls the VM */
	const char *needs;  /* what it requires of other hosts, which can block live migration or
			      high availability; NULL: nothing */
	const char *expect; /* what will be better */
	const char *cost;   /* what it costs */
	const char *when_not;
	const char *source; /* where it is documented */
};

/* The row of a remedy. */
const struct remedy *remedy_find(enum remedy_id id) __attribute__((returns_nonnull));

/* xml with the remedy's edit, as far as caps allow (NULL: nothing is known); the caller frees it. NULL,
 * with one sentence in why, when the remedy has no edit or it cannot be made. */
char *remedy_apply(
	enum remedy_id id, const struct domain_caps *caps, const char *xml, char *why, size_t size);

/* How good a remedy is for one VM on this host, best first. */
enum remedy_preference {
	REMEDY_ADVISED,
	REMEDY_FALLBACK,    /* where the others are impossible */
	REMEDY_NOT_ADVISED, /* a fallback that has no need to be: something better is possible */
	REMEDY_IMPOSSIBLE,  /* this host or this libvirt cannot do it */
};

/* A remedy worked out for one domain. */
struct remedy_plan {
	const struct remedy *remedy;
	enum remedy_preference preference;
	char ref[40]; /* how virsh and file names call the domain: name or UUID; "" without domain */
	char *xml_after; /* whole XML; NULL when it could not be made */
	char *xml_diff; /* unified diff of the inactive XML; never NULL, "" when nothing is left to change
			    or it could not be made */
	char *virt_xml; /* the same as a virt-xml command, where this host's knows the options; or NULL */
	char *command;    /* shell commands that apply it, on the host; NULL when there are none */
	char why[200];    /* why there is no diff, or no command: one sentence; "" otherwise */
	char caveat[600]; /* what this VM or host adds to when_not: a sentence or two, or "" */
	bool pending;     /* the inactive XML has it already: a power cycle is what is missing */
};

/* domain may be NULL (the VM is not libvirt's). plan is overwritten. */
void remedy_plan_init(struct remedy_plan *plan, enum remedy_id id, const struct domain *domain);
void remedy_plan_fini(struct remedy_plan *plan);

/* What the user can do with it by copy and paste: the commands on the host, else those in the guest, else
 * the QEMU arguments; NULL: nothing. Valid as long as plan. */
const char *remedy_plan_text(const struct remedy_plan *plan);

/* Puts remedies into the order of preference for the domain (may be NULL); those of the same preference stay
 * in the order they are in. */
void remedies_rank(enum remedy_id *ids, size_t count, const struct domain *domain);

#endif
