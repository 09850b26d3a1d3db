#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kvm/exit_names.h"
#include "kvm/name_table.h"
#include "model/board.h"

#define IN EXIT_DETAIL_PORT_IN
#define OUT EXIT_DETAIL_PORT_OUT
#define RDMSR EXIT_DETAIL_MSR_READ
#define WRMSR EXIT_DETAIL_MSR_WRITE
#define LOAD EXIT_DETAIL_MMIO_READ
#define STORE EXIT_DETAIL_MMIO_WRITE

static const struct name_table *const all[] = { &port_names, &msr_names, &address_names,
	&line_names, &arm_virt_address_names, &arm_virt_line_names, &riscv_virt_address_names,
	&riscv_virt_line_names };

static const struct domain_config x86 = { .parsed = true,
	.machine = { .arch = "x86_64", .machine = "pc-q35-9.2" } };
static const struct domain_config microvm = { .parsed = true,
	.machine = { .arch = "x86_64", .machine = "microvm" } };
static const struct domain_config firecracker = { .stack = DOMAIN_STACK_FIRECRACKER };
static const struct domain_config unknown_machine = { .parsed = true };
static const struct domain_config arm_virt = { .parsed = true,
	.machine = { .arch = "aarch64", .machine = "virt-9.2" } };
static const struct domain_config arm_other = { .parsed = true,
	.machine = { .arch = "aarch64", .machine = "sbsa-ref" } };
static const struct domain_config rhel_virt = { .parsed = true,
	.machine = { .machine = "virt-rhel9.4.0" } };
static const struct domain_config riscv_virt = { .parsed = true,
	.machine = { .arch = "riscv64", .machine = "virt" } };
static const struct domain_config loong_virt = { .parsed = true,
	.machine = { .arch = "loongarch64", .machine = "virt" } };
static const struct domain_config not_read = { .parsed = false };

