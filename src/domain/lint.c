#include "domain/lint.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* 1000000 * major + 1000 * minor + micro, as libvirt counts. */
#define VERSION(major, minor, micro) (1000000ul * (major) + 1000ul * (minor) + (micro))

/* Machines that a row is about: Hyper-V, the HPET, the PIT, the TSC and kvm-clock are x86's. */
enum lint_machines { LINT_ON_X86, LINT_ON_ALL, LINT_ON_OTHERS };

/* A row: "on" is on, "without" is off, "test" says so; each as far as it is given. */
struct lint {
	struct lint_item item;
	const char *on, *without; /* enlightenments, or "hypervclock" */
	unsigned long qemu_since; /* on a QEMU that is older; 0: on any */
	enum lint_machines machines;
	bool (*test)(const struct domain_config *config, const struct lint_host *host);
};

/* The timer of that name; one with nothing told where the clock has none. */
static const struct domain_timer *timer_of(const struct domain_config *config, const char *name)
{
	static const struct domain_timer none;
	const struct domain_timer *timer = domain_clock_timer(&config->clock, name);

	return timer ? timer : &none;
}

/* -- tests of rows: Hyper-V ------------------------------------------------------------------------------ */

/* The head of a row's test. */
#define TEST(name)                                                                   \
	static bool name(const struct domain_config *config __attribute__((unused)), \
		const struct lint_host *host __attribute__((unused)))

/* libvirt refuses fewer, and so does Windows. */
#define SPINLOCKS_MIN 4095
#define VENDOR_ID_MAX 12

static const char *value_of(const struct domain_config *config, const char *name)
{
	for (size_t i = 0; i < config->hyperv.count; i++)
		if (!strcmp(config->hyperv.items[i].name, name) &&
			config->hyperv.items[i].state == TRI_YES)
			return config->hyperv.items[i].value;
	return "";
}

static bool is_vendor(const struct lint_host *host, const char *vendor)
{
	return !strcmp(host->kvm_vendor, vendor);
}

TEST(on_amd)
{
	return is_vendor(host, "amd");
}

TEST(on_intel)
{
	return is_vendor(host, "intel");
}

TEST(without_apicv)
{
	return host->apicv == 0;
}

TEST(few_spinlocks)
{
	const char *retries = value_of(config, "spinlocks");

	return retries[0] && strtoull(retries, NULL, 10) < SPINLOCKS_MIN;
}

TEST(long_vendor_id)
{
	return strlen(value_of(config, "vendor_id")) > VENDOR_ID_MAX;
}

TEST(alone)
{
	return !domain_has_enlightenments(config, "vendor_id");
}

TEST(without_tsc_frequency)
{
	return !timer_of(config, "tsc")->frequency_hz;
}

TEST(passthrough)
{
	return !strcmp(config->hyperv.mode, "passthrough");
}

TEST(old_for_passthrough)
{
	return passthrough(config, host) && !config->from_command_line && host->libvirt_version &&
	       host->libvirt_version < VERSION(8, 0, 0);
}

TEST(old_for_host_model)
{
	return !strcmp(config->hyperv.mode, "host-model") && host->libvirt_version &&
	       host->libvirt_version < VERSION(11, 9, 0);
}

TEST(windows_without_hyperv)
{
	return domain_is_windows(config) && domain_os_knows_hyperv(config->machine.os_id) &&
	       !domain_has_enlightenments(config, "");
}

/* -- clock and machine ----------------------------------------------------------------------------------- */

/* A guest that is known to be something else than Windows. */
static bool is_other_guest(const struct domain_config *config)
{
	return config->machine.os_id[0] ? !domain_is_windows(config)
					: config->machine.guest == DOMAIN_GUEST_LINUX;
}

TEST(windows_in_utc)
{
	return domain_is_windows(config) && !strcmp(config->clock.offset, "utc");
}

/* From here on: what libvirt makes nothing of, or refuses. On a command line these have other names. */
TEST(rtc_absent)
{
	return !config->from_command_line && timer_of(config, "rtc")->present == TRI_NO;
}

TEST(pit_absent)
{
	return !config->from_command_line && timer_of(config, "pit")->present == TRI_NO;
}

TEST(hpet_policy)
{
	return timer_of(config, "hpet")->tickpolicy[0];
}

TEST(tsc_mode)
{
	return timer_of(config, "tsc")->mode[0];
}

TEST(catchup_numbers)
{
	const struct domain_timer *rtc = timer_of(config, "rtc");

	return rtc->catchup_threshold || rtc->catchup_slew || rtc->catchup_limit;
}

