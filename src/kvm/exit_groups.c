#include "kvm/exit_groups.h"

/* Kinds of details, as a set. */
enum {
	IN = 1 << EXIT_DETAIL_PORT_IN,
	OUT = 1 << EXIT_DETAIL_PORT_OUT,
	PORT = IN | OUT,
	RDMSR = 1 << EXIT_DETAIL_MSR_READ,
	WRMSR = 1 << EXIT_DETAIL_MSR_WRITE,
	MSR = RDMSR | WRMSR,
	LOAD = 1 << EXIT_DETAIL_MMIO_READ,
	STORE = 1 << EXIT_DETAIL_MMIO_WRITE,
};

/* clang-format off */
static const struct {
	enum exit_isa isa;
	uint32_t first, last;
	enum exit_group group;
} reasons[] = {
	{ EXIT_ISA_VMX, 1, 1, EXIT_GROUP_INTERRUPT },
	{ EXIT_ISA_VMX, 7, 7, EXIT_GROUP_WINDOW },
	{ EXIT_ISA_VMX, 10, 10, EXIT_GROUP_CPUID },
	{ EXIT_ISA_VMX, 16, 16, EXIT_GROUP_TSC },        /* RDTSC */
	{ EXIT_ISA_VMX, 18, 18, EXIT_GROUP_HYPERCALL },  /* VMCALL */
	{ EXIT_ISA_VMX, 19, 27, EXIT_GROUP_NESTED },     /* VMCLEAR ... VMXON */
	{ EXIT_ISA_VMX, 30, 30, EXIT_GROUP_IO },
	{ EXIT_ISA_VMX, 31, 32, EXIT_GROUP_MSR },
	{ EXIT_ISA_VMX, 40, 40, EXIT_GROUP_PAUSE },
	{ EXIT_ISA_VMX, 43, 45, EXIT_GROUP_APIC },       /* TPR_BELOW_THRESHOLD, APIC_ACCESS, EOI_INDUCED */
	{ EXIT_ISA_VMX, 48, 48, EXIT_GROUP_FAULT },
	{ EXIT_ISA_VMX, 49, 49, EXIT_GROUP_MMIO },
	{ EXIT_ISA_VMX, 50, 50, EXIT_GROUP_NESTED },     /* INVEPT */
	{ EXIT_ISA_VMX, 51, 51, EXIT_GROUP_TSC },        /* RDTSCP */
	{ EXIT_ISA_VMX, 53, 53, EXIT_GROUP_NESTED },     /* INVVPID */
	{ EXIT_ISA_VMX, 56, 56, EXIT_GROUP_APIC },       /* APIC_WRITE */
	{ EXIT_ISA_VMX, 62, 62, EXIT_GROUP_PML },
	{ EXIT_ISA_VMX, 84, 85, EXIT_GROUP_MSR },        /* MSR_READ_IMM, MSR_WRITE_IMM */
	{ EXIT_ISA_SVM, 0x08, 0x08, EXIT_GROUP_APIC },   /* read_cr8 */
	{ EXIT_ISA_SVM, 0x18, 0x18, EXIT_GROUP_APIC },   /* write_cr8 */
	{ EXIT_ISA_SVM, 0x60, 0x60, EXIT_GROUP_INTERRUPT },
	{ EXIT_ISA_SVM, 0x64, 0x64, EXIT_GROUP_WINDOW }, /* vintr */
	{ EXIT_ISA_SVM, 0x6e, 0x6e, EXIT_GROUP_TSC },    /* rdtsc */
	{ EXIT_ISA_SVM, 0x72, 0x72, EXIT_GROUP_CPUID },
	{ EXIT_ISA_SVM, 0x77, 0x77, EXIT_GROUP_PAUSE },
	{ EXIT_ISA_SVM, 0x7b, 0x7b, EXIT_GROUP_IO },
	{ EXIT_ISA_SVM, 0x7c, 0x7c, EXIT_GROUP_MSR },
	{ EXIT_ISA_SVM, 0x80, 0x80, EXIT_GROUP_NESTED }, /* vmrun */
	{ EXIT_ISA_SVM, 0x81, 0x81, EXIT_GROUP_HYPERCALL },
	{ EXIT_ISA_SVM, 0x82, 0x85, EXIT_GROUP_NESTED }, /* vmload, vmsave, stgi, clgi */
	{ EXIT_ISA_SVM, 0x87, 0x87, EXIT_GROUP_TSC },    /* rdtscp */
	{ EXIT_ISA_SVM, 0x400, 0x400, EXIT_GROUP_FAULT },
	{ EXIT_ISA_SVM, 0x401, 0x401, EXIT_GROUP_IPI },  /* avic_incomplete_ipi */
	{ EXIT_ISA_SVM, 0x402, 0x402, EXIT_GROUP_APIC }, /* avic_unaccelerated_access */
	/* Classes of arch/arm64/include/asm/esr.h. */
	{ EXIT_ISA_ARM_TRAP, 0x03, 0x08, EXIT_GROUP_MSR },  /* CP15, CP14: registers of 32-bit guests */
	{ EXIT_ISA_ARM_TRAP, 0x12, 0x13, EXIT_GROUP_HYPERCALL }, /* HVC32, SMC32 */
	{ EXIT_ISA_ARM_TRAP, 0x16, 0x17, EXIT_GROUP_HYPERCALL }, /* HVC64, SMC64 */
	{ EXIT_ISA_ARM_TRAP, 0x18, 0x18, EXIT_GROUP_MSR },  /* SYS64 */
	{ EXIT_ISA_ARM_TRAP, 0x1a, 0x1a, EXIT_GROUP_NESTED }, /* ERET */
	{ EXIT_ISA_ARM_TRAP, 0x20, 0x20, EXIT_GROUP_FAULT }, /* IABT_LOW */
	{ EXIT_ISA_ARM_TRAP, 0x24, 0x24, EXIT_GROUP_FAULT }, /* DABT_LOW: memory, or a device */
	{ EXIT_ISA_ARM_RET, 0, 0, EXIT_GROUP_INTERRUPT },   /* ARM_EXCEPTION_IRQ of asm/kvm_asm.h */
	/* arch/riscv/include/asm/csr.h */
	{ EXIT_ISA_RISCV, 10, 10, EXIT_GROUP_HYPERCALL },   /* EXC_SUPERVISOR_SYSCALL: SBI */
	{ EXIT_ISA_RISCV, 20, 21, EXIT_GROUP_FAULT },       /* guest page faults: fetch, load, */
	{ EXIT_ISA_RISCV, 23, 23, EXIT_GROUP_FAULT },       /* store */
	{ EXIT_ISA_RISCV_INTERRUPT, 0, UINT32_MAX, EXIT_GROUP_INTERRUPT },
};

