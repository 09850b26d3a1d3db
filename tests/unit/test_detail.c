#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/detail.h"
#include "model/detail_names.h"

#define IN EXIT_DETAIL_PORT_IN
#define OUT EXIT_DETAIL_PORT_OUT
#define RDMSR EXIT_DETAIL_MSR_READ
#define WRMSR EXIT_DETAIL_MSR_WRITE
#define LOAD EXIT_DETAIL_MMIO_READ
#define STORE EXIT_DETAIL_MMIO_WRITE

static const struct detail_names *const all[] = { &detail_ports, &detail_msrs, &detail_addresses,
	&detail_lines };

/* What the search takes for granted; and no name is left that a row has no room for. */
static void tables_are_in_order(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof all / sizeof *all; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct detail_name *n = &all[t]->items[i];

			assert_true(n->first <= n->last);
			assert_in_range(strlen(n->name), 2, DETAIL_NAME_MAX);
			if (i && n[-1].last >= n->first)
				fail_msg("%s is not after %s", n->name, n[-1].name);
		}
	assert_true(detail_msrs.count > 300);
}

static void every_entry_is_found_by_its_ends(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof all / sizeof *all; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct detail_name *n = &all[t]->items[i];

			assert_ptr_equal(detail_names_find(all[t], n->first), n->name);
			assert_ptr_equal(detail_names_find(all[t], n->last), n->name);
		}
}

/* One name must not stand for two MSRs: which of them it is, is what the name is for. */
static void msr_names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < detail_msrs.count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				detail_msrs.items[i].name, detail_msrs.items[k].name);
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
		const char *device = detail_device(cases[i].detail, cases[i].number);

		if (!device != !cases[i].device || (device && strcmp(device, cases[i].device) != 0))
			fail_msg("0x%llx is %s, not %s", (unsigned long long)cases[i].number,
				device ? device : "nothing",
				cases[i].device ? cases[i].device : "nothing");
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
		assert_string_equal(detail_irq_device(cases[i].gsi), cases[i].device);
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
		char out[DETAIL_TEXT_MAX];

		assert_ptr_equal(detail_describe(&key, out, sizeof out), out);
		assert_string_equal(out, cases[i].text);
		detail_describe_number(&key, out, sizeof out);
		assert_string_equal(out, cases[i].without_direction);
		assert_string_equal(detail_kind(key.detail), cases[i].kind);
		assert_string_equal(detail_direction(key.detail), cases[i].direction);
	}
}

static void nothing_is_nothing(void **state)
{
	const struct exit_key key = { .number = 0x70 };
	char out[DETAIL_TEXT_MAX] = "?";

	(void)state;
	assert_string_equal(detail_describe(&key, out, sizeof out), "");
	assert_null(detail_kind(EXIT_DETAIL_NONE));
	assert_null(detail_direction(EXIT_DETAIL_NONE));
}

/* The longest name with the longest number it can have, in the longer direction. */
static void every_text_fits(void **state)
{
	(void)state;
	for (size_t t = 0; t < 3; t++)
		for (size_t i = 0; i < all[t]->count; i++) {
			const struct exit_key key = {
				.detail = (uint8_t)(t == 0   ? OUT
						    : t == 1 ? WRMSR
							     : STORE),
				.number = all[t]->items[i].last,
			};
			char out[2 * DETAIL_TEXT_MAX];

			detail_describe(&key, out, sizeof out);
			assert_true(strlen(out) < DETAIL_TEXT_MAX);
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
		cmocka_unit_test(every_text_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
