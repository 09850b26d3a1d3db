/* advice/rules: each rule just under and just over its limits, with its contraindications, and that it is
 * the only one that its case raises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules_world.h"

#define DEVICE(w, group) ((w)->e.devices[DEVICE_##group].per_s)
#define GROUP(w, group) ((w)->e.groups[EXIT_GROUP_##group].per_s)

/* What a management stack of before gave to Windows. */
static void old_windows(struct world *w)
{
	world_no_hyperv(w);
	world_hyperv(w, "relaxed", TRI_YES);
	world_timer(w, "hypervclock")->present = TRI_NO;
	w->config.stack = DOMAIN_STACK_UNKNOWN;
	world_settle(w);
}

static void unknown_guest(struct world *w)
{
	world_no_hyperv(w);
	w->config.machine.os_id[0] = '\0';
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_settle(w);
}

static void main_thread(struct world *w, double cpu_pct, double wakes_per_s)
{
	w->e.cpu[THREAD_EMULATOR].cpu_pct = cpu_pct;
	w->e.counters.main_wakes_per_s = wakes_per_s;
}

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
	main_thread(w, 3, 500);
	w->e.timer_line_per_s = 500;
}

static void r06_over_default(struct world *w)
{
	r06_over(w);
	world_linux(w);
	world_timer(w, "hpet")->present = TRI_UNKNOWN;
	world_settle(w);
	w->e.timer_line_per_s = NAN;
}

static void r06_under_cpu(struct world *w)
{
	r06_over(w);
	main_thread(w, 2.9, 500);
}

