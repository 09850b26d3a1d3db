#include "kvm/name_table.h"

#define NAMES(array)                                                        \
	{                                                                   \
		.items = (array), .count = sizeof(array) / sizeof(array)[0] \
	}
#define NAMES_AND_REGISTERS(array, parts)                                                       \
	{                                                                                       \
		.items = (array), .count = sizeof(array) / sizeof(array)[0], .blocks = (parts), \
		.block_count = sizeof(parts) / sizeof(parts)[0],                                \
	}

/* clang-format off */

/* -- registers, by their offset -------------------------------------------------------------------------- */

static const struct name_range pl011_registers[] = {
	{ 0x000, 0x003, "PL011 UARTDR" },    /* a character out or in */
	{ 0x018, 0x01b, "PL011 UARTFR" },    /* polled by earlycon and by boot loaders */
	{ 0x038, 0x03b, "PL011 UARTIMSC" },
	{ 0x03c, 0x03f, "PL011 UARTRIS" },
	{ 0x040, 0x043, "PL011 UARTMIS" },
	{ 0x044, 0x047, "PL011 UARTICR" },
};

static const struct name_range pl031_registers[] = {
	{ 0x000, 0x003, "PL031 RTCDR" },     /* the time in seconds */
};

static const struct name_range gicd_registers[] = {
	{ 0x0000, 0x0003, "GICD_CTLR" },
	{ 0x0004, 0x0007, "GICD_TYPER" },
	{ 0x0100, 0x017f, "GICD_ISENABLER" },
	{ 0x0180, 0x01ff, "GICD_ICENABLER" },
	{ 0x0200, 0x027f, "GICD_ISPENDR" },
	{ 0x0280, 0x02ff, "GICD_ICPENDR" },
	{ 0x0300, 0x037f, "GICD_ISACTIVER" },
	{ 0x0380, 0x03ff, "GICD_ICACTIVER" },
	{ 0x0400, 0x07ff, "GICD_IPRIORITYR" },
	{ 0x0800, 0x0bff, "GICD_ITARGETSR" },
	{ 0x0c00, 0x0cff, "GICD_ICFGR" },
	{ 0x0f00, 0x0f03, "GICD_SGIR" },     /* an IPI of GICv2; GICv3 has a system register */
	{ 0x6000, 0x7fff, "GICD_IROUTER" },
};

/* Two frames of 64 KiB: RD_base and SGI_base. */
static const struct name_range gicr_registers[] = {
	{ 0x00000, 0x00003, "GICR_CTLR" },
	{ 0x00008, 0x0000f, "GICR_TYPER" },
	{ 0x00014, 0x00017, "GICR_WAKER" },
	{ 0x10100, 0x10103, "GICR_ISENABLER0" },
	{ 0x10180, 0x10183, "GICR_ICENABLER0" },
	{ 0x10200, 0x10203, "GICR_ISPENDR0" },
	{ 0x10280, 0x10283, "GICR_ICPENDR0" },
	{ 0x10300, 0x10303, "GICR_ISACTIVER0" },
	{ 0x10380, 0x10383, "GICR_ICACTIVER0" },
	{ 0x10400, 0x1041f, "GICR_IPRIORITYR" },
};

static const struct name_range gits_registers[] = {
	{ 0x00088, 0x0008f, "GITS_CWRITER" }, /* a command for the ITS */
	{ 0x00090, 0x00097, "GITS_CREADR" },
	{ 0x10040, 0x10043, "GITS_TRANSLATER" }, /* an MSI */
};

static const struct name_range virtio_registers[] = {
	{ 0x050, 0x053, "virtio QueueNotify" },
	{ 0x060, 0x063, "virtio InterruptStatus" },
	{ 0x064, 0x067, "virtio InterruptACK" },
	{ 0x070, 0x073, "virtio Status" },
};

static const struct name_table pl011 = NAMES(pl011_registers);
static const struct name_table pl031 = NAMES(pl031_registers);
static const struct name_table gicd = NAMES(gicd_registers);
static const struct name_table gicr = NAMES(gicr_registers);
static const struct name_table gits = NAMES(gits_registers);
static const struct name_table virtio = NAMES(virtio_registers);

/* -- Arm ------------------------------------------------------------------------------------------------- */

