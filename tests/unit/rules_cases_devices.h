/* rules_cases_devices: worlds that rules of devices and the processor have to know, or to leave alone. */
#ifndef TESTS_RULES_CASES_DEVICES_H
#define TESTS_RULES_CASES_DEVICES_H

#include "rules_cases.h"

/* -- R15-R18, R22, R23: devices ------------------------------------------------------------------------- */

static void r15_over(struct world *w)
{
	w->e.usb = DOMAIN_USB_TABLET;
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

static void r15_over_line(struct world *w)
{
	r15_over(w);
	w->e.rtc_line_per_s = w->e.timer_line_per_s = 59.9;
}

static void r15_contra_xhci(struct world *w)
{
	r15_over(w);
	w->e.usb = DOMAIN_USB_NOTHING;
}

static void r15_contra_untold(struct world *w)
{
	r15_over(w);
	w->e.usb = DOMAIN_USB_UNTOLD;
}

static void r15_over_passthrough(struct world *w)
{
	r15_over(w);
	w->e.usb = DOMAIN_USB_PASSTHROUGH;
}

static void r15_over_device(struct world *w)
{
	r15_over(w);
	w->e.usb = DOMAIN_USB_DEVICE;
}

static void r15_over_redirection(struct world *w)
{
	r15_over(w);
	w->e.usb = DOMAIN_USB_REDIRECTION;
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

static void r16_over_slow(struct world *w)
{
	main_thread(w, 1, 25);
}

static void r16_over_fast(struct world *w)
{
	main_thread(w, 1, 45);
}

static void r16_over_age(struct world *w)
{
	main_thread(w, 1, 33);
	w->e.age_s = 30;
}

static void r16_contra_start(struct world *w)
{
	main_thread(w, 1, 33);
	w->e.age_s = 29.9;
}

static void r16_under_main(struct world *w)
{
	main_thread(w, 0.9, 33);
}

static void r16_under_slow(struct world *w)
{
	main_thread(w, 1, 24.9);
}

static void r16_contra_rate(struct world *w)
{
	main_thread(w, 9, 45.1);
}

static void r17_over(struct world *w)
{
	main_thread(w, 10, 300);
}
static void r17_under(struct world *w)
{
	main_thread(w, 9.9, 300);
}

static void r17_over_age(struct world *w)
{
	r17_over(w);
	w->e.age_s = 30;
}

static void r17_contra_start(struct world *w)
{
	r17_over(w);
	w->e.age_s = 29.9;
}

static void r17_over_iothread(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 14, NAN, 10, 4, 0 };
}

static void r17_under_iothread(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 13, NAN, 9.9, 3.1, 0 };
}