static void r06_under_wakes(struct world *w)
{
	r06_over(w);
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

static void r07_under_rtc(struct world *w)
{
	w->e.rtc_line_per_s = 899;
	main_thread(w, 5, 899);
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
	w->e.timer_line_per_s = 100;
	w->e.cpu[THREAD_PIT].cpu_pct = 1;
}

static void r21_under_tick(struct world *w)
{
	w->e.timer_line_per_s = 99.9;
	w->e.cpu[THREAD_PIT].cpu_pct = 50;
}

/* The line alone may be the HPET's. */
static void r21_contra_thread(struct world *w)
{
	w->e.timer_line_per_s = 1000;
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

/* -- R27, R08-R11: CPUs ------------------------------------------------------------------------------------ */

static void emulated(struct world *w)
{
	world_untraced(w);
	snprintf(w->config.machine.type, sizeof w->config.machine.type, "qemu");
	w->e.exits.per_s = NAN;
}

static void r27_over(struct world *w)
{
	emulated(w);
	main_thread(w, 90, 1); /* of which nothing else is said */
}

static void r27_under(struct world *w)
{
	w->e.exits.per_s = 0;
}

static void r27_contra_exits(struct world *w)
{
	emulated(w);
	w->e.exits.per_s = 0.1;
}

static void r27_contra_arch(struct world *w)
{
	emulated(w);
	snprintf(w->config.machine.arch, sizeof w->config.machine.arch, "aarch64");
}

static void r08_over(struct world *w)
{
	w->e.counters.halt_poll_pct = 4 * 5;
}

static void r08_under(struct world *w)
{
	w->e.counters.halt_poll_pct = 4 * 4.9;
	w->e.cpu[THREAD_VCPU].system_pct = 4 * 4.9 / 0.39;
}

static void r08_over_share(struct world *w)
{
	w->e.counters.halt_poll_pct = 4;
	w->e.cpu[THREAD_VCPU].system_pct = 10;
}

static void r08_under_share(struct world *w)
{
	w->e.counters.halt_poll_pct = 3.9; /* less than 1 % for each vCPU */
	w->e.cpu[THREAD_VCPU].system_pct = 4;
}

static void r08_likely(struct world *w, double halts, double mean_us)
{
	w->e.counters.halt_poll_pct = NAN;
	GROUP(w, HALT) = halts;
	w->e.halt_mean_us = mean_us;
}

static void r08_over_likely(struct world *w)
{
	r08_likely(w, 2000, 199);
}
static void r08_under_halts(struct world *w)
{
	r08_likely(w, 1999, 199);
}
static void r08_under_long(struct world *w)
{
	r08_likely(w, 2000, 200);
}

static void r08_contra_off(struct world *w)
{
	w->e.counters.halt_poll_pct = 100;
	w->platform.halt_poll_ns = 0;
}

static void r08_contra_cpu_pm(struct world *w)
{
	w->e.counters.halt_poll_pct = 100;
	w->config.machine.cpu_pm = TRI_YES;
}

static void polling(struct world *w, double each_pct)
{
	w->e.cpu[THREAD_VCPU] = (struct cpu_shares){ 4 * each_pct + 2, 4 * each_pct, 0, 2, 0 };
	GROUP(w, HALT) = 0;
	w->e.halt_mean_us = NAN;
}

static void r09_over(struct world *w)
{
	polling(w, 95);
	w->config.machine.cpu_pm = TRI_YES;
}

static void r09_under(struct world *w)
{
	r09_over(w);
	polling(w, 94.9);
}

static void r09_over_hint(struct world *w)
{
	polling(w, 99);
	w->config.machine.hint_dedicated = TRI_YES;
}

static void r09_under_halts(struct world *w)
{
	r09_over_hint(w);
	GROUP(w, HALT) = 4;
}

static void r09_under_exits(struct world *w)
{
	r09_over_hint(w);
	w->e.exits.per_s = 4 * 2000;
}

/* It works, as far as anybody can tell. */
static void r09_contra_work(struct world *w)
{
	polling(w, 100);
}

static void r10_over(struct world *w)
{
	GROUP(w, PAUSE) = 4 * 2000;
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
}

static void r10_under(struct world *w)
{
	GROUP(w, PAUSE) = 4 * 1999;
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
}

static void r10_over_waits(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
	w->e.overcommit = 1.1;
}

static void r10_under_waits(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 4.9;
	w->e.overcommit = 1.1;
}

static void r10_contra_room(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
	w->e.overcommit = 1;
}

static void r10_over_coarse(struct world *w)
{
	world_untraced(w);
	w->e.counters.directed_yields_per_s = 4 * 2000;
}

static void r11_over(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 5000;
}
static void r11_under(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 4999;
}

static void r11_over_coarse(struct world *w)
{
	world_untraced(w);
	GROUP(w, INTERRUPT) = 4 * 5000;
}

static void r11_contra_vcpus(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 5000;
	w->e.vcpus = 0;
}

/* -- R12-R14, R29: memory ---------------------------------------------------------------------------------- */

static void r12_over(struct world *w)
{
	GROUP(w, FAULT) = 1000;
}
static void r12_under(struct world *w)
{
	GROUP(w, FAULT) = 999;
}

static void r12_contra_boots(struct world *w)
{
	r12_over(w);
	w->e.age_s = 29;
}

static void r12_contra_migrates(struct world *w)
{
	r12_over(w);
	GROUP(w, PML) = 10;
}

static void r12_contra_splits(struct world *w)
{
	r12_over(w);
	w->e.counters.nx_splits_per_s = 10;
}

static void ksm(struct world *w, double pct)
{
	w->e.ksmd_pct = pct;
	w->platform.ksm_run = 1;
	w->platform.ksm_shared = 1000;
	w->platform.ksm_sharing = 1500;
}

static void r13_over(struct world *w)
{
	ksm(w, 10);
}
static void r13_under(struct world *w)
{
	ksm(w, 9.9);
}

static void r13_contra_own(struct world *w)
{
	ksm(w, 10);
	w->config.machine.nosharepages = true;
}

static void r13_contra_stopped(struct world *w)
{
	ksm(w, 10);
	w->platform.ksm_run = 0;
}

static void r14_over(struct world *w)
{
	w->e.counters.nx_splits_per_s = 10;
}
static void r14_under(struct world *w)
{
	w->e.counters.nx_splits_per_s = 9.9;
}
static void r14_over_thread(struct world *w)
{
	w->e.nx_recovery_cpu_pct = 3;
}

static void r14_contra_off(struct world *w)
{
	w->e.counters.nx_splits_per_s = 10;
	snprintf(w->platform.nx_huge_pages, sizeof w->platform.nx_huge_pages, "N");
}

static void r29_over(struct world *w)
{
	GROUP(w, PML) = 10;
	GROUP(w, FAULT) = 5000; /* which is why */
}

static void r29_under(struct world *w)
{
	GROUP(w, PML) = 9.9;
}

static void r29_contra_untraced(struct world *w)
{
	r29_over(w);
	world_untraced(w);
}

/* -- R15-R18, R22, R23: devices ------------------------------------------------------------------------- */

static void r15_over(struct world *w)
{
	w->config.machine.usb_tablet = TRI_YES;
	w->e.usb_polled = true;
	main_thread(w, 2, 500);
}

static void r15_under_cpu(struct world *w)
{
	r15_over(w);
	main_thread(w, 1.9, 500);
}

static void r15_under_wakes(struct world *w)
{
	r15_over(w);
	main_thread(w, 9, 499);
}

static void r15_over_no_lines(struct world *w)
{
	r15_over(w);
	w->e.rtc_line_per_s = w->e.timer_line_per_s = NAN;
}

static void r15_contra_xhci(struct world *w)
{
	r15_over(w);
	w->e.usb_polled = false;
}

static void r15_contra_line(struct world *w)
{
	r15_over(w);
	w->e.rtc_line_per_s = 60;
}

static void r16_over(struct world *w)
{
	w->e.display_cpu_pct = 1;
}
static void r16_under(struct world *w)
{
	w->e.display_cpu_pct = 0.9;
}
static void r16_over_main(struct world *w)
{
	main_thread(w, 1, 33);
}
static void r16_under_main(struct world *w)
{
	main_thread(w, 0.9, 33);
}
static void r16_contra_rate(struct world *w)
{
	main_thread(w, 9, 46);
}

static void r17_over(struct world *w)
{
	main_thread(w, 10, 300);
}
static void r17_under(struct world *w)
{
	main_thread(w, 9.9, 300);
}

static void r17_over_iothread(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 14, NAN, 10, 4, 0 };
}

static void r17_under_iothread(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 13, NAN, 9.9, 3.1, 0 };
}

