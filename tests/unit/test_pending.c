/* pending: what of a changed definition waits for a power cycle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config_settings.h"
#include "domain/pending.h"
#include "sample/domain.h"

static void pending_is_a_difference_that_matters(void **state)
{
	struct {
		struct settings live, inactive;
		enum tristate pending;
	} cases[] = {
		{ { .offset = "utc" }, { .offset = "utc" }, TRI_NO },
		{ { .offset = "utc" }, { .offset = "localtime" }, TRI_YES },
		{ { .offset = "utc" }, { .unread = true }, TRI_UNKNOWN },
		{ { .unread = true }, { .offset = "utc" }, TRI_UNKNOWN },
		{ { .timers = { RTC, HPET(TRI_NO) } }, { .timers = { HPET(TRI_NO), RTC } },
			TRI_NO },
		{ { .timers = { RTC, HPET(TRI_NO) } }, { .timers = { RTC, HPET(TRI_YES) } },
			TRI_YES },
		{ { .timers = { RTC } }, { .timers = { RTC, PIT } }, TRI_YES },
		{ { .timers = { RTC, PIT } }, { .timers = { RTC } }, TRI_YES },
		{ { .items = { ON("vapic") } }, { .items = { ON("vapic"), ON("stimer") } },
			TRI_YES },
		{ { .items = { ON("vapic"), ON("stimer") } }, { .items = { ON("vapic") } },
			TRI_YES },
		{ { .items = { ON("vapic"), { .name = "stimer", .state = TRI_NO } } },
			{ .items = { ON("vapic") } }, TRI_NO },
		{ { .items = { { .name = "spinlocks", .state = TRI_YES, .value = "4096" } } },
			{ .items = { { .name = "spinlocks", .state = TRI_YES, .value = "8191" } } },
			TRI_YES },
		{ { .mode = "custom" }, { .mode = "" }, TRI_NO },
		{ { .mode = "passthrough" }, { .mode = "custom" }, TRI_YES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain d = {
			.live = config_of(&cases[i].live),
			.inactive = config_of(&cases[i].inactive),
		};

		if (pending_between(&d.live, &d.inactive) != cases[i].pending)
			fail_msg("case %zu: %d, not %d", i, pending_between(&d.live, &d.inactive),
				cases[i].pending);
	}
}

#define EXPANDED                                                                   \
	{                                                                          \
		ON("relaxed"), ON("vpindex"), ON("synic"), ON("stimer"), ON("ipi") \
	}

static void host_model_is_what_it_became(void **state)
{
	struct {
		struct settings live, inactive;
		enum tristate pending;
	} cases[] = {
		{ { .mode = "custom", .items = EXPANDED }, { .mode = "host-model" }, TRI_NO },
		{ { .mode = "host-model" }, { .mode = "host-model" }, TRI_NO },
		{ { .mode = "custom", .items = { ON("relaxed"), ON("vapic") } },
			{ .mode = "host-model" }, TRI_YES },
		{ { .mode = "custom", .items = EXPANDED },
			{ .mode = "host-model", .items = { { .name = "ipi", .state = TRI_NO } } },
			TRI_YES },
		{ { .mode = "host-model" }, { .mode = "custom", .items = EXPANDED }, TRI_YES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain d = {
			.live = config_of(&cases[i].live),
			.inactive = config_of(&cases[i].inactive),
		};

		if (pending_between(&d.live, &d.inactive) != cases[i].pending)
			fail_msg("case %zu: %d, not %d", i, pending_between(&d.live, &d.inactive),
				cases[i].pending);
	}
}

#define CPU(mode, model) .cpu_mode = mode, .cpu_model = model

static void machines_are_compared_by_what_matters(void **state)
{
	static const struct {
		struct domain_machine live, inactive;
		enum tristate pending;
	} cases[] = {
		{ { .vcpus = 4, .os_id = "a", .emulator = "a", .pinned = true },
			{ .vcpus = 2, .os_id = "b", .emulator = "b" }, TRI_NO },
		{ { .machine = "pc-q35-7.2" }, { .machine = "pc-q35-9.0" }, TRI_YES },
		{ { .machine = "pc-q35-7.2" }, { .machine = "" }, TRI_NO },
		{ { .type = "qemu" }, { .type = "kvm" }, TRI_YES },
		{ { .ioapic = "qemu" }, { .ioapic = "" }, TRI_YES },
		/* off is what not told is */
		{ { .kvm_hidden = TRI_NO }, { .kvm_hidden = TRI_UNKNOWN }, TRI_NO },
		{ { .kvm_hidden = TRI_YES }, { .kvm_hidden = TRI_UNKNOWN }, TRI_YES },
		{ { .hint_dedicated = TRI_NO }, { .hint_dedicated = TRI_YES }, TRI_YES },
		{ { .poll_control = TRI_NO }, { .poll_control = TRI_YES }, TRI_YES },
		{ { .cpu_pm = TRI_NO }, { .cpu_pm = TRI_YES }, TRI_YES },
		{ { .dirty_ring = TRI_NO }, { .dirty_ring = TRI_YES }, TRI_YES },
		{ { .rapl = TRI_NO }, { .rapl = TRI_YES }, TRI_YES },
		/* not told is QEMU's word here */
		{ { .pmu = TRI_UNKNOWN }, { .pmu = TRI_NO }, TRI_YES },
		{ { .pv_ipi = TRI_UNKNOWN }, { .pv_ipi = TRI_NO }, TRI_YES },
		{ { .pvspinlock = TRI_YES }, { .pvspinlock = TRI_NO }, TRI_YES },
		{ { .apic_eoi = TRI_UNKNOWN }, { .apic_eoi = TRI_YES }, TRI_YES },
		{ { .vmport = TRI_NO }, { .vmport = TRI_YES }, TRI_YES },
		{ { .ovmf = TRI_NO }, { .ovmf = TRI_YES }, TRI_YES },
		{ { .hugepages = false }, { .hugepages = true }, TRI_YES },
		{ { .nosharepages = false }, { .nosharepages = true }, TRI_YES },
		/* the CPU as libvirt fills it up */
		{ { CPU("custom", "Haswell"), .nested = TRI_YES }, { CPU("host-model", "") },
			TRI_NO },
		{ { CPU("custom", "Haswell"), .nested = TRI_YES }, { CPU("custom", "Haswell") },
			TRI_NO },
		{ { CPU("custom", "qemu64") }, { CPU("", "") }, TRI_NO },
		{ { CPU("custom", "Haswell") }, { CPU("custom", "Skylake") }, TRI_YES },
		{ { CPU("custom", "Haswell") }, { CPU("host-passthrough", "") }, TRI_YES },
		{ { CPU("host-passthrough", "") }, { CPU("host-model", "") }, TRI_YES },
		{ { CPU("host-passthrough", ""), .nested = TRI_NO },
			{ CPU("host-passthrough", "") }, TRI_YES },
		{ { CPU("custom", "Haswell"), .nested = TRI_YES },
			{ CPU("host-model", ""), .nested = TRI_NO }, TRI_YES },
		{ { CPU("custom", "Haswell"), .invtsc = TRI_YES }, { CPU("host-model", "") },
			TRI_YES },
		{ { .invtsc = TRI_NO }, { .invtsc = TRI_UNKNOWN }, TRI_NO },
		/* USB */
		{ { .usb = { "qemu-xhci" }, .usb_count = 1 }, { .usb = { "" }, .usb_count = 1 },
			TRI_NO },
		{ { .usb = { "qemu-xhci" }, .usb_count = 1 },
			{ .usb = { "piix3-uhci" }, .usb_count = 1 }, TRI_YES },
		{ { .usb = { "qemu-xhci" }, .usb_count = 1 }, { .usb_count = 0 }, TRI_YES },
		{ { .usb_tablet = TRI_YES }, { .usb_tablet = TRI_NO }, TRI_YES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain d = {
			.live = { .parsed = true, .machine = cases[i].live },
			.inactive = { .parsed = true, .machine = cases[i].inactive },
		};

		if (pending_between(&d.live, &d.inactive) != cases[i].pending)
			fail_msg("case %zu: %d, not %d", i, pending_between(&d.live, &d.inactive),
				cases[i].pending);
	}
}

/* The guest's own clock runs on; the day it starts with is the definition's. */
static void clocks_that_run_are_the_same(void **state)
{
	const struct domain running = {
		.live = { .parsed = true,
			.clock = { .offset = "variable", .basis = "utc", .adjustment = "12" } },
		.inactive = { .parsed = true,
			.clock = { .offset = "variable", .basis = "utc", .adjustment = "7" } },
	};
	const struct domain other_day = {
		.live = { .parsed = true, .clock = { .offset = "absolute", .start = "1" } },
		.inactive = { .parsed = true, .clock = { .offset = "absolute", .start = "2" } },
	};

	(void)state;
	assert_int_equal(pending_between(&running.live, &running.inactive), TRI_NO);
	assert_int_equal(pending_between(&other_day.live, &other_day.inactive), TRI_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pending_is_a_difference_that_matters),
		cmocka_unit_test(host_model_is_what_it_became),
		cmocka_unit_test(machines_are_compared_by_what_matters),
		cmocka_unit_test(clocks_that_run_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
