#include "model/lint.h"
#include "sample/domain_guest.h"

#include <stdlib.h>
#include <string.h>

/* A guest that is known to be something else than Windows. */
static bool is_other_guest(const struct domain_config *config)
{
	return config->machine.os_id[0] ? !domain_is_windows(config)
					: config->machine.guest == DOMAIN_GUEST_LINUX;
}

LINT_TEST(windows_in_utc)
{
	return domain_is_windows(config) && !strcmp(config->clock.offset, "utc");
}

/* From here on: what libvirt makes nothing of, or refuses. On a command line these have other names. */
LINT_TEST(rtc_absent)
{
	return !config->from_command_line && lint_timer(config, "rtc")->present == TRI_NO;
}

LINT_TEST(pit_absent)
{
	return !config->from_command_line && lint_timer(config, "pit")->present == TRI_NO;
}

LINT_TEST(hpet_policy)
{
	return lint_timer(config, "hpet")->tickpolicy[0];
}

LINT_TEST(tsc_mode)
{
	return lint_timer(config, "tsc")->mode[0];
}

LINT_TEST(catchup_numbers)
{
	const struct domain_timer *rtc = lint_timer(config, "rtc");

	return rtc->catchup_threshold || rtc->catchup_slew || rtc->catchup_limit;
}

LINT_TEST(msrs)
{
	return config->machine.msrs_unknown[0];
}

static bool has_policy(const struct domain_config *config, const char *timer, const char *policy)
{
	return !config->from_command_line && !strcmp(lint_timer(config, timer)->tickpolicy, policy);
}

LINT_TEST(rtc_policy)
{
	return !(config->machine.overrides & DOMAIN_OVERRIDE_CLOCK) &&
	       (has_policy(config, "rtc", "merge") || has_policy(config, "rtc", "discard"));
}

LINT_TEST(rtc_boot)
{
	return !strcmp(lint_timer(config, "rtc")->track, "boot");
}

LINT_TEST(pit_merge)
{
	return has_policy(config, "pit", "merge");
}

LINT_TEST(platform_timer)
{
	return domain_clock_timer(&config->clock, "platform");
}

LINT_TEST(armvtimer)
{
	return config->machine.arch[0] && domain_clock_timer(&config->clock, "armvtimer");
}