/* It works for the kernel, too: that is I/O. */
static void r17_contra_iothread(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 30, NAN, 12, 18, 0 };
}

static void r17_contra_explained(struct world *w)
{
	r15_over(w);
	main_thread(w, 15, 1000);
}

static void r18_over(struct world *w)
{
	w->e.counters.unhandled_msrs = 10;
}
static void r18_under(struct world *w)
{
	w->e.counters.unhandled_msrs = 9;
}
static void r18_over_rate(struct world *w)
{
	w->e.counters.unhandled_msrs_per_s = 1;
}
static void r18_over_power(struct world *w)
{
	DEVICE(w, POWER) = 100;
}
static void r18_under_power(struct world *w)
{
	DEVICE(w, POWER) = 99.9;
}

static void r18_contra_unknown(struct world *w)
{
	w->e.counters.unhandled_msrs = w->e.counters.unhandled_msrs_per_s = NAN;
	DEVICE(w, POWER) = NAN;
}

static void r22_over(struct world *w)
{
	world_linux(w);
	DEVICE(w, IO_DELAY) = 500;
}

static void r22_under(struct world *w)
{
	world_linux(w);
	DEVICE(w, IO_DELAY) = 499;
}

static void r22_contra_windows(struct world *w)
{
	DEVICE(w, IO_DELAY) = 500;
}

static void r23_over(struct world *w)
{
	DEVICE(w, SERIAL) = 500;
}
static void r23_under(struct world *w)
{
	DEVICE(w, SERIAL) = DEVICE(w, IDE) = 499;
}
static void r23_over_vmport(struct world *w)
{
	DEVICE(w, VMPORT) = 500;
}

static void r23_contra_busy(struct world *w)
{
	r23_over(w);
	w->e.cpu[THREAD_VCPU].guest_pct = 4 * 10;
}

/* -- R19, R20, R30, R31: the processor ------------------------------------------------------------------- */

static void r19_over(struct world *w)
{
	GROUP(w, NESTED) = 1000;
}
static void r19_under(struct world *w)
{
	GROUP(w, NESTED) = 999;
}
static void r19_over_counted(struct world *w)
{
	w->e.counters.nested_runs_per_s = 1000;
}

