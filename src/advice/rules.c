#include "advice/rules.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

/* clang-format off */
const struct rule rules[] = {
	{
		.number = RULE_CANNOT_START,
		.id = "R33",
		.name = "cannot-start",
		.title = "The VM cannot start again",
		.severity = SEVERITY_CRITICAL,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG,
		.test = rule_cannot_start,
		.remedies = { REMEDY_STARTABLE },
		.help = "The definition for the next start needs something that this host does not "
			"support according to libvirt's domain capabilities (Hyper-V features, CPU "
			"mode, invtsc, machine type), or has something that QEMU refuses (an enlightenment "
			"without one it depends on), and the running VM does not have it. Raised "
			"no matter who wrote the definition.",
		.caveat = "The capabilities are this host's; another host may be able to start the "
			"VM.",
		.source = "libvirt, Domain capabilities XML format; QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html",
	},
	{
		.number = RULE_NO_KVM,
		.id = "R27",
		.name = "no-kvm",
		.title = "The guest is emulated, without KVM",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG,
		.test = rule_tcg,
		.remedies = { REMEDY_ENABLE_KVM },
		.help = "A VM without KVM: <domain type='qemu'>, QEMU without -accel kvm, or a QEMU process that has "
			"no kvm-vm descriptor open, and for which KVM counts no exits. Critical if its vCPU threads "
			"take {} % of a CPU or more. All other findings of such a VM are left out: they are KVM's.",
		.limits = { EMULATED_CRITICAL_CPU_PCT },
		.caveat = "An emulated processor of another kind (arm64 on x86) cannot be had from KVM; kvmtop does "
			"not report that.",
		.source = "virt-manager issue 205; kubevirt issue 10126",
	},
	{
		.number = RULE_HOST_CLOCK,
		.id = "R25",
		.name = "host-clock",
		.title = "The host's own clock is bad",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_HOST,
		.test = rule_host_clocksource,
		.remedies = { REMEDY_CLOCKSOURCE },
		.help = "The host's current_clocksource is hpet, acpi_pm or jiffies instead of tsc. Every guest's "
			"clock is slow then.",
		.caveat = "A host that is itself a guest has kvm-clock or hyperv_clocksource: that is not reported, "
			"though Hyper-V's reference page stays empty on such a host too.",
		.source = "Linux arch/x86/kvm/hyperv.c, compute_tsc_page_parameters(); dockur/windows issues 2212 "
			"and 1316",
	},
	{
		.number = RULE_GUEST_POLLS,
		.id = "R09",
		.name = "guest-polls",
		.title = "Idle vCPUs may look busy",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_LOW,
		.needs = NEEDS_RATES | NEEDS_CONFIG | NEEDS_THREADS,
		.test = rule_guest_polling,
		.remedies = { REMEDY_CPU_PM_OFF, REMEDY_LOOK_DEEPER },
		.help = "Each vCPU spends {} % of its time or more in the guest, with less than {word} halt and "
			"{} exits a second, and the configuration has cpu-pm, hint-dedicated or poll-control. "
			"With cpu-pm the host's figures say nothing about the guest's work.",
		.limits = { BUSY_GUEST_PCT, NO_HALTS_PER_VCPU, FEW_EXITS_PER_VCPU },
		.caveat = "A guest that was booted with idle=poll, or that runs DPDK, looks like one that works: "
			"kvmtop cannot tell, and says nothing.",
		.source = "QEMU manual, -overcommit cpu-pm: \"host estimates of CPU cycle and power utilization "
			"will be incorrect\"; Linux Documentation/virt/guest-halt-polling.rst; SAP/arp142-hana "
			"issue 208",
	},
	{
		.number = RULE_RTC_TICK,
		.id = "R01",
		.name = "rtc-tick",
		.title = "The guest uses the RTC as its tick",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_rtc_tick,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HPET_ON, REMEDY_NOVA_HPET },
		.help = "{} or more reads of port 0x71 a second, with as many writes to port 0x70 ({part} more "
			"or less), in a VM that has neither stimer nor an HPET by its configuration: Windows "
			"without synthetic timers uses the emulated CMOS clock as its tick. Critical when "
			"handling the accesses and QEMU's main thread together take {} % of a CPU. Without "
			"tracing it is likely when an idle guest's port exits and the main thread's wake-ups are "
			"as many as {} ticks a second make.",
		.limits = { RTC_READS_PER_S_MIN, RTC_WRITES_TOLERANCE, RTC_CRITICAL_CPU_PCT, RTC_READS_PER_S_MIN },
		.caveat = "A program that polls the RTC without having it tick looks alike where interrupt lines "
			"are not traced. Not said of guests that are known not to be Windows.",
		.source = "QEMU manual, Hyper-V Enlightenments, hv-stimer: without it \"certain Windows versions "
			"revert to using HPET (or even RTC when HPET is unavailable) extensively\", "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html",
	},
	{
		.number = RULE_PM_TIMER,
		.id = "R02",
		.name = "pm-timer",
		.title = "The guest reads the ACPI PM timer as its clock",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_pm_timer,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HYPERV_VPINDEX, REMEDY_INVTSC, REMEDY_CLOCKSOURCE, REMEDY_LOOK_DEEPER },
		.help = "{} or more reads of the ACPI PM timer a second (port 0x608; 0xb008 on an i440fx with "
			"OVMF); critical from {} on. Without tracing it is likely when an idle guest without "
			"hypervclock makes that many port exits more than its ticks need. In a guest that is "
			"known to be Linux it is R26.",
		.limits = { CLOCK_READS_PER_S_MIN, CLOCK_READS_PER_S_CRITICAL },
		.caveat = "Windows 10 21H2 was seen to read it still with all Hyper-V features on; why is not "
			"known.",
		.source = "MicrosoftDocs/Virtualization-Documentation issue 1885; vfio-users, October 2016; "
			"Microsoft, Requirements for Implementing the Microsoft Hypervisor Interface",
	},
	{
		.number = RULE_HPET_CLOCK,
		.id = "R03",
		.name = "hpet-clock",
		.title = "The guest uses the HPET as its clock or tick",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_hpet_reads,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HPET_OFF, REMEDY_LOOK_DEEPER },
		.help = "{} or more reads a second of the HPET's counter (0xfed000f0), or {} writes to its "
			"comparators, in a VM that has an HPET; critical from {} reads on. Without tracing it "
			"is likely when an idle guest with an HPET makes {} exits a second to devices' memory. "
			"In a guest that is known to be Linux it is R26.",
		.limits = { CLOCK_READS_PER_S_MIN, HPET_TICKS_PER_S_MIN, CLOCK_READS_PER_S_CRITICAL, CLOCK_READS_PER_S_MIN },
		.caveat = "Taking the HPET away without giving synthetic timers moves Windows' tick to the RTC: "
			"both must be changed at once.",
		.source = "QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html; Proxmox VE qemu-server, commit "
			"3a4e0144",
	},
	{
		.number = RULE_HV_CLOCK_MSR,
		.id = "R04",
		.name = "hv-clock-msr",
		.title = "Windows reads its clock by MSR",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_EXITS,
		.test = rule_hv_time_msr,
		.remedies = { REMEDY_HYPERV_VPINDEX, REMEDY_CLOCKSOURCE, REMEDY_LOOK_DEEPER },
		.help = "{} or more reads a second of MSR 0x40000020, Hyper-V's reference counter; critical "
			"from {} on. Windows reads it where the page that should hold the clock cannot be "
			"used: vpindex is missing, the host's clock is not the TSC, or TSCs differ after a "
			"restore or a migration.",
		.limits = { CLOCK_READS_PER_S_MIN, CLOCK_READS_PER_S_CRITICAL },
		.caveat = "That vpindex is needed is what Microsoft's interface document says and Cloud Hypervisor "
			"has seen; with QEMU it was not tried. After a restore only a cold start of the guest "
			"helps.",
		.source = "cloud-hypervisor issues 8380 and 8383; Linux arch/x86/kvm/hyperv.c",
	},
	{
		.number = RULE_CONFIG_LINT,
		.id = "R05",
		.name = "config-lint",
		.title = "The configuration does not fit together",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG,
		.test = rule_config_lint,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HYPERV_VPINDEX, REMEDY_HYPERV_FULL, REMEDY_HYPERV_SPINLOCKS },
		.help = "Needs no measurement: Windows without Hyper-V features, features without those they need "
			"(vpindex, synic, stimer, hypervclock, vapic), evmcs on AMD, a Windows guest in UTC, and what "
			"the machine, this libvirt or QEMU rejects. Settings that do nothing and mode='passthrough' are "
			"listed with these, and alone are no finding. Where R01-R04 or R32 are found it is part of their finding.",
		.caveat = "It looks at the configuration of what runs, not at that of the next start.",
		.source = "QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html; libvirt docs/formatdomain.rst; "
			"QEMU target/i386/kvm/kvm.c",
	},
	{
		.number = RULE_HPET_LEFT_ON,
		.id = "R06",
		.name = "hpet-left-on",
		.title = "QEMU emulates an HPET that nobody uses",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG | NEEDS_THREADS,
		.test = rule_hpet_left_on,
		.remedies = { REMEDY_HPET_OFF },
		.help = "QEMU's main thread takes {} % of a CPU or more and wakes up {} times a second or more, "
			"in a VM with an HPET whose guest makes fewer than {} exits a second on each vCPU and does "
			"not need the HPET: it has a better timer (Linux, or stimer), or, if idle or without APICv and "
			"AVIC, makes fewer exits than line 0 or 2 is asserted. Where interrupt lines are traced, line 0 "
			"or 2 must be asserted {} times a second; then {} wake-ups are enough, or fewer if the main "
			"thread takes {} %.",
		.limits = { HPET_MAIN_CPU_PCT, HPET_WAKES_PER_S_MIN, QUIET_EXITS_PER_VCPU, HPET_LINE_PER_S_MIN,
			HPET_LATE_WAKES_PER_S_MIN, HPET_BUSY_CPU_PCT },
		.caveat = "A busy disk or network without a thread of its own wakes the main thread, too. Windows "
			"without stimer may use the HPET later; without an HPET it falls back on the RTC.",
		.source = "systemd/mkosi issue 3811; systemd issue 38147; Proxmox VE qemu-server, commit 3a4e0144",
	},
	{
		.number = RULE_TIMER_RATE,
		.id = "R07",
		.name = "timer-rate",
		.title = "A program in the guest wants a fine timer",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_timer_rate,
		.remedies = { REMEDY_GUEST_TIMER_RESOLUTION },
		.help = "In an idle guest each vCPU sets {} timers a second or more (synthetic timers, TSC "
			"deadline or the local APIC's), or the RTC ticks at 1,024 or 2,048 Hz.",
		.limits = { TIMERS_PER_VCPU_MIN },
		.caveat = "Which program it is only the guest can tell.",
		.source = "gitlab-runner issue 2947; Microsoft, timeBeginPeriod",
	},
	{
		.number = RULE_HALT_POLLING,
		.id = "R08",
		.name = "halt-polling",
		.title = "The host spins after the guest's halts",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_halt_polling,
		.remedies = { REMEDY_HALT_POLL, REMEDY_GUEST_TIMER_RESOLUTION },
		.help = "Polling after halts takes {} % of a CPU or more for each vCPU (critical: {} %), or {} % "
			"of the vCPUs' system time. Where KVM's counter cannot be read: {} halts a second or "
			"more that last less than kvm.halt_poll_ns in the mean.",
		.limits = { POLL_PER_VCPU_PCT, POLL_PER_VCPU_CRITICAL_PCT, POLL_SHARE_PCT, SHORT_HALTS_PER_S_MIN },
		.caveat = "It is no cost to others where the host is idle: polling stops when something else wants "
			"the CPU. Without it guests wake up a little later.",
		.source = "Linux Documentation/virt/kvm/halt-polling.rst; firecracker issue 3043",
	},
	{
		.number = RULE_PAUSE_LOOP,
		.id = "R10",
		.name = "pause-loop",
		.title = "vCPUs spin on locks, or wait for a CPU",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES | NEEDS_THREADS,
		.test = rule_pause_loop,
		.remedies = { REMEDY_PIN_VCPUS, REMEDY_PVSPINLOCK, REMEDY_HYPERV_SPINLOCKS, REMEDY_LOOK_DEEPER },
		.help = "{} exits a second or more for long spins on each vCPU, or each vCPU waits for a CPU {} "
			"% of the time (critical: {} %) while more vCPUs run than the host has CPUs. Spinning "
			"without waiting is information: it is the guest's own.",
		.limits = { PAUSES_PER_VCPU_MIN, WAIT_PER_VCPU_PCT, WAIT_PER_VCPU_CRITICAL_PCT },
		.caveat = "Never set ple_gap=0 or hint-dedicated where CPUs are shared.",
		.source = "Linux arch/x86/kvm/vmx/vmx.c, ple_gap; QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html",
	},
	{
		.number = RULE_HOST_INTERRUPTS,
		.id = "R11",
		.name = "host-interrupts",
		.title = "Interrupts of the host throw the guest out",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES,
		.test = rule_host_interrupts,
		.remedies = { REMEDY_IRQ_AFFINITY, REMEDY_PIN_VCPUS },
		.help = "{} exits a second or more on each vCPU for interrupts of the host.",
		.limits = { INTERRUPTS_PER_VCPU_MIN },
		.caveat = "Which interrupt it is, /proc/interrupts of that CPU tells: kvmtop does not read it.",
		.source = "Linux commit 0c5f81dad46c, pi_inject_timer",
	},
	{
		.number = RULE_MEMORY_FAULTS,
		.id = "R12",
		.name = "memory-faults",
		.title = "The guest's memory is mapped again and again",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES,
		.test = rule_memory_faults,
		.remedies = { REMEDY_HUGEPAGES, REMEDY_NOSHAREPAGES, REMEDY_LOOK_DEEPER },
		.help = "{} exits a second or more for memory that is not mapped, {} seconds or more after the "
			"VM's start, where neither R14 nor R29 explains them.",
		.limits = { FAULTS_PER_S_MIN, BOOT_S },
		.caveat = "Swapping of QEMU, the balloon and NUMA balancing are not measured; a reboot inside the "
			"guest is not seen.",
		.source = "Linux Documentation/virt/kvm/x86/mmu.rst; redhat-performance/tuned issue 363",
	},
	{
		.number = RULE_KSM,
		.id = "R13",
		.name = "ksm",
		.title = "ksmd burns CPU",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_HOST,
		.test = rule_ksm,
		.remedies = { REMEDY_KSM_TUNE, REMEDY_NOSHAREPAGES },
		.help = "The host's ksmd takes {} % of a CPU or more; information only where merged pages are "
			"used {times} or more in the mean and pages that cannot be merged are not {times} as "
			"many.",
		.limits = { KSMD_CPU_PCT, KSM_RATIO_MIN, KSM_UNSHARED_RATIO },
		.caveat = "Where memory is overcommitted it is what keeps the host from swapping. Not said of VMs "
			"with <nosharepages/>.",
		.source = "Linux Documentation/admin-guide/mm/ksm.rst",
	},
	{
		.number = RULE_NX_SPLITS,
		.id = "R14",
		.name = "nx-splits",
		.title = "KVM splits huge pages",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES,
		.test = rule_nx_splits,
		.remedies = { REMEDY_NX_OFF },
		.help = "{} huge pages a second or more are split because the guest runs code from them, or KVM's "
			"recovery thread takes {} % of a CPU, with kvm.nx_huge_pages on.",
		.limits = { NX_SPLITS_PER_S_MIN, NX_RECOVERY_CPU_PCT },
		.caveat = "Turning it off re-opens CVE-2018-12207 on Intel processors that have the flaw.",
		.source = "redhat-performance/tuned issue 363; Linux Documentation/admin-guide/hw-vuln/multihit.rst",
	},
	{
		.number = RULE_USB_POLLING,
		.id = "R15",
		.name = "usb-polling",
		.title = "The guest polls a USB device",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG | NEEDS_THREADS,
		.test = rule_usb_polling,
		.remedies = { REMEDY_USB_TABLET_VIRTIO, REMEDY_USB_XHCI },
		.help = "QEMU's main thread takes {} % of a CPU or more and wakes up {} times a second or more, "
			"with a USB device on a UHCI, OHCI or EHCI controller (tablet, mouse, keyboard, disk, passed "
			"through), while the interrupt lines of RTC, PIT and HPET are quiet (where they are not "
			"traced: no HPET or RTC tick explains it).",
		.limits = { USB_MAIN_CPU_PCT, USB_WAKES_PER_S_MIN },
		.caveat = "Without libvirt, USB devices that are hot-plugged into a running VM are not known.",
		.source = "https://www.kraxel.org/blog/2014/03/qemu-and-usb-tablet-cpu-consumtion/; karmab/kcli "
			"issue 489",
	},
	{
		.number = RULE_DISPLAY,
		.id = "R16",
		.name = "display",
		.title = "Somebody looks at the guest's screen",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_THREADS,
		.test = rule_display,
		.help = "Threads of SPICE or VNC take {} % of a CPU or more, or the main thread does, {} seconds or "
			"more after the VM's start, and wakes up {}-{} times a second.",
		.limits = { DISPLAY_CPU_PCT, START_S, DISPLAY_WAKES_PER_S_MIN, DISPLAY_WAKES_PER_S_MAX },
		.caveat = "Whether a viewer is connected is not known: it is concluded from the threads.",
		.source = "QEMU include/ui/console.h, GUI_REFRESH_INTERVAL_DEFAULT; ui/vnc.c",
	},
	{
		.number = RULE_MAIN_LOOP,
		.id = "R17",
		.name = "main-loop",
		.title = "QEMU's main thread is busy",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_THREADS,
		.test = rule_main_loop,
		.remedies = { REMEDY_LOOK_DEEPER, REMEDY_IOTHREAD_POLL_OFF },
		.help = "QEMU's main thread takes {} % of a CPU or more (a warning from {} % on) {} seconds or more "
			"after the VM's start, and none of R01, R03, R06, R15, R16 and R28 explains it; or "
			"iothreads take {} % in user space, which is {part} of their time or more.",
		.limits = { MAIN_LOOP_CPU_PCT, MAIN_LOOP_WARNING_CPU_PCT, START_S, IOTHREAD_USER_CPU_PCT, IOTHREAD_USER_SHARE },
		.caveat = "Whether disks or networks are busy is not measured: then it is work, and not a fault.",
		.source = "QEMU docs/devel/multiple-iothreads.rst; util/aio-posix.c",
	},
	{
		.number = RULE_ODD_MSRS,
		.id = "R18",
		.name = "odd-msrs",
		.title = "The guest asks for MSRs that KVM has not",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_unhandled_msr,
		.remedies = { REMEDY_MSR_QUIET, REMEDY_PMU_OFF },
		.help = "{} or more lines about the VM's MSRs in the kernel's log, or {word} a second; or {} "
			"accesses a second to MSRs of power and temperature. A warning from {} on: below it "
			"does not explain CPU time.",
		.limits = { UNHANDLED_MSRS_MIN, UNHANDLED_MSRS_PER_S_MIN, POWER_MSRS_PER_S_MIN, POWER_MSRS_PER_S_WARNING },
		.caveat = "ignore_msrs=1 hides real faults from the guest; the kernel's log is limited, so there "
			"may be more than it says.",
		.source = "Linux commit fab0aa3b776f; clearcontainers/runtime issues 883 and 884",
	},
	{
		.number = RULE_NESTED,
		.id = "R19",
		.name = "nested",
		.title = "The guest runs a hypervisor",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES,
		.test = rule_nested,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HYPERV_EVMCS, REMEDY_NESTED_OFF },
		.help = "In an idle guest {} exits a second or more for instructions of a hypervisor, or that "
			"many entries of guests of its own. In a busy guest only for Windows that gets nested "
			"virtualization just by its CPU mode (host-passthrough, maximum), and then as info.",
		.limits = { NESTED_PER_S_MIN },
		.caveat = "Switching nesting off lowers Windows' security where it uses it. Enlightened VMCS is "
			"Intel's.",
		.source = "QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html; Proxmox VE qemu-server, commit "
			"71a1e568",
	},
	{
		.number = RULE_APIC,
		.id = "R20",
		.name = "apic",
		.title = "Interrupts are delivered by software",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_apic,
		.remedies = { REMEDY_HYPERV_AVIC, REMEDY_HYPERV_FULL, REMEDY_PIT_DISCARD, REMEDY_LOOK_DEEPER },
		.help = "{} exits a second or more on each vCPU for its local APIC, its TPR and interrupt "
			"windows.",
		.limits = { APIC_PER_VCPU_MIN },
		.caveat = "hv-avic on hardware without APICv or AVIC may make it worse. What keeps KVM from using "
			"AVIC it tells only by a tracepoint that kvmtop does not read.",
		.source = "QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html; Linux arch/x86/kvm/svm/avic.c",
	},
	{
		.number = RULE_PIT_TICK,
		.id = "R21",
		.name = "pit-tick",
		.title = "The guest uses the PIT",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_pit_tick,
		.remedies = { REMEDY_GUEST_CLOCKSOURCE, REMEDY_PIT_DISCARD },
		.help = "{} or more accesses a second to the PIT (ports 0x40-0x43, 0x61), or its interrupt line "
			"rises {} times a second and KVM's PIT thread takes {} % of a CPU.",
		.limits = { PIT_ACCESSES_PER_S_MIN, PIT_LINE_PER_S_MIN, PIT_CPU_PCT_MIN },
		.caveat = "A boot loader does this for a moment.",
		.source = "Linux Documentation/virt/kvm/x86/timekeeping.rst",
	},
	{
		.number = RULE_IO_DELAY,
		.id = "R22",
		.name = "io-delay",
		.title = "The guest delays I/O by port 0x80",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_io_delay,
		.remedies = { REMEDY_KVMCLOCK, REMEDY_LOOK_DEEPER },
		.help = "{} or more writes a second to port 0x80 or 0xed, in a guest that is not known to be "
			"Windows.",
		.limits = { DEVICE_ACCESSES_PER_S_MIN },
		.caveat = "Firmware writes its progress to port 0x80, but not that often.",
		.source = "Linux Documentation/admin-guide/kernel-parameters.txt, io_delay; arch/x86/kernel/kvm.c, "
			"paravirt_ops_setup()",
	},
	{
		.number = RULE_LEGACY_DEVICE,
		.id = "R23",
		.name = "legacy-device",
		.title = "The guest polls an old device",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_legacy_devices,
		.remedies = { REMEDY_DEVICES_LEGACY, REMEDY_VMPORT_OFF },
		.help = "In an idle guest {} or more accesses a second to a serial port, IDE, floppy, PS/2, "
			"VMware's backdoor, PCI configuration, ACPI hotplug, VGA or SMBus.",
		.limits = { DEVICE_ACCESSES_PER_S_MIN },
		.caveat = "A guest that boots or installs uses these for a while.",
		.source = "QEMU info mtree; libvirt docs/formatdomain.rst",
	},
	{
		.number = RULE_MMIO_STORM,
		.id = "R34",
		.name = "mmio-storm",
		.title = "The guest accesses an emulated device all the time",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_RATES,
		.test = rule_mmio_storm,
		.remedies = { REMEDY_DEVICES_LEGACY, REMEDY_LOOK_DEEPER },
		.help = "On a machine that is not a PC (Arm, RISC-V, LoongArch), {} or more MMIO accesses a second to "
			"one device: UART, RTC, GIC, virtio-mmio, a PCI device. Critical if handling them takes {} % "
			"of a CPU. Writes that may submit a request (QueueNotify, a PCI BAR, an unknown address) do "
			"not count. Where addresses are not traced: {} or more MMIO exits a second that go to QEMU "
			"(confidence: medium).",
		.limits = { MMIO_ACCESSES_PER_S_MIN, MMIO_CRITICAL_CPU_PCT, MMIO_ACCESSES_PER_S_MIN },
		.caveat = "A guest that boots or installs uses these for a while. Devices have names on QEMU's virt "
			"machine only.",
		.source = "QEMU hw/arm/virt.c, hw/riscv/virt.c; Linux arch/arm64/kvm/mmio.c, io_mem_abort(); virtio "
			"specification 1.2, 4.2 (InterruptACK); Linux Documentation/admin-guide/kernel-parameters.txt, "
			"console=",
	},
	{
		.number = RULE_LINUX_CLOCK,
		.id = "R26",
		.name = "linux-clock",
		.title = "A Linux guest has a slow clock",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_EXITS | NEEDS_CONFIG,
		.test = rule_linux_clocksource,
		.remedies = { REMEDY_KVMCLOCK, REMEDY_GUEST_CLOCKSOURCE, REMEDY_HPET_OFF, REMEDY_CLOCKSOURCE },
		.help = "A guest that is known to be Linux reads the ACPI PM timer or the HPET {} times a "
			"second or more, or has the HPET as its tick, instead of kvm-clock or the TSC.",
		.limits = { CLOCK_READS_PER_S_MIN },
		.caveat = "Why only the guest tells where the configuration does not hide kvm-clock: notsc or "
			"clocksource= on its command line, or an unstable TSC.",
		.source = "Linux Documentation/virt/kvm/x86/timekeeping.rst, Documentation/virt/kvm/x86/msr.rst",
	},
	{
		.number = RULE_RTC_CATCHUP,
		.id = "R28",
		.name = "rtc-catchup",
		.title = "QEMU makes up for missed ticks",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_CONFIG,
		.test = rule_rtc_catchup,
		.remedies = { REMEDY_RTC_DELAY },
		.help = "The RTC's interrupt line rises {} times a second or more, faster than any guest "
			"programs it, with tickpolicy='catchup'. Part of R01's finding where that is found.",
		.limits = { RTC_CATCHUP_PER_S_MIN },
		.caveat = "It ends by itself, after a minute or so.",
		.source = "qemu-devel, 2015, msg303024",
	},
	{
		.number = RULE_DIRTY_LOGGING,
		.id = "R29",
		.name = "dirty-logging",
		.title = "The host logs what the guest writes",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_EXITS,
		.test = rule_dirty_logging,
		.remedies = { REMEDY_MIGRATION_WAIT },
		.help = "{} exits a second or more because the log of written pages (PML) was full: a live "
			"migration, a backup or a checkpoint runs.",
		.limits = { PML_PER_S_MIN },
		.caveat = "Intel only: on AMD such faults look like R12.",
		.source = "Linux arch/x86/kvm/vmx/vmx.c, handle_pml_full()",
	},
	{
		.number = RULE_INSTRUCTIONS,
		.id = "R30",
		.name = "instructions",
		.title = "The guest executes CPUID or RDTSC by software",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_EXITS,
		.test = rule_instructions,
		.remedies = { REMEDY_LOOK_DEEPER },
		.help = "{} exits a second or more for CPUID, or {} for RDTSC and RDTSCP, which do not leave "
			"a guest unless its TSC is emulated.",
		.limits = { CPUIDS_PER_S_MIN, TSC_READS_PER_S_MIN },
		.caveat = "Benchmarks, copy protection and anti-cheat programs execute CPUID on purpose.",
		.source = "Linux arch/x86/kvm/x86.c, set_tsc_khz()",
	},
	{
		.number = RULE_IPI_STORM,
		.id = "R31",
		.name = "ipi-storm",
		.title = "vCPUs interrupt one another",
		.severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_RATES,
		.test = rule_ipi_storm,
		.remedies = { REMEDY_HYPERV_SPINLOCKS, REMEDY_LOOK_DEEPER },
		.help = "{} or more IPIs a second by MSR, memory or AVIC, or as many hypercalls, in a VM with "
			"more than one vCPU.",
		.limits = { IPIS_PER_S_MIN },
		.caveat = "IPIs that the processor delivers by itself (AVIC, IPI virtualization) do not show.",
		.source = "QEMU manual, Hyper-V Enlightenments, "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html; Linux "
			"Documentation/virt/kvm/x86/hypercalls.rst",
	},
	{
		.number = RULE_STACK_DEFAULT,
		.id = "R32",
		.name = "stack-default",
		.title = "The management stack leaves out synthetic timers",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_HIGH,
		.needs = NEEDS_CONFIG,
		.test = rule_stack_default,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HYPERV_FULL, REMEDY_HPET_ON, REMEDY_NOVA_HPET },
		.help = "A guest that is Windows, or ticks like it (R01), without stimer, in a configuration typical of "
			"Proxmox VE, OpenStack Nova, KubeVirt, CloudStack, oVirt, OpenNebula, TrueNAS, unRAID, Ganeti, "
			"an old virt-manager, or any libvirt definition with other Hyper-V features. Where R01-R04 are found it is part of their "
			"finding.",
		.caveat = "A stack writes its VMs' configuration anew: change it there, not in libvirt.",
		.source = "openstack/nova nova/virt/libvirt/config.py; kubevirt examples/vmi-windows.yaml; "
			"virt-manager commit 74fd503b; Proxmox VE qemu-server, CPUConfig.pm; apache/cloudstack "
			"issue 13824; OpenNebula/addon-storpool issue 79; truenas/middleware pull request 9247; "
			"unraid/webgui commit ea6500ae3",
	},
	{
		.number = RULE_SPLIT_LOCK,
		.id = "R35",
		.name = "split-lock",
		.title = "The host slows the guest down for split locks",
		.severity = SEVERITY_INFO,
		.confidence = CONFIDENCE_MEDIUM,
		.needs = NEEDS_HOST,
		.test = rule_split_locks,
		.remedies = { REMEDY_SPLIT_LOCK_OFF },
		.help = "The kernel log has a split lock line for a thread of the VM (a warning from {word} lines on). Linux "
			"5.19 and later puts the thread to sleep for 10 ms when it traps a split lock.",
		.limits = { SPLIT_LOCKS_WARNING },
		.caveat = "The kernel logs only the first split lock of a thread: whether the guest still makes them, or "
			"split_lock_mitigate was changed since, is not known.",
		.source = "Linux Documentation/arch/x86/buslock.rst, Documentation/admin-guide/sysctl/kernel.rst; "
			"lf-edge/eve pull request 3611",
	},
};
/* clang-format on */

