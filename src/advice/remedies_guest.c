#include "advice/remedies_rows.h"

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_GUEST_TIMER_RESOLUTION,
		.id = "guest-timer-resolution",
		.title = "Find the program that asks for short timers",
		.guest_commands = "# Windows, as administrator; the report names who asked for a finer timer:\n"
			"powercfg /energy /duration 30 /output energy.html\n"
			"# Undo old advice, then restart:\n"
			"bcdedit /deletevalue useplatformclock\n"
			"bcdedit /deletevalue useplatformtick\n"
			"# Linux: perf top; cat /proc/timer_list; no nohz=off or highres=off at boot\n",
		.expect = "Browsers, media players, Go and Java services ask Windows for ticks of 1 ms. Without "
			"them the guest wakes up 64 times a second instead of 1,000 or more: one host went from "
			"30-40 % of a CPU to a few percent.",
		.cost = "None on the host's side. The program may have wanted its timer.",
		.when_not = "Where a program needs short timers; Windows from 10 version 2004 on keeps them to that "
			"program. Synthetic timers make each tick as cheap as it gets.",
		.source = "gitlab-runner issue 2947; Microsoft, powercfg and timeBeginPeriod",
	},
	{
		.number = REMEDY_GUEST_CLOCKSOURCE,
		.id = "guest-clocksource",
		.title = "Let the guest read a clock that costs no exit",
		.guest_commands = "# Linux, as root; works at once:\n"
			"cat /sys/devices/system/clocksource/clocksource0/available_clocksource\n"
			"echo kvm-clock > /sys/devices/system/clocksource/clocksource0/current_clocksource\n"
			"# and without clocksource=, notsc and tsc=unstable on the kernel's command line\n"
			"# Windows, as administrator, then restart:\n"
			"bcdedit /deletevalue useplatformclock\n",
		.expect = "A read of the time takes nanoseconds instead of the 3.6 microseconds and the exit of the "
			"ACPI PM timer, or the even slower HPET.",
		.cost = "None.",
		.when_not = "Where kvm-clock is not offered (KVM is hidden from the guest, or it has no "
			"kvmclock timer): change the VM's definition first.",
		.source = "Linux, Documentation/virt/kvm/x86/timekeeping.rst; vfio-users 2016-10 (cost of a read)",
	},
};
/* clang-format on */

const struct remedy_rows remedies_guest = { rows, sizeof rows / sizeof *rows };
