#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "config_settings.h"
#include "domain/describe.h"

static void configurations_in_words(void **state)
{
	struct {
		struct settings settings;
		const char *clock, *hyperv;
	} cases[] = {
		{ { .unread = true }, "-", "-" },
		{ { .unread = false },
			"utc  rtc default  pit default  hpet default  hypervclock no", "none" },
		{ { .offset = "localtime",
			  .timers = { HPET(TRI_NO), PIT, RTC,
				  { .name = "hypervclock", .present = TRI_YES },
				  { .name = "tsc", .frequency_hz = 3000000000, .mode = "native" } },
			  .items = { ON("relaxed"), ON("vapic"),
				  { .name = "spinlocks", .state = TRI_YES, .value = "8191" },
				  { .name = "stimer", .state = TRI_NO } } },
			"localtime  rtc catchup  pit delay  hpet no  hypervclock yes"
			"  tsc native 3000 MHz",
			"relaxed vapic spinlocks 8191" },
		{ { .offset = "\033[2J",
			  .mode = "passthrough",
			  .timers = { { .name = "rtc", .tickpolicy = "\a", .track = "wall" } } },
			"?[2J  rtc ? track wall  pit default  hpet default  hypervclock yes",
			"mode passthrough" },
		/* The clock comes with the mode, unless it is said not to. */
		{ { .mode = "host-model" },
			"utc  rtc default  pit default  hpet default  hypervclock yes",
			"mode host-model" },
		{ { .mode = "passthrough",
			  .timers = { { .name = "hypervclock", .present = TRI_NO } } },
			"utc  rtc default  pit default  hpet default  hypervclock no",
			"mode passthrough" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain_config c = config_of(&cases[i].settings);
		struct strbuf text = { 0 };

		describe_clock(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].clock);
		strbuf_fini(&text);
		describe_hyperv(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].hyperv);
		strbuf_fini(&text);
	}
}

static void offsets_in_words(void **state)
{
	static const struct {
		struct domain_clock clock;
		bool from_command_line;
		const char *text;
	} cases[] = {
		{ { .known = true, .offset = "timezone", .timezone = "Europe/Vienna" }, false,
			"timezone Europe/Vienna" },
		{ { .known = true,
			  .offset = "variable",
			  .basis = "localtime",
			  .adjustment = "-60" },
			false, "variable localtime -60 s" },
		{ { .known = true, .offset = "utc", .adjustment = "reset" }, false, "utc reset" },
		{ { .known = true, .offset = "absolute", .start = "1150560081" }, true,
			"absolute 2006-06-17 16:01:21" },
		{ { .known = true, .offset = "absolute", .start = "99999999999999999999" }, false,
			"absolute" },
		{ { .known = false }, false, "utc" },
		{ { .known = false }, true, "offset default" },
	};
	static const char timers[] = "  rtc default  pit default  hpet default  hypervclock no";

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain_config c = { .parsed = true,
			.from_command_line = cases[i].from_command_line,
			.clock = cases[i].clock };
		struct strbuf text = { 0 }, expected = { 0 };

		describe_clock(&text, &c);
		strbuf_addf(&expected, "%s%s", cases[i].text, timers);
		assert_string_equal(strbuf_text(&text), strbuf_text(&expected));
		strbuf_fini(&text);
		strbuf_fini(&expected);
	}
}

static void unusual_machines_in_words(void **state)
{
	static const struct {
		struct domain_machine machine;
		const char *text;
	} cases[] = {
		{ { .type = "kvm", .machine = "pc-q35-7.2", .pmu = TRI_YES, .ioapic = "kvm" }, "" },
		{ { .type = "qemu" }, "emulated without KVM" },
		{ { .kvm_hidden = TRI_YES, .pmu = TRI_NO, .cpu_pm = TRI_YES },
			"cpu-pm on  hidden  pmu off" },
		{ { .hint_dedicated = TRI_YES,
			  .poll_control = TRI_YES,
			  .pv_ipi = TRI_NO,
			  .dirty_ring = TRI_YES,
			  .pvspinlock = TRI_NO,
			  .apic_eoi = TRI_NO,
			  .rapl = TRI_YES,
			  .ioapic = "qemu",
			  .invtsc = TRI_YES,
			  .nested = TRI_YES,
			  .overrides = DOMAIN_OVERRIDE_CLOCK },
			"hint-dedicated  poll-control  pv-ipi off  dirty-ring  pvspinlock off  eoi "
			"off"
			"  rapl  ioapic qemu  invtsc  nested  changed by <qemu:commandline>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config c = { .parsed = true, .machine = cases[i].machine };
		struct strbuf text = { 0 };

		describe_machine(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].text);
		strbuf_fini(&text);
		c.parsed = false;
		describe_machine(&text, &c);
		assert_int_equal(text.length, 0);
		strbuf_fini(&text);
	}
}

/* What a machine does not have nobody is told of. */
static void timers_are_the_machines(void **state)
{
	static const struct {
		const char *arch, *machine, *clock;
	} cases[] = {
		{ "x86_64", "pc-q35-9.0",
			"utc  rtc default  pit default  hpet default  hypervclock no" },
		{ "x86_64", "microvm", "utc  rtc no  pit default  hpet no  hypervclock no" },
		{ "aarch64", "virt-9.0", "utc" },
		{ "s390x", "s390-ccw-virtio", "utc" },
		{ "ppc64", "pseries", "utc" },
		{ "riscv64", "virt", "utc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config c = { .parsed = true };
		struct strbuf text = { 0 };

		snprintf(c.machine.arch, sizeof c.machine.arch, "%s", cases[i].arch);
		snprintf(c.machine.machine, sizeof c.machine.machine, "%s", cases[i].machine);
		describe_clock(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].clock);
		strbuf_fini(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configurations_in_words),
		cmocka_unit_test(timers_are_the_machines),
		cmocka_unit_test(offsets_in_words),
		cmocka_unit_test(unusual_machines_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