/* The HPET has three comparators unless QEMU is told otherwise (HPET_MIN_TIMERS); one is 32 bytes. */
static const struct {
	enum device_group group;
	unsigned details;
	uint64_t first, last;
} devices[] = {
	{ DEVICE_RTC, PORT, 0x70, 0x71 },
	{ DEVICE_RTC_INDEX_WRITE, OUT, 0x70, 0x70 },
	{ DEVICE_RTC_DATA_READ, IN, 0x71, 0x71 },
	{ DEVICE_PM_TIMER, IN, 0x608, 0x60b },
	{ DEVICE_PM_TIMER_I440FX, IN, 0xb008, 0xb00b },
	{ DEVICE_PIT, PORT, 0x40, 0x43 },
	{ DEVICE_PIT, PORT, 0x61, 0x61 },
	{ DEVICE_IO_DELAY, OUT, 0x80, 0x80 },
	{ DEVICE_IO_DELAY, OUT, 0xed, 0xed },
	{ DEVICE_SERIAL, PORT, 0x3f8, 0x3ff },
	{ DEVICE_SERIAL, PORT, 0x2f8, 0x2ff },
	{ DEVICE_SERIAL, PORT, 0x3e8, 0x3ef },
	{ DEVICE_SERIAL, PORT, 0x2e8, 0x2ef },
	{ DEVICE_IDE, PORT, 0x170, 0x177 },
	{ DEVICE_IDE, PORT, 0x1f0, 0x1f7 },
	{ DEVICE_IDE, PORT, 0x376, 0x376 },
	{ DEVICE_IDE, PORT, 0x3f6, 0x3f6 },
	{ DEVICE_FLOPPY, PORT, 0x3f0, 0x3f5 },
	{ DEVICE_FLOPPY, PORT, 0x3f7, 0x3f7 },
	{ DEVICE_I8042, PORT, 0x60, 0x60 },
	{ DEVICE_I8042, PORT, 0x64, 0x64 },
	{ DEVICE_VMPORT, PORT, 0x5658, 0x5659 },
	{ DEVICE_PCI_CONFIG, PORT, 0xcf8, 0xcf8 },
	{ DEVICE_PCI_CONFIG, PORT, 0xcfc, 0xcff },
	{ DEVICE_HOTPLUG, PORT, 0x620, 0x62f },    /* GPE0 of q35 */
	{ DEVICE_HOTPLUG, PORT, 0xafe0, 0xafe3 },  /* GPE0 of i440fx */
	{ DEVICE_HOTPLUG, PORT, 0xcc0, 0xcf7 },    /* PCI and CPU hotplug of q35 */
	{ DEVICE_HOTPLUG, PORT, 0xae00, 0xae17 },  /* of i440fx */
	{ DEVICE_HOTPLUG, PORT, 0xaf00, 0xaf1f },
	{ DEVICE_VGA, PORT, 0x1ce, 0x1d1 },
	{ DEVICE_VGA, PORT, 0x3b4, 0x3bb },
	{ DEVICE_VGA, PORT, 0x3c0, 0x3df },
	{ DEVICE_SMBUS, PORT, 0x700, 0x73f },
	{ DEVICE_SMBUS, PORT, 0xb100, 0xb13f },

	{ DEVICE_HV_TIME, RDMSR, 0x40000020, 0x40000020 },
	{ DEVICE_HV_STIMER, WRMSR, 0x400000b1, 0x400000b1 },
	{ DEVICE_HV_STIMER, WRMSR, 0x400000b3, 0x400000b3 },
	{ DEVICE_HV_STIMER, WRMSR, 0x400000b5, 0x400000b5 },
	{ DEVICE_HV_STIMER, WRMSR, 0x400000b7, 0x400000b7 },
	{ DEVICE_HV, MSR, 0x40000000, 0x400001ff },
	{ DEVICE_KVM, MSR, 0x4b564d00, 0x4b564dff },
	{ DEVICE_KVM, MSR, 0x11, 0x12 },
	{ DEVICE_APIC_TIMER, WRMSR, 0x6e0, 0x6e0 },
	{ DEVICE_APIC_TIMER, WRMSR, 0x838, 0x838 },
	{ DEVICE_APIC_EOI, WRMSR, 0x80b, 0x80b },
	{ DEVICE_APIC_EOI, WRMSR, 0x40000070, 0x40000070 },
	{ DEVICE_APIC_ICR, WRMSR, 0x830, 0x830 },
	{ DEVICE_APIC_ICR, WRMSR, 0x40000071, 0x40000071 },
	{ DEVICE_POWER, MSR, 0x34, 0x34 },       /* SMI_COUNT */
	{ DEVICE_POWER, MSR, 0xce, 0xce },       /* PLATFORM_INFO */
	{ DEVICE_POWER, MSR, 0xe7, 0xe8 },       /* MPERF, APERF */
	{ DEVICE_POWER, MSR, 0x198, 0x19c },     /* P-state, thermal */
	{ DEVICE_POWER, MSR, 0x1a2, 0x1a2 },
	{ DEVICE_POWER, MSR, 0x1ad, 0x1b2 },     /* turbo, package thermal */
	{ DEVICE_POWER, MSR, 0x3f8, 0x3fe },     /* residency of C-states */
	{ DEVICE_POWER, MSR, 0x606, 0x660 },     /* RAPL, residency, PPERF */
	{ DEVICE_POWER, MSR, 0x690, 0x690 },     /* limit reasons */
	{ DEVICE_POWER, MSR, 0x770, 0x777 },     /* HWP */
	{ DEVICE_POWER, MSR, 0xc0010062, 0xc001006b },
	{ DEVICE_POWER, MSR, 0xc0010299, 0xc001029b },
	{ DEVICE_POWER, MSR, 0xc00102b0, 0xc00102b4 },

	{ DEVICE_HPET_READ, LOAD, 0xfed000f0, 0xfed000f7 },
	{ DEVICE_HPET_TICK, STORE, 0xfed00108, 0xfed0010f },
	{ DEVICE_HPET_TICK, STORE, 0xfed00128, 0xfed0012f },
	{ DEVICE_HPET_TICK, STORE, 0xfed00148, 0xfed0014f },
	{ DEVICE_APIC_EOI, STORE, 0xfee000b0, 0xfee000b3 },
	{ DEVICE_APIC_ICR, STORE, 0xfee00300, 0xfee00303 },
	{ DEVICE_APIC_TIMER, STORE, 0xfee00380, 0xfee00383 },
};
/* clang-format on */