static const struct name_range arm_addresses[] = {
	{ 0x00000000, 0x07ffffff, "flash" },            /* firmware and its variables */
	{ 0x08000000, 0x0800ffff, "GIC distributor" },
	{ 0x08010000, 0x0801ffff, "GIC CPU interface" }, /* GICv2 */
	{ 0x08020000, 0x08020fff, "GICv2m" },
	{ 0x08080000, 0x0809ffff, "GIC ITS" },
	{ 0x080a0000, 0x08ffffff, "GIC redistributor" },
	{ 0x09000000, 0x09000fff, "PL011 UART" },
	{ 0x09010000, 0x09010fff, "PL031 RTC" },
	{ 0x09020000, 0x09020017, "fw_cfg" },
	{ 0x09030000, 0x09030fff, "PL061 GPIO" },       /* the power button */
	{ 0x09040000, 0x09040fff, "PL011 UART 2" },
	{ 0x09050000, 0x0906ffff, "SMMU" },
	{ 0x09070000, 0x09070017, "memory hotplug" },
	{ 0x09080000, 0x09080003, "ACPI GED" },         /* events: hotplug, the power button */
	{ 0x09090000, 0x09090003, "NVDIMM" },
	{ 0x090b0000, 0x090b0fff, "PL061 GPIO 2" },     /* secure */
	{ 0x0a000000, 0x0a003fff, "virtio-mmio" },
	{ 0x0c000000, 0x0dffffff, "platform bus" },     /* vTPM, passed-through devices */
	{ 0x10000000, 0x3efeffff, "PCIe BAR" },
	{ 0x3eff0000, 0x3effffff, "PCIe I/O port" },
	{ 0x3f000000, 0x3fffffff, "PCIe config" },
	/* These lie behind the memory: of guests with more than 255 GiB elsewhere, and then memory is here. */
	{ 0x4000000000, 0x4003ffffff, "GIC redistributor" },
	{ 0x4010000000, 0x401fffffff, "PCIe config" },
	{ 0x8000000000, 0xffffffffff, "PCIe BAR" },
};

static const struct name_block arm_blocks[] = {
	{ 0x08000000, 0x0800ffff, 0x10000, &gicd },
	{ 0x08080000, 0x0809ffff, 0x20000, &gits },
	{ 0x080a0000, 0x08ffffff, 0x20000, &gicr },
	{ 0x09000000, 0x09000fff, 0x1000, &pl011 },
	{ 0x09010000, 0x09010fff, 0x1000, &pl031 },
	{ 0x0a000000, 0x0a003fff, 0x200, &virtio },
	{ 0x4000000000, 0x4003ffffff, 0x20000, &gicr },
};

/* QEMU has routes for 256 SPIs, and from there on for MSIs (kvm_arm_gicv3_realize() of its hw/intc/arm_gicv3_kvm.c). */
static const struct name_range arm_lines[] = {
	{ 1, 1, "PL011 UART" },
	{ 2, 2, "PL031 RTC" },
	{ 3, 6, "PCI INTx" },
	{ 7, 7, "PL061 GPIO" },
	{ 8, 8, "PL011 UART 2" },
	{ 9, 9, "ACPI GED" },
	{ 16, 47, "virtio-mmio" },
	{ 48, 73, "GICv2m MSI" },
	{ 74, 77, "SMMU or GICv2m MSI" },
	{ 78, 111, "GICv2m MSI" },
	{ 112, 175, "platform bus" },
	{ 256, UINT32_MAX, "MSI route" },
};

/* -- RISC-V ---------------------------------------------------------------------------------------------- */

static const struct name_range riscv_addresses[] = {
	{ 0x00100000, 0x00100fff, "SiFive test" },      /* power off, reset */
	{ 0x00101000, 0x00101fff, "Goldfish RTC" },
	{ 0x02000000, 0x0200ffff, "CLINT" },
	{ 0x02f00000, 0x02f03fff, "ACLINT SSWI" },
	{ 0x03000000, 0x0300ffff, "PCIe I/O port" },
	{ 0x04000000, 0x05ffffff, "platform bus" },
	{ 0x0c000000, 0x0cffffff, "PLIC or APLIC" },
	{ 0x0d000000, 0x0dffffff, "APLIC" },
	{ 0x10000000, 0x100000ff, "NS16550A UART" },
	{ 0x10001000, 0x10008fff, "virtio-mmio" },
	{ 0x10100000, 0x10100017, "fw_cfg" },
	{ 0x20000000, 0x23ffffff, "flash" },
	{ 0x24000000, 0x2fffffff, "IMSIC" },
	{ 0x30000000, 0x3fffffff, "PCIe config" },
	{ 0x40000000, 0x7fffffff, "PCIe BAR" },
};

static const struct name_block riscv_blocks[] = {
	{ 0x10001000, 0x10008fff, 0x1000, &virtio },
};

static const struct name_range riscv_lines[] = {
	{ 1, 8, "virtio-mmio" },
	{ 10, 10, "NS16550A UART" },
	{ 11, 11, "Goldfish RTC" },
	{ 32, 35, "PCI INTx" },
	{ 64, 95, "platform bus" },
	{ 97, UINT32_MAX, "MSI route" },                /* behind VIRT_IRQCHIP_NUM_SOURCES */
};
/* clang-format on */

const struct name_table arm_virt_address_names = NAMES_AND_REGISTERS(arm_addresses, arm_blocks);
const struct name_table arm_virt_line_names = NAMES(arm_lines);
const struct name_table riscv_virt_address_names =
	NAMES_AND_REGISTERS(riscv_addresses, riscv_blocks);
const struct name_table riscv_virt_line_names = NAMES(riscv_lines);
