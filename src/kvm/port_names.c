#include "kvm/name_table.h"

#define NAMES(array)                                                        \
	{                                                                   \
		.items = (array), .count = sizeof(array) / sizeof(array)[0] \
	}

/* clang-format off */
static const struct name_range ports[] = {
	{ 0x0000, 0x000f, "DMA" },              /* 8237, channels 0-3 */
	{ 0x0020, 0x0021, "PIC" },              /* 8259 master */
	{ 0x0040, 0x0043, "PIT" },              /* 8254 */
	{ 0x0060, 0x0060, "i8042" },            /* keyboard and mouse: data */
	{ 0x0061, 0x0061, "speaker/NMI" },      /* gate and output of PIT channel 2; guests calibrate by it */
	{ 0x0064, 0x0064, "i8042" },            /* command and status */
	{ 0x0070, 0x0071, "RTC" },              /* CMOS: index, data */
	{ 0x007e, 0x007f, "kvmvapic" },         /* QEMU's hw/i386/kvmvapic.c */
	{ 0x0080, 0x0080, "POST code" },        /* and the I/O delay of old Linux */
	{ 0x0081, 0x008f, "DMA page" },
	{ 0x0092, 0x0092, "fast A20/reset" },
	{ 0x00a0, 0x00a1, "PIC" },              /* 8259 slave */
	{ 0x00b2, 0x00b3, "APM" },              /* raises an SMI */
	{ 0x00c0, 0x00df, "DMA" },              /* 8237, channels 4-7 */
	{ 0x00e9, 0x00e9, "debug console" },    /* isa-debugcon where Bochs has it */
	{ 0x00ed, 0x00ed, "I/O delay" },        /* Linux with io_delay=0xed */
	{ 0x00f0, 0x00f1, "FPU" },              /* FERR */
	{ 0x0170, 0x0177, "IDE secondary" },
	{ 0x01ce, 0x01d0, "Bochs VBE" },        /* index, data */
	{ 0x01f0, 0x01f7, "IDE primary" },
	{ 0x0278, 0x027f, "parallel LPT2" },
	{ 0x02e8, 0x02ef, "serial COM4" },
	{ 0x02f8, 0x02ff, "serial COM2" },
	{ 0x0376, 0x0376, "IDE secondary" },    /* alternate status */
	{ 0x0378, 0x037f, "parallel LPT1" },
	{ 0x03b0, 0x03bb, "VGA" },              /* monochrome CRTC */
	{ 0x03bc, 0x03be, "parallel LPT3" },
	{ 0x03bf, 0x03df, "VGA" },
	{ 0x03e8, 0x03ef, "serial COM3" },
	{ 0x03f0, 0x03f5, "floppy" },
	{ 0x03f6, 0x03f6, "IDE primary" },      /* alternate status */
	{ 0x03f7, 0x03f7, "floppy" },           /* digital input */
	{ 0x03f8, 0x03ff, "serial COM1" },
	{ 0x0402, 0x0402, "debug console" },    /* isa-debugcon, as SeaBIOS and OVMF write to it */
	{ 0x04d0, 0x04d1, "PIC" },              /* ELCR: edge or level */
	{ 0x0501, 0x0501, "debug exit" },       /* isa-debug-exit */
	{ 0x0505, 0x0505, "pvpanic" },
	{ 0x0510, 0x051b, "fw_cfg" },           /* selector, data, DMA address */
	/* PMBASE: 0x600 on q35, and on i440fx with SeaBIOS (PORT_ACPI_PM_BASE); the layout of the block
	 * is the PIIX4's and the ICH9's alike up to the timer. */
	{ 0x0600, 0x0607, "ACPI PM" },          /* PM1 event and control */
	{ 0x0608, 0x060b, "ACPI PM timer" },
	{ 0x060c, 0x061f, "ACPI PM" },
	{ 0x0620, 0x062f, "ACPI GPE" },         /* ICH9 GPE0 */
	{ 0x0630, 0x065f, "ACPI PM" },          /* SMI enable and status */
	{ 0x0660, 0x067f, "TCO watchdog" },     /* ICH9 */
	{ 0x0700, 0x073f, "SMBus" },            /* PORT_SMB_BASE */
	{ 0x0a00, 0x0a17, "memory hotplug" },   /* ACPI_MEMORY_HOTPLUG_BASE */
	{ 0x0a18, 0x0a1b, "NVDIMM" },           /* NVDIMM_ACPI_IO_BASE */
	{ 0x0cc0, 0x0cd7, "PCI hotplug" },      /* ACPI_PCIHP_ADDR_ICH9 */
	{ 0x0cd8, 0x0cf7, "CPU hotplug" },      /* ICH9_CPU_HOTPLUG_IO_BASE */
	{ 0x0cf8, 0x0cf8, "PCI config" },       /* address */
	{ 0x0cf9, 0x0cf9, "reset control" },
	{ 0x0cfa, 0x0cff, "PCI config" },       /* data at 0xcfc */
	{ 0x5658, 0x5658, "VMware backdoor" },  /* vmport */
	{ 0xae00, 0xae17, "PCI hotplug" },      /* ACPI_PCIHP_ADDR_PIIX4 */
	{ 0xaf00, 0xaf1f, "CPU hotplug" },      /* PIIX4_CPU_HOTPLUG_IO_BASE */
	{ 0xafe0, 0xafe3, "ACPI GPE" },         /* PIIX4 */
	/* PMBASE of an i440fx with OVMF (PIIX4_PMBA_VALUE), and of very old SeaBIOS. */
	{ 0xb000, 0xb007, "ACPI PM" },
	{ 0xb008, 0xb00b, "ACPI PM timer" },
	{ 0xb00c, 0xb03f, "ACPI PM" },
	{ 0xb100, 0xb13f, "SMBus" },
};