static void r19_contra_busy(struct world *w)
{
	r19_over(w);
	w->e.cpu[THREAD_VCPU].guest_pct = 4 * 10;
}

static void r20_over(struct world *w)
{
	GROUP(w, APIC) = 4 * 3000;
	GROUP(w, WINDOW) = 4 * 2000;
}

static void r20_under(struct world *w)
{
	GROUP(w, APIC) = 4 * 3000;
	GROUP(w, WINDOW) = 4 * 1999;
}

static void r20_contra_untraced(struct world *w)
{
	r20_over(w);
	world_untraced(w);
}

static void r30_over(struct world *w)
{
	GROUP(w, CPUID) = 5000;
}
static void r30_under(struct world *w)
{
	GROUP(w, CPUID) = 4999;
}
static void r30_over_tsc(struct world *w)
{
	GROUP(w, TSC) = 100;
}
static void r30_under_tsc(struct world *w)
{
	GROUP(w, TSC) = 99;
}

static void r30_contra_untraced(struct world *w)
{
	r30_over(w);
	world_untraced(w);
}

static void r31_over(struct world *w)
{
	DEVICE(w, APIC_ICR) = 6000;
	GROUP(w, IPI) = 4000;
}

static void r31_under(struct world *w)
{
	DEVICE(w, APIC_ICR) = 6000;
	GROUP(w, IPI) = 3999;
}

static void r31_over_calls(struct world *w)
{
	GROUP(w, HYPERCALL) = 10000;
}
static void r31_under_calls(struct world *w)
{
	GROUP(w, HYPERCALL) = 9999;
}

static void r31_contra_alone(struct world *w)
{
	r31_over(w);
	w->e.vcpus = 1;
}

/* -- R05, R32: configuration --------------------------------------------------------------------------------- */

static void r05_over(struct world *w)
{
	world_hyperv(w, "vpindex", TRI_NO);
	world_settle(w);
}

static void r05_under(struct world *w)
{
	world_hyperv(w, "runtime", TRI_NO);
}

/* libvirt sees to what belongs together. */
static void r05_contra_model(struct world *w)
{
	world_no_hyperv(w);
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		w->hyperv[i].state = TRI_UNKNOWN;
	snprintf(w->config.hyperv.mode, sizeof w->config.hyperv.mode, "host-model");
	world_settle(w);
}

static void old_manager(struct world *w)
{
	world_no_hyperv(w);
	world_hyperv(w, "relaxed", TRI_YES);
	world_hyperv(w, "vapic", TRI_YES);
	world_hyperv(w, "spinlocks", TRI_YES);
	world_settle(w);
}

static void r32_over(struct world *w)
{
	old_manager(w);
}

static void r32_under(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "vpindex", TRI_YES); /* somebody has thought about it */
	world_settle(w);
}

static void r32_over_nova(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "vpindex", TRI_YES);
	w->config.stack = DOMAIN_STACK_NOVA;
	world_settle(w);
}

static void r32_contra_stimer(struct world *w)
{
	w->config.stack = DOMAIN_STACK_NOVA;
}

static void r32_contra_linux(struct world *w)
{
	world_linux(w);
	w->config.stack = DOMAIN_STACK_NOVA;
}

#define CASES_MAX 6