const size_t rule_count = sizeof rules / sizeof *rules;

const struct rule *rule_of(enum rule_number number)
{
	size_t i = 0;

	while (i + 1 < rule_count && rules[i].number != number)
		i++;
	return &rules[i];
}

const struct rule *rule_find(const char *id)
{
	for (size_t i = 0; i < rule_count; i++)
		if (!strcmp(rules[i].id, id))
			return &rules[i];
	return NULL;
}

/* Limits that read better as words: each form with the factor that makes an index of the limit. */
static const struct {
	const char *form;
	int scale;
	const char *words[8];
} limit_forms[] = {
	{ "{word}", 1, { [1] = "one", [2] = "two" } },
	{ "{times}", 1, { [2] = "twice", [4] = "four times" } },
	{ "{part}", 10, { [2] = "a fifth", [7] = "seven tenths" } },
};

static const char *limit_text(struct arena *arena, double limit, const char *form)
{
	for (size_t i = 0; i < sizeof limit_forms / sizeof *limit_forms; i++) {
		const long index = lround(limit * limit_forms[i].scale);

		if (strncmp(form, limit_forms[i].form, strlen(limit_forms[i].form)) != 0)
			continue;
		assert(index < 8 && limit_forms[i].words[index]);
		return limit_forms[i].words[index];
	}
	return text_grouped(arena, limit);
}

const char *rule_help(const struct rule *rule, struct arena *arena)
{
	const char *text = "", *rest = rule->help;
	size_t limit = 0;

	for (const char *at; (at = strchr(rest, '{')); rest = strchr(at, '}') + 1)
		text = arena_printf(arena, "%s%.*s%s", text, (int)(at - rest), rest,
			limit_text(arena, rule->limits[limit++], at));
	return arena_printf(arena, "%s%s", text, rest);
}