static const struct name_range addresses[] = {
	{ 0x000a0000, 0x000bffff, "VGA" },
	/* PCIEXBAR of q35: SeaBIOS and OVMF put it at 0xb0000000; OVMF since 2023 at 0xe0000000, where
	 * others have a PCI window. */
	{ 0xb0000000, 0xbfffffff, "PCI MMCFG" },
	{ 0xe0000000, 0xefffffff, "PCI or MMCFG" },
	{ 0xfec00000, 0xfec00fff, "IOAPIC" },
	{ 0xfec10000, 0xfec10fff, "IOAPIC 2" },     /* microvm */
	{ 0xfed00000, 0xfed003ff, "HPET" },
	{ 0xfed1c000, 0xfed1ffff, "ICH9 RCRB" },    /* root complex registers */
	{ 0xfed40000, 0xfed44fff, "TPM" },          /* TIS or CRB */
	{ 0xfed80000, 0xfed83fff, "AMD IOMMU" },    /* AMDVI_BASE_ADDR */
	{ 0xfed90000, 0xfed90fff, "Intel IOMMU" },  /* Q35_HOST_BRIDGE_IOMMU_ADDR */
	{ 0xfee00000, 0xfee00fff, "LAPIC" },
	{ 0xffc00000, 0xffffffff, "flash" },        /* firmware and its variables */
};

/* QEMU routes PCI interrupts to 5, 10 and 11 where the guest uses the PIC or the machine is an i440fx,
 * and to 16-23 of q35's IOAPIC. From 24 on a number is a route of QEMU's for a device with MSI. */
static const struct name_range lines[] = {
	{ 0, 0, "PIT/HPET" },
	{ 1, 1, "i8042 keyboard" },
	{ 2, 2, "PIT/HPET" }, /* the IOAPIC's pin for IRQ 0 */
	{ 3, 3, "serial COM2" },
	{ 4, 4, "serial COM1" },
	{ 5, 5, "PCI INTx" },
	{ 6, 6, "floppy" },
	{ 7, 7, "parallel LPT1" },
	{ 8, 8, "RTC" }, /* or the HPET's second timer, which takes the RTC's place then */
	{ 9, 9, "ACPI SCI" },
	{ 10, 11, "PCI INTx" },
	{ 12, 12, "i8042 mouse" },
	{ 13, 13, "FPU" },
	{ 14, 14, "IDE primary" },
	{ 15, 15, "IDE secondary" },
	{ 16, 23, "PCI INTx" },
	{ 24, UINT32_MAX, "MSI route" },
};
/* clang-format on */

const struct name_table port_names = NAMES(ports);
const struct name_table address_names = NAMES(addresses);
const struct name_table line_names = NAMES(lines);