/* Neither a PC's names for another machine, nor those of QEMU's machine virt for one that is not known to be it. */
static void boards(void **state)
{
	static const struct {
		const struct domain_config *config;
		enum exit_isa isa;
		enum exit_board board;
	} cases[] = {
		{ NULL, EXIT_ISA_UNKNOWN, EXIT_BOARD_UNKNOWN },
		{ NULL, EXIT_ISA_VMX, EXIT_BOARD_PC },
		{ NULL, EXIT_ISA_SVM, EXIT_BOARD_PC },
		{ &not_read, EXIT_ISA_SVM, EXIT_BOARD_PC },
		{ &microvm, EXIT_ISA_VMX, EXIT_BOARD_SMALL },
		{ &firecracker, EXIT_ISA_VMX, EXIT_BOARD_SMALL },
		{ &x86, EXIT_ISA_UNKNOWN, EXIT_BOARD_PC },
		{ &unknown_machine, EXIT_ISA_UNKNOWN, EXIT_BOARD_UNKNOWN },
		{ &unknown_machine, EXIT_ISA_VMX, EXIT_BOARD_PC },
		{ NULL, EXIT_ISA_ARM_TRAP, EXIT_BOARD_OTHER },
		{ &not_read, EXIT_ISA_ARM_RET, EXIT_BOARD_OTHER },
		{ &unknown_machine, EXIT_ISA_ARM_TRAP, EXIT_BOARD_OTHER },
		{ &arm_virt, EXIT_ISA_UNKNOWN, EXIT_BOARD_ARM_VIRT },
		{ &arm_virt, EXIT_ISA_ARM_RET, EXIT_BOARD_ARM_VIRT },
		{ &arm_other, EXIT_ISA_ARM_TRAP, EXIT_BOARD_OTHER },
		{ &rhel_virt, EXIT_ISA_ARM_TRAP, EXIT_BOARD_ARM_VIRT },
		{ &rhel_virt, EXIT_ISA_UNKNOWN, EXIT_BOARD_UNKNOWN },
		{ &riscv_virt, EXIT_ISA_RISCV, EXIT_BOARD_RISCV_VIRT },
		{ NULL, EXIT_ISA_RISCV_INTERRUPT, EXIT_BOARD_OTHER },
		{ &loong_virt, EXIT_ISA_UNKNOWN, EXIT_BOARD_OTHER },
		{ NULL, EXIT_ISA_LOONGARCH, EXIT_BOARD_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (board_of(cases[i].config, cases[i].isa) != cases[i].board)
			fail_msg("case %zu is %d, not %d", i,
				board_of(cases[i].config, cases[i].isa), cases[i].board);
}

static void assert_name(const char *name, const char *expected, uint64_t number)
{
	if (!name != !expected || (name && strcmp(name, expected) != 0))
		fail_msg("0x%llx is %s, not %s", (unsigned long long)number,
			name ? name : "nothing", expected ? expected : "nothing");
}

static void devices_of_boards(void **state)
{
	/* clang-format off */
	static const struct { enum exit_board board; uint64_t number; const char *device; } cases[] = {
		{ EXIT_BOARD_ARM_VIRT, 0x0, "flash" }, { EXIT_BOARD_ARM_VIRT, 0x08000000, "GICD_CTLR" },
		{ EXIT_BOARD_ARM_VIRT, 0x08000004, "GICD_TYPER" }, { EXIT_BOARD_ARM_VIRT, 0x08000f00, "GICD_SGIR" },
		{ EXIT_BOARD_ARM_VIRT, 0x08000008, "GIC distributor" },
		{ EXIT_BOARD_ARM_VIRT, 0x08010000, "GIC CPU interface" },
		{ EXIT_BOARD_ARM_VIRT, 0x08020040, "GICv2m" }, { EXIT_BOARD_ARM_VIRT, 0x08080088, "GITS_CWRITER" },
		{ EXIT_BOARD_ARM_VIRT, 0x08090040, "GITS_TRANSLATER" },
		/* the first CPU's, and the second one's */
		{ EXIT_BOARD_ARM_VIRT, 0x080a0014, "GICR_WAKER" }, { EXIT_BOARD_ARM_VIRT, 0x080c0014, "GICR_WAKER" },
		{ EXIT_BOARD_ARM_VIRT, 0x080b0100, "GICR_ISENABLER0" },
		{ EXIT_BOARD_ARM_VIRT, 0x080b0800, "GIC redistributor" },
		{ EXIT_BOARD_ARM_VIRT, 0x09000000, "PL011 UARTDR" }, { EXIT_BOARD_ARM_VIRT, 0x09000018, "PL011 UARTFR" },
		{ EXIT_BOARD_ARM_VIRT, 0x09000024, "PL011 UART" }, { EXIT_BOARD_ARM_VIRT, 0x09001000, NULL },
		{ EXIT_BOARD_ARM_VIRT, 0x09010000, "PL031 RTCDR" }, { EXIT_BOARD_ARM_VIRT, 0x09010004, "PL031 RTC" },
		{ EXIT_BOARD_ARM_VIRT, 0x09020008, "fw_cfg" }, { EXIT_BOARD_ARM_VIRT, 0x09030000, "PL061 GPIO" },
		{ EXIT_BOARD_ARM_VIRT, 0x09040018, "PL011 UART 2" }, { EXIT_BOARD_ARM_VIRT, 0x09050000, "SMMU" },
		{ EXIT_BOARD_ARM_VIRT, 0x09080000, "ACPI GED" }, { EXIT_BOARD_ARM_VIRT, 0x0a000050, "virtio QueueNotify" },
		/* the last one of 32 */
		{ EXIT_BOARD_ARM_VIRT, 0x0a003e64, "virtio InterruptACK" },
		{ EXIT_BOARD_ARM_VIRT, 0x0a003e00, "virtio-mmio" }, { EXIT_BOARD_ARM_VIRT, 0x0a004000, NULL },
		{ EXIT_BOARD_ARM_VIRT, 0x0c000000, "platform bus" }, { EXIT_BOARD_ARM_VIRT, 0x10000000, "PCIe BAR" },
		{ EXIT_BOARD_ARM_VIRT, 0x3eff0000, "PCIe I/O port" }, { EXIT_BOARD_ARM_VIRT, 0x3f008000, "PCIe config" },
		{ EXIT_BOARD_ARM_VIRT, 0x40000000, NULL }, { EXIT_BOARD_ARM_VIRT, 0x4010000000, "PCIe config" },
		{ EXIT_BOARD_ARM_VIRT, 0x4000020014, "GICR_WAKER" }, { EXIT_BOARD_ARM_VIRT, 0x8000000000, "PCIe BAR" },
		/* The HPET's, the local APIC's and VGA's place in a PC. */
		{ EXIT_BOARD_ARM_VIRT, 0xfed000f0, NULL }, { EXIT_BOARD_ARM_VIRT, 0xfee000b0, NULL },
		{ EXIT_BOARD_PC, 0x09000000, NULL }, { EXIT_BOARD_PC, 0xfed000f0, "HPET" },
		{ EXIT_BOARD_RISCV_VIRT, 0x10000000, "NS16550A UART" }, { EXIT_BOARD_RISCV_VIRT, 0x00101000, "Goldfish RTC" },
		{ EXIT_BOARD_RISCV_VIRT, 0x10001050, "virtio QueueNotify" },
		{ EXIT_BOARD_RISCV_VIRT, 0x10008064, "virtio InterruptACK" },
		{ EXIT_BOARD_RISCV_VIRT, 0x0c000000, "PLIC or APLIC" }, { EXIT_BOARD_RISCV_VIRT, 0x09000000, NULL },
		{ EXIT_BOARD_OTHER, 0x09000000, NULL }, { EXIT_BOARD_OTHER, 0xfed000f0, NULL },
		{ EXIT_BOARD_UNKNOWN, 0x09000000, NULL }, { EXIT_BOARD_UNKNOWN, 0xfed000f0, NULL },
	};
	static const struct { enum exit_board board; uint32_t gsi; const char *device; } lines[] = {
		{ EXIT_BOARD_ARM_VIRT, 0, NULL }, { EXIT_BOARD_ARM_VIRT, 1, "PL011 UART" },
		{ EXIT_BOARD_ARM_VIRT, 2, "PL031 RTC" }, { EXIT_BOARD_ARM_VIRT, 3, "PCI INTx" },
		{ EXIT_BOARD_ARM_VIRT, 8, "PL011 UART 2" }, { EXIT_BOARD_ARM_VIRT, 9, "ACPI GED" },
		{ EXIT_BOARD_ARM_VIRT, 10, NULL }, { EXIT_BOARD_ARM_VIRT, 47, "virtio-mmio" },
		{ EXIT_BOARD_ARM_VIRT, 48, "GICv2m MSI" }, { EXIT_BOARD_ARM_VIRT, 74, "SMMU or GICv2m MSI" },
		{ EXIT_BOARD_ARM_VIRT, 112, "platform bus" }, { EXIT_BOARD_ARM_VIRT, 255, NULL },
		{ EXIT_BOARD_ARM_VIRT, 256, "MSI route" }, { EXIT_BOARD_RISCV_VIRT, 10, "NS16550A UART" },
		{ EXIT_BOARD_RISCV_VIRT, 8, "virtio-mmio" }, { EXIT_BOARD_RISCV_VIRT, 11, "Goldfish RTC" },
		{ EXIT_BOARD_OTHER, 8, NULL }, { EXIT_BOARD_UNKNOWN, 8, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key key = { .detail = LOAD, .number = cases[i].number };

		assert_name(
			exit_names_device(cases[i].board, &key), cases[i].device, cases[i].number);
	}
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_name(exit_names_irq(lines[i].board, lines[i].gsi), lines[i].device,
			lines[i].gsi);
}

/* Registers lie within their device, and have the device's name in the table. */
static void registers_are_in_order(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof all / sizeof *all; t++)
		for (size_t b = 0; b < all[t]->block_count; b++) {
			const struct name_block *block = &all[t]->blocks[b];

			assert_true(block->first < block->last && block->bytes);
			for (size_t i = 0; i < block->registers->count; i++) {
				const struct name_range *n = &block->registers->items[i];

				assert_true(n->first <= n->last && n->last < block->bytes);
				assert_in_range(strlen(n->name), 2, NAME_TABLE_NAME_MAX);
				assert_true(!i || n[-1].last < n->first);
			}
		}
}

/* The exit of an x86 processor is that of a PC where nobody says; another one's is not. */
static void an_exit_tells_the_processor(void **state)
{
	struct exit_key key = { .detail = LOAD, .number = 0xfed000f0, .isa = EXIT_ISA_VMX };

	(void)state;
	assert_string_equal(exit_names_device(EXIT_BOARD_UNKNOWN, &key), "HPET");
	key.isa = EXIT_ISA_ARM_TRAP;
	assert_null(exit_names_device(EXIT_BOARD_UNKNOWN, &key));
	assert_string_equal(exit_names_msr(0x40000070), "HV EOI");
	assert_null(exit_names_msr(0x150));
}

/* What the search takes for granted; and no name is left that a row has no room for. */
static void tables_are_in_order(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof all / sizeof *all; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct name_range *n = &all[t]->items[i];

			assert_true(n->first <= n->last);
			assert_in_range(strlen(n->name), 2, NAME_TABLE_NAME_MAX);
			if (i && n[-1].last >= n->first)
				fail_msg("%s is not after %s", n->name, n[-1].name);
		}
	assert_true(msr_names.count > 300);
}

static void every_entry_is_found_by_its_ends(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof all / sizeof *all; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct name_range *n = &all[t]->items[i];

			/* A device's first register may have a name of its own. */
			if (!all[t]->block_count)
				assert_ptr_equal(name_table_find(all[t], n->first), n->name);
			assert_non_null(name_table_find(all[t], n->first));
			assert_ptr_equal(name_table_find(all[t], n->last), n->name);
		}
}

