#include "model/lint.h"
#include "sample/domain_guest.h"

#include <stdlib.h>
#include <string.h>

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

static bool is_vendor(const struct sample_platform *host, const char *vendor)
{
	return !strcmp(host->kvm_vendor, vendor);
}

LINT_TEST(on_amd)
{
	return is_vendor(host, "amd");
}

LINT_TEST(on_intel)
{
	return is_vendor(host, "intel");
}

LINT_TEST(without_apicv)
{
	return host->apicv == 0;
}

LINT_TEST(few_spinlocks)
{
	const char *retries = value_of(config, "spinlocks");

	return retries[0] && strtoull(retries, NULL, 10) < SPINLOCKS_MIN;
}

LINT_TEST(long_vendor_id)
{
	return strlen(value_of(config, "vendor_id")) > VENDOR_ID_MAX;
}

LINT_TEST(alone)
{
	return !domain_has_enlightenments(config, "vendor_id");
}

LINT_TEST(without_tsc_frequency)
{
	return !lint_timer(config, "tsc")->frequency_hz;
}

LINT_TEST(passthrough)
{
	return !strcmp(config->hyperv.mode, "passthrough");
}

LINT_TEST(old_for_passthrough)
{
	return passthrough(config, host) && !config->from_command_line && host->libvirt_version &&
	       host->libvirt_version < LINT_VERSION(8, 0, 0);
}

LINT_TEST(old_for_host_model)
{
	return !strcmp(config->hyperv.mode, "host-model") && host->libvirt_version &&
	       host->libvirt_version < LINT_VERSION(11, 9, 0);
}

LINT_TEST(windows_without_hyperv)
{
	return domain_is_windows(config) && domain_os_knows_hyperv(config->machine.os_id) &&
	       !domain_has_enlightenments(config, "");
}

#define ADD(feature) "the guest does not start: QEMU demands <" feature " state='on'/> too, add it"
#define SINCE(version) "the guest does not start: it takes QEMU " version " or later; leave it out"

/* clang-format off */
const struct lint lint_hyperv[] = {
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
		.on = "stimer.direct", .qemu_since = LINT_VERSION(4, 1, 0) },
	{ { "avic-needs-qemu-6.2", "<avic> on an older QEMU", SINCE("6.2"), LINT_ERROR },
		.on = "avic", .qemu_since = LINT_VERSION(6, 2, 0) },
	{ { "emsr-bitmap-needs-qemu-7.1", "<emsr_bitmap> on an older QEMU", SINCE("7.1"), LINT_ERROR },
		.on = "emsr_bitmap", .qemu_since = LINT_VERSION(7, 1, 0) },
	{ { "xmm-input-needs-qemu-7.1", "<xmm_input> on an older QEMU", SINCE("7.1"), LINT_ERROR },
		.on = "xmm_input", .qemu_since = LINT_VERSION(7, 1, 0) },
	{ { "tlbflush-extended-needs-qemu-7.1", "<extended> of <tlbflush> on an older QEMU",
		SINCE("7.1"), LINT_ERROR }, .on = "tlbflush.extended", .qemu_since = LINT_VERSION(7, 1, 0) },
	{ { "tlbflush-direct-needs-qemu-7.1", "<direct> of <tlbflush> on an older QEMU",
		SINCE("7.1"), LINT_ERROR }, .on = "tlbflush.direct", .qemu_since = LINT_VERSION(7, 1, 0) },
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
};
/* clang-format on */

const size_t lint_hyperv_count = sizeof lint_hyperv / sizeof *lint_hyperv;