/* clang-format off */
static const struct {
	const char *id;
	void (*over[CASES_MAX])(struct world *w);   /* raise it, and nothing else */
	void (*under[CASES_MAX])(struct world *w);  /* raise nothing at all */
	void (*contra[CASES_MAX])(struct world *w); /* do not raise it, though its figures are there */
} cases[] = {
	{ "R27", { r27_over }, { r27_under }, { r27_contra_exits, r27_contra_arch } },
	{ "R25", { r25_over, r25_over_acpi }, { r25_under }, { r25_contra_guest, r25_contra_unknown } },
	{ "R09", { r09_over, r09_over_hint }, { r09_under, r09_under_halts, r09_under_exits }, { r09_contra_work } },
	{ "R01", { r01_over, r01_over_more_writes, r01_over_coarse }, { r01_under, r01_under_other_ratio, r01_under_coarse },
		{ r01_contra_stimer, r01_contra_hpet, r01_contra_linux } },
	{ "R02", { r02_over, r02_over_i440fx, r02_over_coarse }, { r02_under, r02_under_coarse },
		{ r02_contra_q35, r02_contra_linux } },
	{ "R03", { r03_over, r03_over_tick, r03_over_coarse }, { r03_under, r03_under_coarse }, { r03_contra_no_hpet } },
	{ "R04", { r04_over }, { r04_under }, { r04_contra_no_details } },
	{ "R05", { r05_over }, { r05_under }, { r05_contra_model } },
	{ "R06", { r06_over, r06_over_default }, { r06_under_cpu, r06_under_wakes, r06_under_line },
		{ r06_contra_needed, r06_contra_busy, r06_contra_off } },
	{ "R07", { r07_over, r07_over_apic, r07_over_rtc }, { r07_under, r07_under_rtc }, { r07_contra_busy } },
	{ "R08", { r08_over, r08_over_share, r08_over_likely }, { r08_under, r08_under_share, r08_under_halts, r08_under_long },
		{ r08_contra_off, r08_contra_cpu_pm } },
	{ "R10", { r10_over, r10_over_waits, r10_over_coarse }, { r10_under, r10_under_waits }, { r10_contra_room } },
	{ "R11", { r11_over, r11_over_coarse }, { r11_under }, { r11_contra_vcpus } },
	{ "R12", { r12_over }, { r12_under }, { r12_contra_boots, r12_contra_migrates, r12_contra_splits } },
	{ "R13", { r13_over }, { r13_under }, { r13_contra_own, r13_contra_stopped } },
	{ "R14", { r14_over, r14_over_thread }, { r14_under }, { r14_contra_off } },
	{ "R15", { r15_over, r15_over_no_lines }, { r15_under_cpu, r15_under_wakes }, { r15_contra_xhci, r15_contra_line } },
	{ "R16", { r16_over, r16_over_main }, { r16_under, r16_under_main }, { r16_contra_rate } },
	{ "R17", { r17_over, r17_over_iothread }, { r17_under, r17_under_iothread }, { r17_contra_iothread, r17_contra_explained } },
	{ "R18", { r18_over, r18_over_rate, r18_over_power }, { r18_under, r18_under_power }, { r18_contra_unknown } },
	{ "R19", { r19_over, r19_over_counted }, { r19_under }, { r19_contra_busy } },
	{ "R20", { r20_over }, { r20_under }, { r20_contra_untraced } },
	{ "R21", { r21_over, r21_over_tick }, { r21_under, r21_under_tick }, { r21_contra_thread } },
	{ "R22", { r22_over }, { r22_under }, { r22_contra_windows } },
	{ "R23", { r23_over, r23_over_vmport }, { r23_under }, { r23_contra_busy } },
	{ "R26", { r26_over, r26_over_hpet }, { r26_under }, { r26_contra_windows } },
	{ "R28", { r28_over }, { r28_under }, { r28_contra_delay } },
	{ "R29", { r29_over }, { r29_under }, { r29_contra_untraced } },
	{ "R30", { r30_over, r30_over_tsc }, { r30_under, r30_under_tsc }, { r30_contra_untraced } },
	{ "R31", { r31_over, r31_over_calls }, { r31_under, r31_under_calls }, { r31_contra_alone } },
	{ "R32", { r32_over, r32_over_nova }, { r32_under }, { r32_contra_stimer, r32_contra_linux } },
};
/* clang-format on */

enum { CASE_COUNT = sizeof cases / sizeof *cases };

static void quiet_raises_nothing(void **state)
{
	static void (*const worlds[])(
		struct world * w) = { NULL, world_linux, world_untraced, unknown_guest };

	(void)state;
	for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
		struct findings f;
		struct world w;

		world_init(&w);
		if (worlds[i])
			worlds[i](&w);
		f = world_judge(&w);
		if (f.count)
			fail_msg("world %zu: %s: %s", i, f.items[0].rule->id, f.items[0].summary);
		findings_fini(&f);
	}
}