/* One name must not stand for two MSRs: which of them it is, is what the name is for. */
static void msr_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < msr_names.count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(msr_names.items[i].name, msr_names.items[k].name);
}

static void devices(void **state)
{
	/* clang-format off */
	static const struct { enum exit_detail detail; uint64_t number; const char *device; } cases[] = {
		{ IN, 0x0, "DMA" }, { IN, 0x20, "PIC" }, { OUT, 0xa1, "PIC" }, { OUT, 0x4d0, "PIC" },
		{ IN, 0x40, "PIT" }, { OUT, 0x43, "PIT" }, { IN, 0x44, NULL }, { IN, 0x61, "speaker/NMI" },
		{ IN, 0x60, "i8042" }, { IN, 0x64, "i8042" }, { IN, 0x62, NULL },
		{ OUT, 0x70, "RTC" }, { IN, 0x71, "RTC" }, { IN, 0x72, NULL },
		{ OUT, 0x80, "POST code" }, { OUT, 0x92, "fast A20/reset" }, { OUT, 0xb2, "APM" },
		{ OUT, 0xcf8, "PCI config" }, { IN, 0xcfc, "PCI config" }, { OUT, 0xcf9, "reset control" },
		{ OUT, 0x3f8, "serial COM1" }, { OUT, 0x2f8, "serial COM2" },
		{ OUT, 0x3e8, "serial COM3" }, { OUT, 0x2e8, "serial COM4" },
		{ OUT, 0x378, "parallel LPT1" }, { OUT, 0x3f5, "floppy" },
		{ OUT, 0x1f7, "IDE primary" }, { IN, 0x376, "IDE secondary" }, { IN, 0x3f6, "IDE primary" },
		{ OUT, 0x3c0, "VGA" }, { OUT, 0x1ce, "Bochs VBE" }, { IN, 0x511, "fw_cfg" },
		{ IN, 0x5658, "VMware backdoor" }, { OUT, 0x402, "debug console" },
		{ OUT, 0x501, "debug exit" }, { OUT, 0x505, "pvpanic" },
		{ IN, 0x608, "ACPI PM timer" }, { IN, 0xb008, "ACPI PM timer" },
		{ IN, 0x604, "ACPI PM" }, { IN, 0xb004, "ACPI PM" }, { IN, 0x620, "ACPI GPE" },
		{ IN, 0xafe0, "ACPI GPE" }, { IN, 0xaf00, "CPU hotplug" }, { IN, 0xcd8, "CPU hotplug" },
		{ IN, 0xa00, "memory hotplug" }, { IN, 0xae00, "PCI hotplug" }, { IN, 0x700, "SMBus" },
		{ IN, 0xb100, "SMBus" }, { IN, 0xc000, NULL }, { IN, 0xffff, NULL }, { IN, 1 << 20, NULL },
		{ RDMSR, 0x10, "TSC" }, { WRMSR, 0x6e0, "TSC_DEADLINE" }, { WRMSR, 0x3b, "TSC_ADJUST" },
		{ RDMSR, 0x1b, "APICBASE" }, { WRMSR, 0x48, "SPEC_CTRL" }, { WRMSR, 0x49, "PRED_CMD" },
		{ RDMSR, 0x8b, "UCODE_REV" }, { RDMSR, 0xce, "PLATFORM_INFO" },
		{ WRMSR, 0xc1, "PMC0" }, { WRMSR, 0xc8, "PMC7" }, { WRMSR, 0x18d, "PERFEVTSEL7" },
		{ WRMSR, 0x30c, "FIXED_CTR3" }, { WRMSR, 0x38f, "PERF_GLOBAL_CTRL" },
		{ RDMSR, 0x20f, "MTRR_PHYSMASK7" }, { RDMSR, 0x277, "PAT" }, { RDMSR, 0x1a0, "MISC_ENABLE" },
		{ RDMSR, 0x40d, "MC3_STATUS" }, { RDMSR, 0x47f, "MC31_MISC" }, { RDMSR, 0x179, "MCG_CAP" },
		{ RDMSR, 0x606, "RAPL POWER_UNIT" }, { RDMSR, 0x611, "RAPL PKG_ENERGY_STATUS" },
		{ RDMSR, 0x619, "RAPL DRAM_ENERGY_STATUS" }, { RDMSR, 0x639, "RAPL PP0_ENERGY_STATUS" },
		{ RDMSR, 0x641, "RAPL PP1_ENERGY_STATUS" }, { RDMSR, 0x61c, "RAPL DRAM_POWER_INFO" },
		{ WRMSR, 0x80b, "x2APIC EOI" }, { WRMSR, 0x830, "x2APIC ICR" },
		{ RDMSR, 0x827, "x2APIC IRR7" }, { WRMSR, 0x838, "x2APIC TIMER_INITIAL" },
		{ WRMSR, 0x83f, "x2APIC SELF_IPI" }, { RDMSR, 0x840, NULL },
		{ RDMSR, 0x40000020, "HV TIME_REF_COUNT" }, { WRMSR, 0x40000070, "HV EOI" },
		{ WRMSR, 0x400000b0, "HV STIMER0_CONFIG" }, { WRMSR, 0x400000b7, "HV STIMER3_COUNT" },
		{ WRMSR, 0x4000009f, "HV SINT15" }, { RDMSR, 0x40000106, "HV REENLIGHTENMENT_CONTROL" },
		{ WRMSR, 0x11, "KVM WALL_CLOCK" }, { WRMSR, 0x4b564d01, "KVM SYSTEM_TIME_NEW" },
		{ WRMSR, 0x4b564d08, "KVM MIGRATION_CONTROL" }, { RDMSR, 0xc0000080, "EFER" },
		{ WRMSR, 0xc0010000, "K7_EVNTSEL0" }, { WRMSR, 0xc0010007, "K7_PERFCTR3" },
		{ WRMSR, 0xc0010200, "F15H_PERF_CTL0" }, { WRMSR, 0xc001020b, "F15H_PERF_CTR5" },
		{ RDMSR, 0xc0010015, "HWCR" }, { RDMSR, 0xc0010010, "SYSCFG" }, { RDMSR, 0x150, NULL },
		{ LOAD, 0xfed000f0, "HPET" }, { STORE, 0xfed00400, NULL }, { STORE, 0xfec00000, "IOAPIC" },
		{ STORE, 0xfee000b0, "LAPIC" }, { STORE, 0xb8000, "VGA" }, { LOAD, 0xb0008000, "PCI MMCFG" },
		{ LOAD, 0xfed40000, "TPM" }, { LOAD, 0xfed90000, "Intel IOMMU" }, { STORE, 0xffc84000, "flash" },
		{ STORE, 0xfebf1000, NULL }, { STORE, 0x100000000, NULL }, { STORE, UINT64_MAX, NULL },
		{ EXIT_DETAIL_NONE, 0x70, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key key = { .detail = cases[i].detail,
			.number = cases[i].number };

		assert_name(exit_names_device(EXIT_BOARD_PC, &key), cases[i].device, key.number);
	}
}

static void interrupt_lines(void **state)
{
	/* clang-format off */
	static const struct { uint32_t gsi; const char *device; } cases[] = {
		{ 0, "PIT/HPET" }, { 1, "i8042 keyboard" }, { 2, "PIT/HPET" }, { 3, "serial COM2" },
		{ 4, "serial COM1" }, { 6, "floppy" }, { 8, "RTC" }, { 9, "ACPI SCI" }, { 12, "i8042 mouse" },
		{ 14, "IDE primary" }, { 15, "IDE secondary" }, { 16, "PCI INTx" }, { 23, "PCI INTx" },
		{ 24, "MSI route" }, { UINT32_MAX, "MSI route" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(exit_names_irq(EXIT_BOARD_PC, cases[i].gsi), cases[i].device);
}

static void texts(void **state)
{
	static const struct {
		enum exit_detail detail;
		uint64_t number;
		const char *text, *without_direction, *kind, *direction;
	} cases[] = {
		{ IN, 0x71, "RTC 0x71 in", "RTC 0x71", "port", "in" },
		{ OUT, 0x1234, "port 0x1234 out", "port 0x1234", "port", "out" },
		{ WRMSR, 0x40000070, "HV EOI 0x40000070 write", "HV EOI 0x40000070", "msr",
			"write" },
		{ RDMSR, 0x150, "MSR 0x150 read", "MSR 0x150", "msr", "read" },
		{ LOAD, 0xfed000f0, "HPET 0xfed000f0 read", "HPET 0xfed000f0", "mmio", "read" },
		{ STORE, UINT64_MAX, "MMIO 0xffffffffffffffff write", "MMIO 0xffffffffffffffff",
			"mmio", "write" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key key = { .detail = cases[i].detail,
			.number = cases[i].number };
		char out[EXIT_NAMES_TEXT_MAX];

		assert_ptr_equal(exit_names_describe(EXIT_BOARD_PC, &key, out, sizeof out), out);
		assert_string_equal(out, cases[i].text);
		exit_names_describe_number(EXIT_BOARD_PC, &key, out, sizeof out);
		assert_string_equal(out, cases[i].without_direction);
		assert_string_equal(exit_names_kind(key.detail), cases[i].kind);
		assert_string_equal(exit_names_direction(key.detail), cases[i].direction);
	}
}

static void nothing_is_nothing(void **state)
{
	const struct exit_key key = { .number = 0x70 };
	char out[EXIT_NAMES_TEXT_MAX] = "?";

	(void)state;
	assert_string_equal(exit_names_describe(EXIT_BOARD_PC, &key, out, sizeof out), "");
	assert_null(exit_names_kind(EXIT_DETAIL_NONE));
	assert_null(exit_names_direction(EXIT_DETAIL_NONE));
}

/* The longest name with the longest number it can have, in the longer direction. */
static void every_text_fits(void **state)
{
	(void)state;
	for (size_t t = 0; t < 5; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct exit_key key = {
				.detail = (uint8_t)(t == 0   ? OUT
						    : t == 1 ? WRMSR
							     : STORE),
				.number = all[t]->items[i].last,
			};
			char out[2 * EXIT_NAMES_TEXT_MAX];

			exit_names_describe(t == 4 ? EXIT_BOARD_ARM_VIRT : EXIT_BOARD_PC, &key, out,
				sizeof out);
			assert_true(strlen(out) < EXIT_NAMES_TEXT_MAX);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_in_order),
		cmocka_unit_test(every_entry_is_found_by_its_ends),
		cmocka_unit_test(msr_names_are_unique),
		cmocka_unit_test(devices),
		cmocka_unit_test(interrupt_lines),
		cmocka_unit_test(texts),
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(boards),
		cmocka_unit_test(devices_of_boards),
		cmocka_unit_test(registers_are_in_order),
		cmocka_unit_test(an_exit_tells_the_processor),
		cmocka_unit_test(every_text_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
