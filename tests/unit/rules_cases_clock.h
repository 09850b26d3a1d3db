/* rules_cases_clock: worlds that rules of clocks and ticks have to know, or to leave alone. */
#ifndef TESTS_RULES_CASES_CLOCK_H
#define TESTS_RULES_CASES_CLOCK_H

#include "rules_cases.h"

/* -- R01-R04, R26, R25: clocks ------------------------------------------------------------------------ */

static void rtc(struct world *w, double reads, double writes)
{
	old_windows(w);
	DEVICE(w, RTC_DATA_READ) = reads;
	DEVICE(w, RTC_INDEX_WRITE) = writes;
	DEVICE(w, RTC) = reads + writes;
	w->e.rtc_line_per_s = 64;
}

static void r01_over(struct world *w)
{
	rtc(w, 200, 200);
}
static void r01_over_more_writes(struct world *w)
{
	rtc(w, 1000, 1199);
}
static void r01_under(struct world *w)
{
	rtc(w, 199.9, 199.9);
}
static void r01_under_other_ratio(struct world *w)
{
	rtc(w, 1000, 1201);
}

static void r01_contra_stimer(struct world *w)
{
	rtc(w, 1000, 1000);
	world_init(w);
	DEVICE(w, RTC_DATA_READ) = DEVICE(w, RTC_INDEX_WRITE) = 1000;
}

static void r01_contra_hpet(struct world *w)
{
	rtc(w, 1000, 1000);
	world_timer(w, "hpet")->present = TRI_YES;
	world_settle(w);
}

static void r01_contra_linux(struct world *w)
{
	rtc(w, 1000, 1000);
	world_linux(w);
}

/* Only counted: four exits a tick. */
static void r01_coarse(struct world *w, double ticks)
{
	world_untraced(w);
	old_windows(w);
	main_thread(w, 5, ticks);
	GROUP(w, IO) = 4 * ticks;
}

static void r01_over_coarse(struct world *w)
{
	r01_coarse(w, 200);
}
static void r01_under_coarse(struct world *w)
{
	r01_coarse(w, 199.9);
}

static void r02_over(struct world *w)
{
	DEVICE(w, PM_TIMER) = 1000;
}
static void r02_under(struct world *w)
{
	DEVICE(w, PM_TIMER) = 999.9;
}

static void r02_over_i440fx(struct world *w)
{
	DEVICE(w, PM_TIMER_I440FX) = 1000;
	snprintf(w->config.machine.machine, sizeof w->config.machine.machine, "pc-i440fx-7.2");
}

static void r02_contra_q35(struct world *w)
{
	DEVICE(w, PM_TIMER_I440FX) = 1000;
}

static void r02_contra_linux(struct world *w)
{
	DEVICE(w, PM_TIMER) = 1000;
	world_linux(w);
}

static void r02_coarse(struct world *w, double rest)
{
	world_untraced(w);
	unknown_guest(w);
	main_thread(w, 5, 100);
	GROUP(w, IO) = 4 * 100 + rest;
}

static void r02_over_coarse(struct world *w)
{
	r02_coarse(w, 1000);
}
static void r02_under_coarse(struct world *w)
{
	r02_coarse(w, 999);
}

static void with_hpet(struct world *w)
{
	unknown_guest(w);
	world_timer(w, "hpet")->present = TRI_YES;
	world_settle(w);
}

static void r03_over(struct world *w)
{
	with_hpet(w);
	DEVICE(w, HPET_READ) = 1000;
}

static void r03_under(struct world *w)
{
	with_hpet(w);
	DEVICE(w, HPET_READ) = 999.9;
	DEVICE(w, HPET_TICK) = 199.9;
}

static void r03_over_tick(struct world *w)
{
	with_hpet(w);
	DEVICE(w, HPET_TICK) = 200;
	main_thread(w, 20, 1000); /* which is why the main thread is busy */
}

static void r03_contra_no_hpet(struct world *w)
{
	DEVICE(w, HPET_READ) = 1000;
}

static void r03_over_coarse(struct world *w)
{
	world_untraced(w);
	with_hpet(w);
	GROUP(w, MMIO) = 1000;
}

static void r03_under_coarse(struct world *w)
{
	r03_over_coarse(w);
	GROUP(w, MMIO) = 999.9;
}

static void r04_over(struct world *w)
{
	DEVICE(w, HV_TIME) = 1000;
}
static void r04_under(struct world *w)
{
	DEVICE(w, HV_TIME) = 999.9;
}

