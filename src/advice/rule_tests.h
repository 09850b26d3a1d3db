/* rule_tests: the test function of each rule, for the table (rules.h says what they do). */
#ifndef ADVICE_RULE_TESTS_H
#define ADVICE_RULE_TESTS_H

#include "advice/findings.h"

#define RULE_TEST(name) \
	bool rule_##name(const struct evidence *e, struct finding *f, struct arena *arena)

/* rules_clock.c: what the guest takes its time from */
RULE_TEST(rtc_tick);
RULE_TEST(pm_timer);
RULE_TEST(hpet_reads);
RULE_TEST(hv_time_msr);
RULE_TEST(linux_clocksource);
RULE_TEST(host_clocksource);

/* rules_tick.c: what wakes the guest, and QEMU for it */
RULE_TEST(hpet_left_on);
RULE_TEST(timer_rate);
RULE_TEST(pit_tick);
RULE_TEST(rtc_catchup);

/* rules_host.c: CPUs */
RULE_TEST(tcg);
RULE_TEST(halt_polling);
RULE_TEST(guest_polling);
RULE_TEST(pause_loop);
RULE_TEST(host_interrupts);
RULE_TEST(split_locks);

/* rules_memory.c */
RULE_TEST(memory_faults);
RULE_TEST(ksm);
RULE_TEST(nx_splits);
RULE_TEST(dirty_logging);

/* rules_devices.c */
RULE_TEST(usb_polling);
RULE_TEST(display);
RULE_TEST(main_loop);
RULE_TEST(unhandled_msr);
RULE_TEST(io_delay);
RULE_TEST(legacy_devices);

/* rules_mmio.c: devices of machines that are not PCs */
RULE_TEST(mmio_storm);

/* rules_apic.c: interrupts and instructions that the processor does not do by itself */
RULE_TEST(nested);
RULE_TEST(apic);
RULE_TEST(instructions);
RULE_TEST(ipi_storm);

/* rules_config.c */
RULE_TEST(config_lint);
RULE_TEST(stack_default);

/* rules_start.c: does the VM start again? */
RULE_TEST(cannot_start);

/* Conditions that more than one rule looks at: each is that of a rule's finding, without its texts. */
bool rules_see_rtc_tick(const struct evidence *e);
bool rules_see_hpet_left_on(const struct evidence *e);
bool rules_see_hpet_tick(const struct evidence *e);
bool rules_see_usb_polling(const struct evidence *e);
bool rules_see_display(const struct evidence *e);
bool rules_see_hpet_clock(const struct evidence *e);
bool rules_see_pit(const struct evidence *e);
bool rules_see_rtc_catchup(const struct evidence *e);

#endif