/* A VM of which nothing is known but that it is there. */
static void unknown_raises_nothing(void **state)
{
	struct findings f = { 0 };
	struct world w;
	struct evidence e;

	(void)state;
	world_init(&w);
	evidence_init(&e);
	e.vm = &w.vm;
	for (size_t i = 0; i < rule_count; i++) {
		struct finding finding = { .rule = &rules[i] };

		if (rules[i].test(&e, &finding, &f.arena))
			fail_msg("%s: %s", rules[i].id, finding.summary);
	}
	advice_judge(&e, &f);
	assert_int_equal(f.count, 0);
	findings_fini(&f);
}

static void every_rule_has_cases(void **state)
{
	(void)state;
	for (size_t r = 0; r < rule_count; r++) {
		bool has = false;

		for (size_t i = 0; i < CASE_COUNT; i++)
			has |= !strcmp(cases[i].id, rules[r].id) && cases[i].over[0] &&
			       cases[i].under[0] && cases[i].contra[0];
		if (!has)
			fail_msg("%s has no cases", rules[r].id);
	}
}

static void over_raises_its_rule_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++)
		for (size_t k = 0; k < CASES_MAX && cases[i].over[k]; k++) {
			struct findings f;
			struct world w;

			world_init(&w);
			cases[i].over[k](&w);
			f = world_judge(&w);
			if (f.count != 1 || strcmp(f.items[0].rule->id, cases[i].id) != 0)
				fail_msg("%s, case %zu: %zu findings, %s %s", cases[i].id, k,
					f.count, f.count ? f.items[0].rule->id : "",
					f.count > 1 ? f.items[1].rule->id : "");
			assert_true(*f.items[0].summary && *f.items[0].diagnosis);
			assert_true(f.items[0].evidence_count > 0);
			for (size_t n = 0; n < f.items[0].evidence_count; n++)
				if (strstr(f.items[0].evidence[n], "nan"))
					fail_msg("%s: %s", cases[i].id, f.items[0].evidence[n]);
			assert_null(strstr(f.items[0].summary, "nan"));
			assert_null(strstr(f.items[0].diagnosis, "nan"));
			assert_true(f.items[0].remedy_count || !strcmp(cases[i].id, "R16"));
			findings_fini(&f);
		}
}

static void under_raises_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++)
		for (size_t k = 0; k < CASES_MAX && cases[i].under[k]; k++) {
			struct findings f;
			struct world w;

			world_init(&w);
			cases[i].under[k](&w);
			f = world_judge(&w);
			if (f.count)
				fail_msg("%s, case %zu: %s: %s", cases[i].id, k,
					f.items[0].rule->id, f.items[0].summary);
			findings_fini(&f);
		}
}

static void contraindications(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++)
		for (size_t k = 0; k < CASES_MAX && cases[i].contra[k]; k++) {
			struct world w;

			world_init(&w);
			cases[i].contra[k](&w);
			if (world_found(&w, cases[i].id))
				fail_msg("%s, case %zu: found", cases[i].id, k);
		}
}

/* Each figure that makes a rule speak may be unknown: then it does not. */
static void unknown_figures_raise_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASE_COUNT; i++)
		for (size_t k = 0; k < CASES_MAX && cases[i].over[k]; k++) {
			struct evidence unknown;
			struct world w;

			world_init(&w);
			cases[i].over[k](&w);
			evidence_init(&unknown);
			unknown.vm = &w.vm;
			unknown.traced = w.e.traced;
			unknown.config = w.e.config;
			w.platform.clocksource[0] = '\0';
			w.config.machine.type[0] = '\0';
			unknown.platform = w.e.platform;
			w.e = unknown;
			if (world_found(&w, cases[i].id))
				fail_msg("%s, case %zu: found", cases[i].id, k);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_raises_nothing),
		cmocka_unit_test(unknown_raises_nothing),
		cmocka_unit_test(every_rule_has_cases),
		cmocka_unit_test(over_raises_its_rule_alone),
		cmocka_unit_test(under_raises_nothing),
		cmocka_unit_test(contraindications),
		cmocka_unit_test(unknown_figures_raise_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
