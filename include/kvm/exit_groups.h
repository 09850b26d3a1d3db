/* exit_groups: exits put together by what they mean: the reasons of Intel's and AMD's processors
 * under one name, and the ports, MSRs and addresses of one device. */
#ifndef KVM_EXIT_GROUPS_H
#define KVM_EXIT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "sample/sample.h"

/* Reasons that mean the same. */
enum exit_group {
	EXIT_GROUP_OTHER,
	EXIT_GROUP_IO,        /* a port */
	EXIT_GROUP_MSR,       /* an MSR read or written */
	EXIT_GROUP_FAULT,     /* memory that is not mapped: EPT violation, nested page fault */
	EXIT_GROUP_MMIO,      /* a device's memory: EPT misconfiguration */
	EXIT_GROUP_HALT,      /* HLT, MWAIT: the guest has nothing to do */
	EXIT_GROUP_INTERRUPT, /* a host interrupt came while the guest ran */
	EXIT_GROUP_PAUSE,     /* a long spin: pause-loop exiting */
	EXIT_GROUP_WINDOW,    /* the guest can take an interrupt now */
	EXIT_GROUP_APIC,      /* local APIC: access, write, induced EOI, TPR */
	EXIT_GROUP_IPI,       /* an IPI that AVIC could not deliver */
	EXIT_GROUP_CPUID,
	EXIT_GROUP_TSC, /* RDTSC, RDTSCP */
	EXIT_GROUP_HYPERCALL,
	EXIT_GROUP_NESTED, /* the guest is a hypervisor: VMX or SVM instructions */
	EXIT_GROUP_PML,    /* the log of written pages is full */
	EXIT_GROUP__COUNT,
};

/* The group of a reason, by its number: names change between kernels, numbers are the processor's (Intel
 * SDM volume 3, appendix C; AMD APM volume 2, appendix C; the kernel's uapi asm/vmx.h, asm/svm.h). */
enum exit_group exit_group_of(const struct exit_key *key);

/* Is it an exit of a guest that has nothing to do: HLT (VMX 12, SVM 0x78), MWAIT (36, 0x8b), SVM's
 * idle-HLT (0xa6), arm64's WFx (esr_ec 1)? */
bool exit_group_is_halt(const struct exit_key *key);

/* Does the processor of that exit report an access to a device as a fault like one to memory? Then only the address tells
 * them apart. Intel's has a reason of its own for devices (EPT_MISCONFIG). */
bool exit_fault_may_be_mmio(const struct exit_key *key);

/* What is accessed. A detail can belong to several. */
enum device_group {
	DEVICE_RTC,             /* ports 0x70, 0x71 */
	DEVICE_RTC_INDEX_WRITE, /* OUT 0x70 */
	DEVICE_RTC_DATA_READ,   /* IN 0x71 */
	DEVICE_PM_TIMER,        /* IN 0x608 */
	DEVICE_PM_TIMER_I440FX, /* IN 0xb008: an i440fx with OVMF */
	DEVICE_PIT,             /* 8254, and the gate of its channel 2 */
	DEVICE_IO_DELAY,        /* OUT 0x80, 0xed */
	DEVICE_SERIAL,
	DEVICE_IDE,
	DEVICE_FLOPPY,
	DEVICE_I8042,
	DEVICE_VMPORT,
	DEVICE_PCI_CONFIG,
	DEVICE_HOTPLUG, /* of PCI devices and CPUs, and the ACPI events behind it */
	DEVICE_VGA,
	DEVICE_SMBUS,
	DEVICE_HV_TIME,    /* reads of HV_X64_MSR_TIME_REF_COUNT */
	DEVICE_HV_STIMER,  /* a synthetic timer is set: its COUNT is written */
	DEVICE_HV,         /* any of Hyper-V's MSRs */
	DEVICE_KVM,        /* any of KVM's own MSRs */
	DEVICE_APIC_TIMER, /* the local APIC's timer is set: TSC deadline, initial count */
	DEVICE_APIC_EOI,   /* an end of interrupt by MSR */
	DEVICE_APIC_ICR,   /* an IPI is sent */
	DEVICE_POWER,      /* energy, temperature, frequency, C-states */
	DEVICE_HPET_READ,  /* reads of the HPET's main counter */
	DEVICE_HPET_TICK,  /* writes to a comparator of the HPET */
	DEVICE_GROUP__COUNT,
};

/* Calls each(group, data) for each group that a port, an MSR or an address belongs to; for none when key
 * is a reason's own. */
void device_groups_of(
	const struct exit_key *key, void (*each)(enum device_group group, void *data), void *data);

#endif