TEST(msrs)
{
	return config->machine.msrs_unknown[0];
}

static bool has_policy(const struct domain_config *config, const char *timer, const char *policy)
{
	return !config->from_command_line && !strcmp(timer_of(config, timer)->tickpolicy, policy);
}

TEST(rtc_policy)
{
	return !(config->machine.overrides & DOMAIN_OVERRIDE_CLOCK) &&
	       (has_policy(config, "rtc", "merge") || has_policy(config, "rtc", "discard"));
}

TEST(rtc_boot)
{
	return !strcmp(timer_of(config, "rtc")->track, "boot");
}

TEST(pit_merge)
{
	return has_policy(config, "pit", "merge");
}

TEST(platform_timer)
{
	return domain_clock_timer(&config->clock, "platform");
}

TEST(armvtimer)
{
	return config->machine.arch[0] && domain_clock_timer(&config->clock, "armvtimer");
}

/* qemuValidateDomainDefClockTimers() of libvirt's qemu_validate.c. */
TEST(timer_of_x86)
{
	static const char *const names[] = { "hpet", "tsc", "kvmclock", "hypervclock" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (timer_of(config, names[i])->present == TRI_YES)
			return true;
	return false;
}

TEST(hyperv_of_x86)
{
	return config->hyperv.known;
}

/* qemuValidateDomainDefFeatures(), likewise. */
TEST(feature_of_x86)
{
	const struct domain_machine *m = &config->machine;

	return m->pvspinlock != TRI_UNKNOWN || m->vmport != TRI_UNKNOWN ||
	       m->apic_eoi != TRI_UNKNOWN;
}

TEST(hpet_refused)
{
	return !config->from_command_line && timer_of(config, "hpet")->present == TRI_YES &&
	       host->libvirt_version >= VERSION(9, 0, 0) &&
	       host->libvirt_version < VERSION(9, 2, 0);
}

TEST(hpet_on_rhel)
{
	return domain_lacks_hpet(&config->machine) && timer_of(config, "hpet")->present == TRI_YES;
}

TEST(hidden_from_linux)
{
	return is_other_guest(config) && config->machine.kvm_hidden == TRI_YES;
}

TEST(linux_without_kvmclock)
{
	return is_other_guest(config) && timer_of(config, "kvmclock")->present == TRI_NO;
}

/* Only libvirt tells what is pinned. */
TEST(dedicated_unpinned)
{
	return config->machine.hint_dedicated == TRI_YES && !config->machine.pinned &&
	       !config->from_command_line;
}

TEST(cpu_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_CPU;
}

TEST(clock_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_CLOCK;
}

TEST(machine_argument)
{
	return config->machine.overrides & DOMAIN_OVERRIDE_MACHINE;
}

TEST(cpu_pm)
{
	return config->machine.cpu_pm == TRI_YES;
}

#define ADD(feature) "the guest does not start: QEMU demands <" feature " state='on'/> too, add it"
#define SINCE(version) "the guest does not start: it takes QEMU " version " or later; leave it out"
#define NO_EFFECT "it has no effect with QEMU; leave it out"

/* clang-format off */
static const struct lint lints[] = {
	{ { "stimer-without-synic", "<stimer> without <synic>", ADD("synic"), LINT_ERROR },
		.on = "stimer", .without = "synic" },
	{ { "stimer-without-hypervclock", "<stimer> without the timer hypervclock",
		"the guest does not start: QEMU demands Hyper-V clocksources too, add <timer name='hypervclock' "
		"present='yes'/> to <clock>", LINT_ERROR }, .on = "stimer", .without = "hypervclock" },
	{ { "stimer-without-vpindex", "<stimer> without <vpindex>", ADD("vpindex"), LINT_ERROR },
		.on = "stimer", .without = "vpindex" },
	{ { "synic-without-vpindex", "<synic> without <vpindex>", ADD("vpindex"), LINT_ERROR },
		.on = "synic", .without = "vpindex" },
	{ { "direct-without-stimer", "<direct> without <stimer state='on'>", ADD("stimer"), LINT_ERROR },
		.on = "stimer.direct", .without = "stimer" },
	{ { "tlbflush-without-vpindex", "<tlbflush> without <vpindex>", ADD("vpindex"), LINT_ERROR },
		.on = "tlbflush", .without = "vpindex" },
	{ { "tlbflush-extended-without-tlbflush", "<extended> without <tlbflush state='on'>",
		ADD("tlbflush"), LINT_ERROR }, .on = "tlbflush.extended", .without = "tlbflush" },
	{ { "tlbflush-direct-without-vapic", "<direct> of <tlbflush> without <vapic>",
		ADD("vapic"), LINT_ERROR }, .on = "tlbflush.direct", .without = "vapic" },
	{ { "ipi-without-vpindex", "<ipi> without <vpindex>", ADD("vpindex"), LINT_ERROR },
		.on = "ipi", .without = "vpindex" },
	{ { "evmcs-without-vapic", "<evmcs> without <vapic>", ADD("vapic"), LINT_ERROR },
		.on = "evmcs", .without = "vapic" },
	{ { "evmcs-on-amd", "<evmcs> on an AMD CPU", "the guest does not start: it is for Intel CPUs only, "
		"leave it out", LINT_ERROR }, .on = "evmcs", .test = on_amd },
	{ { "spinlocks-retries", "<spinlocks> with fewer than 4095 retries",
		"libvirt refuses it; retries='8191' is what is recommended", LINT_ERROR }, .test = few_spinlocks },
	{ { "vendor-id-length", "<vendor_id> of more than 12 characters",
		"libvirt refuses it; leave it out, guests have no need of it", LINT_ERROR },
		.test = long_vendor_id },
	{ { "direct-needs-qemu-4.1", "<direct> of <stimer> on an older QEMU", SINCE("4.1"), LINT_ERROR },
		.on = "stimer.direct", .qemu_since = VERSION(4, 1, 0) },
	{ { "avic-needs-qemu-6.2", "<avic> on an older QEMU", SINCE("6.2"), LINT_ERROR },
		.on = "avic", .qemu_since = VERSION(6, 2, 0) },
	{ { "emsr-bitmap-needs-qemu-7.1", "<emsr_bitmap> on an older QEMU", SINCE("7.1"), LINT_ERROR },
		.on = "emsr_bitmap", .qemu_since = VERSION(7, 1, 0) },
	{ { "xmm-input-needs-qemu-7.1", "<xmm_input> on an older QEMU", SINCE("7.1"), LINT_ERROR },
		.on = "xmm_input", .qemu_since = VERSION(7, 1, 0) },
	{ { "tlbflush-extended-needs-qemu-7.1", "<extended> of <tlbflush> on an older QEMU",
		SINCE("7.1"), LINT_ERROR }, .on = "tlbflush.extended", .qemu_since = VERSION(7, 1, 0) },
	{ { "tlbflush-direct-needs-qemu-7.1", "<direct> of <tlbflush> on an older QEMU",
		SINCE("7.1"), LINT_ERROR }, .on = "tlbflush.direct", .qemu_since = VERSION(7, 1, 0) },
	{ { "passthrough-needs-libvirt-8.0", "<hyperv mode='passthrough'> on an older libvirt",
		"libvirt before 8.0.0 refuses it; name the enlightenments instead", LINT_ERROR },
		.test = old_for_passthrough },
	{ { "host-model-needs-libvirt-11.9", "<hyperv mode='host-model'> on an older libvirt",
		"libvirt before 11.9.0 refuses it; name the enlightenments instead", LINT_ERROR },
		.test = old_for_host_model },
	{ { "hypervclock-without-vpindex", "timer hypervclock without <vpindex>",
		"Windows may refuse the reference TSC page and read an MSR for every look at the clock, which is "
		"an exit each; add <vpindex state='on'/>", LINT_WARNING },
		.on = "hypervclock", .without = "vpindex" },
	{ { "synic-without-stimer", "<synic> without <stimer>",
		"Windows has no synthetic timer and falls back to HPET or RTC as its tick; add <stimer "
		"state='on'/>", LINT_WARNING }, .on = "synic", .without = "stimer" },
	{ { "windows-without-hyperv", "a Windows guest without any enlightenment",
		"it takes emulated clocks and timers, which cost exits all the time; add <hyperv>", LINT_WARNING },
		.test = windows_without_hyperv },
	{ { "passthrough", "Hyper-V mode passthrough",
		"it is meant for debugging: the guest sees whatever this host has and cannot be migrated safely; "
		"name the enlightenments instead", LINT_NOTE }, .test = passthrough },
	{ { "avic-without-hardware", "<avic> where KVM uses neither APICv nor AVIC",
		"it can only cost; leave it out, or switch on enable_apicv of kvm_intel or avic of kvm_amd",
		LINT_WARNING }, .on = "avic", .test = without_apicv },
	{ { "emsr-bitmap-without-evmcs", "<emsr_bitmap> without <evmcs> on an Intel CPU",
		"it has no effect without; add <evmcs state='on'/>, or leave it out", LINT_NOTE },
		.on = "emsr_bitmap", .without = "evmcs", .test = on_intel },
	{ { "tlbflush-direct-without-evmcs", "<direct> of <tlbflush> without <evmcs> on an Intel CPU",
		"it has no effect without; add <evmcs state='on'/>, or leave it out", LINT_NOTE },
		.on = "tlbflush.direct", .without = "evmcs", .test = on_intel },
	{ { "vendor-id-alone", "<vendor_id> without any other enlightenment",
		"it has no effect without; leave it out", LINT_NOTE }, .on = "vendor_id", .test = alone },
	{ { "reenlightenment-without-frequency", "<reenlightenment> without a frequency of the timer tsc",
		"the guest cannot be migrated; leave it out, or set the frequency", LINT_NOTE },
		.on = "reenlightenment", .test = without_tsc_frequency },

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
	{ { "rtc-absent", "timer rtc with present='no'", NO_EFFECT, LINT_NOTE }, .test = rtc_absent, .machines = LINT_ON_ALL },
	{ { "pit-absent", "timer pit with present='no'", NO_EFFECT, LINT_NOTE }, .test = pit_absent, .machines = LINT_ON_ALL },
	{ { "hpet-tickpolicy", "timer hpet with a tickpolicy", NO_EFFECT, LINT_NOTE }, .test = hpet_policy, .machines = LINT_ON_ALL },
	{ { "tsc-mode", "timer tsc with a mode", "it is for Xen and " NO_EFFECT, LINT_NOTE }, .test = tsc_mode, .machines = LINT_ON_ALL },
	{ { "catchup-numbers", "<catchup> with threshold, slew or limit", NO_EFFECT, LINT_NOTE },
		.test = catchup_numbers, .machines = LINT_ON_ALL },
	{ { "msrs-unknown", "<msrs unknown=>", "it is for bhyve; the parameter ignore_msrs of kvm does it for all "
		"guests of this host", LINT_NOTE }, .test = msrs, .machines = LINT_ON_ALL },
};
/* clang-format on */

enum { LINT_COUNT = sizeof lints / sizeof *lints };
static_assert(LINT_COUNT <= LINT_MAX, "callers have room for all items");

static enum tristate state_of(const struct domain_config *config, const char *name)
{
	const struct domain_timer *timer;

	if (strcmp(name, "hypervclock") != 0)
		return domain_hyperv_state(config, name);
	timer = timer_of(config, name);
	if (timer->present != TRI_UNKNOWN)
		return timer->present;
	if (!strcmp(config->hyperv.mode, "passthrough"))
		return TRI_YES;
	/* Whether it brings the clock along depends on libvirt. */
	return strcmp(config->hyperv.mode, "host-model") ? TRI_NO : TRI_UNKNOWN;
}

/* By its name: of what mode passthrough brings along nothing is missing anything. */
static bool is_on(const struct domain_config *config, const char *name)
{
	for (size_t i = 0; i < config->hyperv.count; i++)
		if (!strcmp(config->hyperv.items[i].name, name))
			return config->hyperv.items[i].state == TRI_YES;
	return timer_of(config, name)->present == TRI_YES;
}

static bool applies(
	const struct lint *lint, const struct domain_config *config, const struct lint_host *host)
{
	if (lint->machines != LINT_ON_ALL &&
		domain_is_x86_on(&config->machine, host->arch) != (lint->machines == LINT_ON_X86))
		return false;
	if (lint->on && !is_on(config, lint->on))
		return false;
	if (lint->without && state_of(config, lint->without) != TRI_NO)
		return false;
	if (lint->qemu_since && (!host->qemu_version || host->qemu_version >= lint->qemu_since))
		return false;
	return !lint->test || lint->test(config, host);
}

size_t lint_config(const struct domain_config *config, const struct lint_host *host,
	const struct lint_item **items)
{
	size_t count = 0;

	if (!config->parsed)
		return 0;
	for (int severity = LINT_ERROR; severity >= LINT_NOTE; severity--)
		for (size_t i = 0; i < LINT_COUNT; i++)
			if ((int)lints[i].item.severity == severity &&
				applies(&lints[i], config, host))
				items[count++] = &lints[i].item;
	return count;
}

const struct lint_item *lint_item(size_t number)
{
	return number < LINT_COUNT ? &lints[number].item : NULL;
}