bool exit_group_is_halt(const struct exit_key *key)
{
	switch (key->isa) {
	case EXIT_ISA_VMX:
		return key->reason == 12 || key->reason == 36;
	case EXIT_ISA_SVM:
		return key->reason == 0x78 || key->reason == 0x8b || key->reason == 0xa6;
	case EXIT_ISA_ARM_TRAP:
		return key->reason == 1; /* WFx */
	default:
		return false;
	}
}

enum exit_group exit_group_of(const struct exit_key *key)
{
	if (exit_group_is_halt(key))
		return EXIT_GROUP_HALT;
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].isa == (enum exit_isa)key->isa && key->reason >= reasons[i].first &&
			key->reason <= reasons[i].last)
			return reasons[i].group;
	return EXIT_GROUP_OTHER;
}

bool exit_fault_may_be_mmio(const struct exit_key *key)
{
	return key->isa != EXIT_ISA_VMX;
}

void device_groups_of(
	const struct exit_key *key, void (*each)(enum device_group group, void *data), void *data)
{
	const unsigned kind = key->detail == EXIT_DETAIL_NONE ? 0 : 1U << key->detail;

	/* A PC's; ports and MSRs are only in exits of its processors, and other machines have other things there. */
	if (key->isa != EXIT_ISA_VMX && key->isa != EXIT_ISA_SVM)
		return;
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if ((devices[i].details & kind) && key->number >= devices[i].first &&
			key->number <= devices[i].last)
			each(devices[i].group, data);
}
