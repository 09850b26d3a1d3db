/* remedies: changes of a VM's configuration, each an edit of its own inactive XML. */
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
	REMEDY_ENABLE_KVM,
	REMEDY_MIGRATION_WAIT,
	REMEDY_DEVICES_LEGACY,
	REMEDY_LOOK_DEEPER,
	REMEDY__COUNT,
};

struct xml_edit;

struct remedy {
	const char *id;    /* "hyperv-timers" */
	const char *title; /* "Give the guest Hyper-V synthetic timers" */
	/* Records the changes in edit. */
	void (*edit)(struct xml_edit *edit);
	const char *qemu_arguments; /* the same for a VM that libvirt does not run */
	const char *expect;         /* what will be better */
	const char *cost;           /* what it costs */
	const char *when_not;
	const char *source; /* where it is documented */
};

extern const struct remedy remedies[REMEDY__COUNT];

/* A remedy worked out for one domain. */
struct remedy_plan {
	const struct remedy *remedy;
	char *xml_after; /* whole XML; NULL when it could not be made */
	char *xml_diff; /* unified diff of the inactive XML; never NULL, "" when nothing is left to change
			    or it could not be made */
	char *command; /* shell commands that apply it; NULL when there is no diff to apply */
	char why[160]; /* why there is no diff: one sentence; "" otherwise */
	bool pending;  /* the inactive XML has it already: a power cycle is what is missing */
};

/* domain may be NULL (the VM is not libvirt's). plan is overwritten. */
void remedy_plan_init(struct remedy_plan *plan, enum remedy_id id, const struct domain *domain);
void remedy_plan_fini(struct remedy_plan *plan);

#endif
