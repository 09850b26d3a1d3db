/* rule_limits: the limits that the rules judge by and that their help prints. Each stands here once: its test function compares with
 * it, and the row of the rule names it. What no help prints stands in rules_*.c. */
#ifndef ADVICE_RULE_LIMITS_H
#define ADVICE_RULE_LIMITS_H

/* -- rules_clock.c -- */

/* A tick has at least 64 Hz, and Windows asks for 1,024 or more when a program wants short timers:
 * from 200 on it costs percents of a CPU, and nothing but a tick or a polling loop reads a clock of
 * seconds that often. */
#define RTC_READS_PER_S_MIN 200.0
/* Each access writes the index, then reads the data: other ratios are something else. */
#define RTC_WRITES_TOLERANCE 0.2
/* Percent of one CPU. A fifth of a CPU for an idle guest's clock is what makes people look for kvmtop;
 * an idle Windows with synthetic timers needs less than 5 for all. */
#define RTC_CRITICAL_CPU_PCT 20.0

/* A read of the PM timer costs 4-11 us (vfio-users, October 2016: 3.6 us for the call): 1,000 are half a
 * percent of a CPU, 10,000 are 4-11 %. */
#define CLOCK_READS_PER_S_MIN 1000.0
#define CLOCK_READS_PER_S_CRITICAL 10000.0
#define HPET_TICKS_PER_S_MIN 200.0

/* -- rules_tick.c -- */

/* Percent of one CPU: an HPET that nobody uses was seen to take 7-9 % (systemd/mkosi issue 3811), and
 * less than 3 is not worth a power cycle. */
#define HPET_MAIN_CPU_PCT 3.0
/* It is a periodic timer of 1000 Hz or so: strace shows 1,000-2,000 wake-ups. */
#define HPET_WAKES_PER_S_MIN 500.0
#define HPET_LINE_PER_S_MIN 500.0
/* With such a line half the wake-ups will do: on a busy host a tick comes late, together with the next. */
#define HPET_LATE_WAKES_PER_S_MIN 250.0
/* Percent of one CPU from which ticks come late, and several at once. */
#define HPET_BUSY_CPU_PCT 20.0
/* The guest is not what keeps the main thread busy. */
#define QUIET_EXITS_PER_VCPU 2000.0

/* Timers set on each vCPU. The default tick of Windows has 64 Hz, an idle Linux has none. */
#define TIMERS_PER_VCPU_MIN 500.0

#define PIT_ACCESSES_PER_S_MIN 500.0
/* The slowest tick of a Linux kernel is 100 Hz. */
#define PIT_LINE_PER_S_MIN 100.0
#define PIT_CPU_PCT_MIN 1.0

/* More than the fastest rate that Windows programs, 2048 Hz, and some more for good measure. */
#define RTC_CATCHUP_PER_S_MIN 2500.0

/* -- rules_host.c -- */

/* Percent of one CPU for each vCPU: polling after halts. */
#define POLL_PER_VCPU_PCT 5.0
#define POLL_PER_VCPU_CRITICAL_PCT 20.0
/* Of the vCPUs' time in the host kernel; of less than 1 % of a CPU it says nothing. */
#define POLL_SHARE_PCT 40.0
#define POLL_SHARE_PER_VCPU_MIN_PCT 1.0
#define SHORT_HALTS_PER_S_MIN 2000.0

/* Percent of one CPU for each vCPU. */
#define BUSY_GUEST_PCT 95.0
#define NO_HALTS_PER_VCPU 1.0
#define FEW_EXITS_PER_VCPU 2000.0

#define PAUSES_PER_VCPU_MIN 2000.0
#define WAIT_PER_VCPU_PCT 5.0
#define WAIT_PER_VCPU_CRITICAL_PCT 20.0

#define INTERRUPTS_PER_VCPU_MIN 5000.0

/* Linux 5.7 and later logs one line for each thread: a single one may be the guest's boot. */
#define SPLIT_LOCKS_WARNING 2.0

/* Percent of one CPU for all vCPU threads: what KVM would take a tenth of. */
#define EMULATED_CRITICAL_CPU_PCT 100.0

/* -- rules_devices.c -- */

/* Percent of one CPU for QEMU's main thread. A tablet that is polled takes 2-15 %. */
#define USB_MAIN_CPU_PCT 2.0
/* UHCI and EHCI have 1,000 frames a second. */
#define USB_WAKES_PER_S_MIN 500.0

/* QEMU refreshes a screen that is looked at every 30 ms: 33 times a second. */
#define DISPLAY_CPU_PCT 1.0
#define DISPLAY_WAKES_PER_S_MIN 25.0
#define DISPLAY_WAKES_PER_S_MAX 45.0

/* A QEMU that starts is busy whatever its guest does. */
#define START_S 30.0

#define MAIN_LOOP_CPU_PCT 10.0
#define MAIN_LOOP_WARNING_CPU_PCT 50.0
/* An iothread that only polls spends its time outside the kernel. */
#define IOTHREAD_USER_CPU_PCT 10.0
#define IOTHREAD_USER_SHARE 0.7

/* A boot logs a few; what polls logs more. */
#define UNHANDLED_MSRS_MIN 10.0
#define UNHANDLED_MSRS_PER_S_MIN 1.0
#define POWER_MSRS_PER_S_MIN 100.0
#define POWER_MSRS_PER_S_WARNING 5000.0

#define DEVICE_ACCESSES_PER_S_MIN 500.0

/* -- rules_memory.c -- */

#define FAULTS_PER_S_MIN 1000.0
/* A guest that boots touches its memory for the first time. */
#define BOOT_S 30.0

/* Percent of one CPU. */
#define KSMD_CPU_PCT 10.0
/* Pages that use a merged one, for each merged one: below 2 hardly anything is saved. */
#define KSM_RATIO_MIN 2.0
#define KSM_UNSHARED_RATIO 4.0

#define NX_SPLITS_PER_S_MIN 10.0
#define NX_RECOVERY_CPU_PCT 3.0

/* Each is 512 pages written to. */
#define PML_PER_S_MIN 10.0

/* -- rules_mmio.c -- */

#define MMIO_ACCESSES_PER_S_MIN 1000.0
/* Percent of one CPU for handling them. */
#define MMIO_CRITICAL_CPU_PCT 20.0

/* -- rules_apic.c -- */

#define NESTED_PER_S_MIN 1000.0
#define APIC_PER_VCPU_MIN 5000.0
#define CPUIDS_PER_S_MIN 5000.0
/* RDTSC does not leave a guest at all unless its TSC is emulated. */
#define TSC_READS_PER_S_MIN 100.0
#define IPIS_PER_S_MIN 10000.0

#endif
