/* name_table: names of ranges of numbers; the tables behind exit_names_device(): what a machine as QEMU makes it has at
 * an I/O port, an MSR, an address or an interrupt line. */
#ifndef KVM_NAME_TABLE_H
#define KVM_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Numbers first to last have this name. */
struct name_range {
	uint64_t first, last;
	const char *name;
};

/* In the order of their numbers; none overlaps another. */
struct name_table {
	const struct name_range *items;
	size_t count;
	/* Where registers have names of their own, which come first. */
	const struct name_block *blocks;
	size_t block_count;
};

/* From first to last is one device after the other, each of so many bytes, that have these registers by their offset. */
struct name_block {
	uint64_t first, last, bytes;
	const struct name_table *registers;
};

/* The longest name: with number and direction it fits struct exit_row. */
#define NAME_TABLE_NAME_MAX 26

/* I/O ports. Sources: QEMU's hw/i386, hw/isa, hw/acpi and include/hw (ports of the devices), SeaBIOS'
 * src/config.h and OVMF's OvmfPkg/Include/IndustryStandard (bases that firmware chooses). */
extern const struct name_table port_names;

/* Guest-physical addresses; same sources. What lies in a PCI window is not named: firmware puts
 * devices there as it likes. */
extern const struct name_table address_names;

/* Lines of PIC and IOAPIC (kvm_set_irq's gsi): hw/i386/pc.c, hw/i386/acpi-build.c. */
extern const struct name_table line_names;

/* The same of QEMU's machine virt for Arm: base_memmap, extended_memmap and a15irqmap of hw/arm/virt.c. A gsi n is the
 * SPI n, which is interrupt n + 32 (vgic_irqfd_set_irq() of Linux arch/arm64/kvm/vgic/vgic-irqfd.c). Registers are
 * those of Arm's manuals (PL011 DDI 0183, PL031 DDI 0224, GIC IHI 0048 and 0069) and of the virtio specification. */
extern const struct name_table arm_virt_address_names;
extern const struct name_table arm_virt_line_names;

/* Of its machine virt for RISC-V: virt_memmap of hw/riscv/virt.c, include/hw/riscv/virt.h. */
extern const struct name_table riscv_virt_address_names;
extern const struct name_table riscv_virt_line_names;

/* MSRs, by the names of the Linux kernel's msr-index.h, hyperv-tlfs.h and kvm_para.h. The prefixes MSR_,
 * IA32_, AMD64_ and HV_X64_MSR_ are left out; before names that say nothing without it stands whose
 * they are: "HV EOI", "x2APIC EOI", "KVM SYSTEM_TIME", "RAPL PKG_ENERGY_STATUS". Where the kernel has
 * no name, or several for different processors, it is Intel's or AMD's manual's ("PMC0"). */
extern const struct name_table msr_names;

/* The name of a number, where it has one that of its register, or NULL. */
const char *name_table_find(const struct name_table *names, uint64_t number);

/* The same without registers. */
const char *name_table_owner(const struct name_table *names, uint64_t number);

#endif