/* qemuValidateDomainDefClockTimers() of libvirt's qemu_validate.c. */
LINT_TEST(timer_of_x86)
{
	static const char *const names[] = { "hpet", "tsc", "kvmclock", "hypervclock" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (lint_timer(config, names[i])->present == TRI_YES)
			return true;
	return false;
}

LINT_TEST(hyperv_of_x86)
{
	return config->hyperv.known;
}

/* qemuValidateDomainDefFeatures(), likewise. */
LINT_TEST(feature_of_x86)
{
	const struct domain_machine *m = &config->machine;

	return m->pvspinlock != TRI_UNKNOWN || m->vmport != TRI_UNKNOWN ||
	       m->apic_eoi != TRI_UNKNOWN;
}

LINT_TEST(hpet_refused)
{
	return !config->from_command_line && lint_timer(config, "hpet")->present == TRI_YES &&
	       host->libvirt_version >= LINT_VERSION(9, 0, 0) &&
	       host->libvirt_version < LINT_VERSION(9, 2, 0);
}

LINT_TEST(hpet_on_rhel)
{
	return domain_lacks_hpet(&config->machine) &&
	       lint_timer(config, "hpet")->present == TRI_YES;
}

LINT_TEST(hidden_from_linux)
{
	return is_other_guest(config) && config->machine.kvm_hidden == TRI_YES;
}

LINT_TEST(linux_without_kvmclock)
{
	return is_other_guest(config) && lint_timer(config, "kvmclock")->present == TRI_NO;
}

/* Only libvirt tells what is pinned. */
LINT_TEST(dedicated_unpinned)
{
	return config->machine.hint_dedicated == TRI_YES && !config->machine.pinned &&
	       !config->from_command_line;
}

LINT_TEST(cpu_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_CPU;
}

LINT_TEST(clock_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_CLOCK;
}

LINT_TEST(machine_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_MACHINE;
}

LINT_TEST(cpu_pm)
{
	return config->machine.cpu_pm == TRI_YES;
}

/* clang-format off */
const struct lint lint_machine[] = {
	{ { "rtc-tickpolicy", "timer rtc with tickpolicy merge or discard",
		"libvirt refuses it for QEMU; take catchup or delay", LINT_ERROR }, .test = rtc_policy, .machines = LINT_ON_ALL },
	{ { "rtc-track-boot", "timer rtc with track='boot'",
		"libvirt refuses it for QEMU; take guest, wall or realtime", LINT_ERROR }, .test = rtc_boot, .machines = LINT_ON_ALL },
	{ { "pit-merge", "timer pit with tickpolicy='merge'",
		"libvirt refuses it for QEMU; take delay or discard", LINT_ERROR }, .test = pit_merge, .machines = LINT_ON_ALL },
	{ { "platform-timer", "timer platform", "libvirt refuses it for QEMU; leave it out", LINT_ERROR },
		.test = platform_timer, .machines = LINT_ON_ALL },
	{ { "armvtimer-on-x86", "timer armvtimer on x86", "libvirt refuses it: it is for ARM's virt machine "
		"only; leave it out", LINT_ERROR }, .test = armvtimer },
	{ { "hyperv-not-x86", "<hyperv> on a machine that is not x86", "libvirt or QEMU refuses it: enlightenments "
		"are for x86 guests; leave it out", LINT_ERROR }, .test = hyperv_of_x86, .machines = LINT_ON_OTHERS },
	{ { "timer-not-x86", "timer hpet, tsc, kvmclock or hypervclock on a machine that is not x86",
		"libvirt refuses it: other machines do not have it; leave it out", LINT_ERROR },
		.test = timer_of_x86, .machines = LINT_ON_OTHERS },
	{ { "feature-not-x86", "<pvspinlock>, <vmport> or <apic eoi=> on a machine that is not x86",
		"libvirt refuses it: other machines do not have it; leave it out", LINT_ERROR },
		.test = feature_of_x86, .machines = LINT_ON_OTHERS },
	{ { "hpet-refused", "timer hpet with present='yes' under libvirt 9.0 or 9.1",
		"as published, these versions refuse it (distributions may have mended that); update libvirt to "
		"9.2.0 or later", LINT_ERROR }, .test = hpet_refused },
	{ { "hpet-on-rhel", "timer hpet with present='yes' on a machine of RHEL 9 or later",
		"QEMU is built without an HPET there; take the Hyper-V timers instead", LINT_ERROR },
		.test = hpet_on_rhel },
	{ { "windows-in-utc", "a Windows guest with offset='utc'",
		"Windows takes the RTC as local time unless its registry says RealTimeIsUniversal=1; take "
		"offset='localtime'", LINT_WARNING }, .test = windows_in_utc, .machines = LINT_ON_ALL },
	{ { "hidden-from-linux", "<hidden state='on'/> for a guest that is not Windows",
		"Linux does not see KVM and loses kvm-clock, so that it may take a clock whose every look is an "
		"exit; leave it out", LINT_WARNING }, .test = hidden_from_linux },
	{ { "linux-without-kvmclock", "timer kvmclock with present='no' for a guest that is not Windows",
		"Linux may take a clock whose every look is an exit; leave it out", LINT_WARNING },
		.test = linux_without_kvmclock },
	{ { "dedicated-unpinned", "<hint-dedicated> without <vcpupin>",
		"Linux then spins where it should yield; pin the vCPUs to CPUs of their own, or leave it out",
		LINT_WARNING }, .test = dedicated_unpinned, .machines = LINT_ON_ALL },
	{ { "cpu-pm", "-overcommit cpu-pm=on",
		"idle vCPUs keep their CPUs, which the host then shows as busy all the time; only for CPUs that "
		"belong to one guest", LINT_WARNING }, .test = cpu_pm },
	{ { "cpu-argument", "-cpu in <qemu:commandline>",
		"it replaces all of <cpu>, <hyperv>, <kvm> and the timers hypervclock, kvmclock and tsc: change it "
		"there, or leave it out", LINT_WARNING }, .test = cpu_argument, .machines = LINT_ON_ALL },
	{ { "clock-argument", "a clock or timer in <qemu:commandline>",
		"it has the last word over <clock>: change it there, or leave it out", LINT_WARNING },
		.test = clock_argument, .machines = LINT_ON_ALL },
	{ { "machine-argument", "-machine or -accel in <qemu:commandline>",
		"it has the last word over <os> and <features>: change it there, or leave it out", LINT_WARNING },
		.test = machine_argument, .machines = LINT_ON_ALL },
	{ { "rtc-absent", "timer rtc with present='no'", LINT_NO_EFFECT, LINT_NOTE }, .test = rtc_absent, .machines = LINT_ON_ALL },
	{ { "pit-absent", "timer pit with present='no'", LINT_NO_EFFECT, LINT_NOTE }, .test = pit_absent, .machines = LINT_ON_ALL },
	{ { "hpet-tickpolicy", "timer hpet with a tickpolicy", LINT_NO_EFFECT, LINT_NOTE }, .test = hpet_policy, .machines = LINT_ON_ALL },
	{ { "tsc-mode", "timer tsc with a mode", "it is for Xen and " LINT_NO_EFFECT, LINT_NOTE }, .test = tsc_mode, .machines = LINT_ON_ALL },
	{ { "catchup-numbers", "<catchup> with threshold, slew or limit", LINT_NO_EFFECT, LINT_NOTE },
		.test = catchup_numbers, .machines = LINT_ON_ALL },
	{ { "msrs-unknown", "<msrs unknown=>", "it is for bhyve; the parameter ignore_msrs of kvm does it for all "
		"guests of this host", LINT_NOTE }, .test = msrs, .machines = LINT_ON_ALL },
};
/* clang-format on */

const size_t lint_machine_count = sizeof lint_machine / sizeof *lint_machine;