static void r17_under_share(struct world *w)
{
	w->e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 14.4, NAN, 10, 4.4, 0 };
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
static void r18_under_rate(struct world *w)
{
	w->e.counters.unhandled_msrs_per_s = 0.99;
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

/* -- R34: devices by their memory ------------------------------------------------------------------------ */

/* QEMU's machine virt for Arm, with accesses to one of its devices. */
static void arm_mmio(struct world *w, const char *name, uint64_t address, double per_s)
{
	w->config.machine = (struct domain_machine){ .arch = "aarch64", .machine = "virt-9.2" };
	world_no_hyperv(w);
	w->config.hyperv.known = false;
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_timer(w, "kvmclock")->present = TRI_UNKNOWN;
	world_settle(w);
	w->e.guest = GUEST_LINUX;
	w->e.board = EXIT_BOARD_ARM_VIRT;
	w->e.mmio = (struct mmio_device){ .name = name,
		.key = { 0x24, EXIT_ISA_ARM_TRAP, EXIT_DETAIL_MMIO_READ, address },
		.rate = { per_s, 90, 80, 5 } };
	w->e.counters.mmio_exits_per_s = per_s;
}

static void r34_over(struct world *w)
{
	arm_mmio(w, "PL031 RTC", 0x09010000, 1000);
}
static void r34_under(struct world *w)
{
	arm_mmio(w, "PL031 RTC", 0x09010000, 999);
}

static void r34_over_unknown(struct world *w)
{
	arm_mmio(w, NULL, 0x09010000, 1000);
	w->e.board = EXIT_BOARD_OTHER;
	w->e.config_known = w->config.parsed = false;
}

/* KVM's counter cannot be read. */
static void r34_over_uncounted(struct world *w)
{
	r34_over(w);
	w->e.counters.mmio_exits_per_s = NAN;
}

/* KVM answers the GIC's registers by itself; an exit it is all the same. */
static void r34_over_gic(struct world *w)
{
	arm_mmio(w, "GIC distributor", 0x08000f00, 1000);
	w->e.counters.mmio_exits_per_s = 0;
}

/* Without addresses only the number of exits is known. */
static void r34_over_counted(struct world *w)
{
	r34_over(w);
	world_untraced(w);
	w->e.counters.mmio_exits_per_s = 1000;
	w->e.mmio = (struct mmio_device){ .rate = { NAN, NAN, NAN, NAN } };
}

static void r34_under_counted(struct world *w)
{
	r34_over_counted(w);
	w->e.counters.mmio_exits_per_s = 999;
}

/* A PC has rules for each of its devices. */
static void r34_contra_pc(struct world *w)
{
	r34_over(w);
	w->e.board = EXIT_BOARD_PC;
}

/* What does not go to QEMU, and is no GIC, is no emulated device of QEMU's. */
static void r34_contra_kvm(struct world *w)
{
	arm_mmio(w, "virtio-mmio", 0x0a000064, 1000);
	w->e.counters.mmio_exits_per_s = 499;
}

/* All addresses are known, and none is accessed that often: what goes to QEMU are requests. */
static void r34_contra_requests(struct world *w)
{
	arm_mmio(w, "PL011 UART", 0x09000000, 100);
	w->e.counters.mmio_exits_per_s = 5000;
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

/* Windows that got the host's virtualization by its CPU mode alone. */
static void r19_over_unasked(struct world *w)
{
	r19_over(w);
	w->e.cpu[THREAD_VCPU].guest_pct = 4 * 50;
	snprintf(w->config.machine.cpu_mode, sizeof w->config.machine.cpu_mode, "host-passthrough");
}

static void r19_contra_asked(struct world *w)
{
	r19_over_unasked(w);
	w->config.machine.nested = TRI_YES;
}

static void r19_contra_linux(struct world *w)
{
	r19_over_unasked(w);
	world_linux(w);
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

/* clang-format off */
static const struct rule_cases devices_cases[] = {
	{ "R15",
		{ r15_over, r15_over_no_lines, r15_over_line, r15_over_passthrough, r15_over_device,
			r15_over_redirection },
		{ r15_under_cpu, r15_under_wakes }, { r15_contra_xhci, r15_contra_untold, r15_contra_line } },
	{ "R16", { r16_over, r16_over_main, r16_over_slow, r16_over_fast, r16_over_age }, { r16_under, r16_under_main, r16_under_slow }, { r16_contra_rate, r16_contra_start } },
	{ "R17", { r17_over, r17_over_age, r17_over_iothread }, { r17_under, r17_under_iothread, r17_under_share }, { r17_contra_iothread, r17_contra_explained, r17_contra_start } },
	{ "R18", { r18_over, r18_over_rate, r18_over_power }, { r18_under, r18_under_rate, r18_under_power }, { r18_contra_unknown } },
	{ "R19", { r19_over, r19_over_counted, r19_over_unasked }, { r19_under },
		{ r19_contra_busy, r19_contra_asked, r19_contra_linux } },
	{ "R20", { r20_over }, { r20_under }, { r20_contra_untraced } },
	{ "R22", { r22_over }, { r22_under }, { r22_contra_windows } },
	{ "R23", { r23_over, r23_over_vmport }, { r23_under }, { r23_contra_busy } },
	{ "R34", { r34_over, r34_over_unknown, r34_over_uncounted, r34_over_gic, r34_over_counted }, { r34_under, r34_under_counted },
		{ r34_contra_pc, r34_contra_kvm, r34_contra_requests } },
	{ "R30", { r30_over, r30_over_tsc }, { r30_under, r30_under_tsc }, { r30_contra_untraced } },
	{ "R31", { r31_over, r31_over_calls }, { r31_under, r31_under_calls }, { r31_contra_alone } },
};
/* clang-format on */

#endif