static void r04_contra_no_details(struct world *w)
{
	GROUP(w, MSR) = 100000;
	DEVICE(w, HV_TIME) = NAN;
}

static void r26_over(struct world *w)
{
	world_linux(w);
	DEVICE(w, PM_TIMER) = 1000;
}

static void r26_under(struct world *w)
{
	world_linux(w);
	DEVICE(w, PM_TIMER) = 999.9;
}

static void r26_over_hpet(struct world *w)
{
	world_linux(w);
	world_timer(w, "hpet")->present = TRI_YES;
	world_settle(w);
	DEVICE(w, HPET_READ) = 1000;
}

static void r26_contra_windows(struct world *w)
{
	DEVICE(w, PM_TIMER) = 1000;
}

static void host_clock(struct world *w, const char *name)
{
	snprintf(w->platform.clocksource, sizeof w->platform.clocksource, "%s", name);
}

static void r25_over(struct world *w)
{
	host_clock(w, "hpet");
}
static void r25_over_acpi(struct world *w)
{
	host_clock(w, "acpi_pm");
}
static void r25_under(struct world *w)
{
	host_clock(w, "tsc");
}
static void r25_contra_guest(struct world *w)
{
	host_clock(w, "kvm-clock");
}
static void r25_contra_unknown(struct world *w)
{
	host_clock(w, "");
}

/* -- R06, R07, R21, R28: ticks ------------------------------------------------------------------------ */

static void r06_over(struct world *w)
{
	world_timer(w, "hpet")->present = TRI_YES;
	world_settle(w);
	main_thread(w, 3, 250);
	w->e.timer_line_per_s = 500;
}

static void r06_over_default(struct world *w)
{
	r06_over(w);
	world_linux(w);
	world_timer(w, "hpet")->present = TRI_UNKNOWN;
	world_settle(w);
	main_thread(w, 3, 500);
	w->e.timer_line_per_s = NAN;
}

static void r06_over_exits(struct world *w)
{
	r06_over(w);
	w->e.exits.per_s = 4 * 1999;
}

/* It does not sleep between ticks. */
static void r06_over_late(struct world *w)
{
	r06_over(w);
	main_thread(w, 20, 100);
}

static void r06_contra_late(struct world *w)
{
	r06_over(w);
	main_thread(w, 19.9, 100);
}

static void r06_under_cpu(struct world *w)
{
	r06_over(w);
	main_thread(w, 2.9, 500);
}

static void r06_under_wakes(struct world *w)
{
	r06_over(w);
	main_thread(w, 3, 249.9);
}

static void r06_under_wakes_default(struct world *w)
{
	r06_over_default(w);
	main_thread(w, 3, 499.9);
}

static void r06_under_line(struct world *w)
{
	r06_over(w);
	w->e.timer_line_per_s = 499.9;
}

static void r06_contra_needed(struct world *w)
{
	r06_over(w);
	world_hyperv(w, "stimer", TRI_NO);
	world_hyperv(w, "stimer.direct", TRI_NO);
	world_hyperv(w, "synic", TRI_NO);
	world_settle(w);
	w->e.exits.per_s = 500; /* it takes the interrupt */
}

/* A guest of which nothing is known that leaves the interrupt masked. */
static void r06_over_masked(struct world *w)
{
	r06_over(w);
	world_no_hyperv(w);
	w->config.machine.os_id[0] = '\0';
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_settle(w);
	w->e.exits.per_s = 499;
}

static void r06_contra_taken(struct world *w)
{
	r06_over_masked(w);
	w->e.exits.per_s = 500;
}

/* It gets interrupts without an exit. */
static void r06_contra_apicv(struct world *w)
{
	r06_over_masked(w);
	w->e.cpu[THREAD_VCPU].guest_pct = 4 * 50;
}

static void r06_over_no_apicv(struct world *w)
{
	r06_contra_apicv(w);
	w->platform.apicv = 0;
}

/* Not unused: it is read, or ticks. */
static void r06_contra_read(struct world *w)
{
	r06_over(w);
	DEVICE(w, HPET_READ) = 1000;
}

static void r06_contra_tick(struct world *w)
{
	r06_over(w);
	DEVICE(w, HPET_TICK) = 200;
}

/* The PIT raises line 0 as well. */
static void r06_contra_pit(struct world *w)
{
	r06_over(w);
	w->e.pit_line_per_s = 500;
	w->e.cpu[THREAD_PIT].cpu_pct = 1;
}

static void r06_contra_busy(struct world *w)
{
	r06_over(w);
	w->e.exits.per_s = 4 * 2000;
}

static void r06_contra_off(struct world *w)
{
	r06_over(w);
	world_timer(w, "hpet")->present = TRI_NO;
	world_settle(w);
}

static void r07_over(struct world *w)
{
	DEVICE(w, HV_STIMER) = 4 * 500;
}
static void r07_under(struct world *w)
{
	DEVICE(w, HV_STIMER) = 4 * 499.9;
}
static void r07_over_apic(struct world *w)
{
	DEVICE(w, APIC_TIMER) = 4 * 500;
}

static void r07_over_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 1024;
	main_thread(w, 5, 1024);
}

static void r07_over_slow_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 900;
	main_thread(w, 5, 900);
}

static void r07_over_fast_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 2200;
	main_thread(w, 5, 2200);
}

static void r07_under_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 899;
	main_thread(w, 5, 899);
}

static void r07_under_fast_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 2201;
	main_thread(w, 5, 2201);
}

static void r07_contra_busy(struct world *w)
{
	r07_over(w);
	w->e.cpu[THREAD_VCPU].guest_pct = 4 * 10;
}

static void r21_over(struct world *w)
{
	DEVICE(w, PIT) = 500;
}
static void r21_under(struct world *w)
{
	DEVICE(w, PIT) = 499.9;
}

static void r21_over_tick(struct world *w)
{
	w->e.timer_line_per_s = w->e.pit_line_per_s = 100;
	w->e.cpu[THREAD_PIT].cpu_pct = 1;
}

static void r21_under_tick(struct world *w)
{
	w->e.timer_line_per_s = 1000; /* the HPET's */
	w->e.pit_line_per_s = 99.9;
	w->e.cpu[THREAD_PIT].cpu_pct = 50;
}

/* The line alone may be the HPET's. */
static void r21_contra_thread(struct world *w)
{
	w->e.timer_line_per_s = w->e.pit_line_per_s = 1000;
	w->e.cpu[THREAD_PIT].cpu_pct = 0.9;
}

static void r28_over(struct world *w)
{
	w->e.rtc_line_per_s = 2500;
	main_thread(w, 12, 2500); /* which is why the main thread is busy */
}

static void r28_under(struct world *w)
{
	w->e.rtc_line_per_s = 2499;
}

static void r28_contra_delay(struct world *w)
{
	w->e.rtc_line_per_s = 2500;
	snprintf(world_timer(w, "rtc")->tickpolicy, sizeof w->timers[0].tickpolicy, "delay");
}

/* clang-format off */
static const struct rule_cases clock_cases[] = {
	{ "R25", { r25_over, r25_over_acpi }, { r25_under }, { r25_contra_guest, r25_contra_unknown } },
	{ "R01", { r01_over, r01_over_more_writes, r01_over_coarse }, { r01_under, r01_under_other_ratio, r01_under_coarse },
		{ r01_contra_stimer, r01_contra_hpet, r01_contra_linux } },
	{ "R02", { r02_over, r02_over_i440fx, r02_over_coarse }, { r02_under, r02_under_coarse },
		{ r02_contra_q35, r02_contra_linux } },
	{ "R03", { r03_over, r03_over_tick, r03_over_coarse }, { r03_under, r03_under_coarse }, { r03_contra_no_hpet } },
	{ "R04", { r04_over }, { r04_under }, { r04_contra_no_details } },
	{ "R06", { r06_over, r06_over_default, r06_over_exits, r06_over_late, r06_over_masked, r06_over_no_apicv }, { r06_under_cpu, r06_under_wakes, r06_under_wakes_default, r06_under_line },
		{ r06_contra_needed, r06_contra_taken, r06_contra_apicv, r06_contra_read, r06_contra_tick, r06_contra_pit, r06_contra_busy, r06_contra_late, r06_contra_off } },
	{ "R07", { r07_over, r07_over_apic, r07_over_rtc, r07_over_slow_rtc, r07_over_fast_rtc }, { r07_under, r07_under_rtc, r07_under_fast_rtc }, { r07_contra_busy } },
	{ "R21", { r21_over, r21_over_tick }, { r21_under, r21_under_tick }, { r21_contra_thread } },
	{ "R26", { r26_over, r26_over_hpet }, { r26_under }, { r26_contra_windows } },
	{ "R28", { r28_over }, { r28_under }, { r28_contra_delay } },
};
/* clang-format on */

#endif
