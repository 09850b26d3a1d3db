#include <stdio.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_tests.h"

/* -- R05: what is wrong whether it can be measured or not ------------------------------------------------ */

static bool is_on(const struct domain_config *config, const char *enlightenment)
{
	return domain_hyperv_state(config, enlightenment) == TRI_YES;
}

/* One by one: in the modes passthrough and host-model QEMU or libvirt sees to what belongs together. */
static bool is_by_hand(const struct domain_config *config)
{
	const char *mode = config->hyperv.mode;

	return !*mode || !strcmp(mode, "custom");
}

static bool lacks(const struct domain_config *config, const char *has, const char *needs)
{
	return is_by_hand(config) && is_on(config, has) && !is_on(config, needs);
}

static bool has_hyperv(const struct domain_config *config)
{
	for (size_t i = 0; i < config->hyperv.count; i++)
		if (config->hyperv.items[i].state == TRI_YES)
			return true;
	return !is_by_hand(config);
}

static const struct domain_timer *timer(const struct evidence *e, const char *name)
{
	return domain_clock_timer(&e->config->clock, name);
}

static bool is_absent(const struct evidence *e, const char *name)
{
	return timer(e, name) && timer(e, name)->present == TRI_NO;
}

static bool is_windows_by_id(const struct evidence *e)
{
	return strstr(e->config->machine.os_id, "//microsoft.com/win");
}

static bool no_hyperv(const struct evidence *e)
{
	return is_windows_by_id(e) && !has_hyperv(e->config);
}

static bool clock_without_vpindex(const struct evidence *e)
{
	return e->hypervclock == TRI_YES && e->vpindex == TRI_NO;
}

static bool synic_without_stimer(const struct evidence *e)
{
	return lacks(e->config, "synic", "stimer");
}

static bool stimer_without_clock(const struct evidence *e)
{
	return is_by_hand(e->config) && e->stimer == TRI_YES && e->hypervclock == TRI_NO;
}

static bool stimer_without_synic(const struct evidence *e)
{
	return lacks(e->config, "stimer", "synic");
}

static bool needs_vpindex(const struct evidence *e)
{
	return lacks(e->config, "synic", "vpindex") || lacks(e->config, "stimer", "vpindex") ||
	       lacks(e->config, "tlbflush", "vpindex") || lacks(e->config, "ipi", "vpindex");
}

static bool direct_without_stimer(const struct evidence *e)
{
	return lacks(e->config, "stimer.direct", "stimer");
}

static bool evmcs_on_amd(const struct evidence *e)
{
	return is_on(e->config, "evmcs") && is_by_hand(e->config) &&
	       !strcmp(e->platform->kvm_vendor, "amd");
}

static bool evmcs_without_vapic(const struct evidence *e)
{
	return lacks(e->config, "evmcs", "vapic");
}

static bool is_passthrough(const struct evidence *e)
{
	return !strcmp(e->config->hyperv.mode, "passthrough");
}

static bool windows_in_utc(const struct evidence *e)
{
	return is_windows_by_id(e) && !strcmp(e->config->clock.offset, "utc");
}

static bool rtc_absent(const struct evidence *e)
{
	return is_absent(e, "rtc");
}

static bool pit_absent(const struct evidence *e)
{
	return is_absent(e, "pit");
}

static bool hpet_policy(const struct evidence *e)
{
	return timer(e, "hpet") && timer(e, "hpet")->tickpolicy[0];
}

static bool tsc_mode(const struct evidence *e)
{
	return timer(e, "tsc") && timer(e, "tsc")->mode[0];
}

/* 9.0.0 and 9.1.0; 9.2.0 takes it again. */
static bool hpet_rejected(const struct evidence *e)
{
	return e->hpet == TRI_YES && e->platform->libvirt_version >= 9000000 &&
	       e->platform->libvirt_version < 9002000;
}

static bool spinlocks_too_few(const struct evidence *e)
{
	const struct domain_hyperv *hyperv = &e->config->hyperv;
	unsigned retries;

	for (size_t i = 0; i < hyperv->count; i++)
		if (!strcmp(hyperv->items[i].name, "spinlocks") &&
			sscanf(hyperv->items[i].value, "%9u", &retries) == 1 && retries < 4095)
			return true;
	return false;
}

/* clang-format off */
static const struct {
	bool (*is_so)(const struct evidence *e);
	const char *what;
	enum remedy_id remedy; /* REMEDY_NONE: take out what is said */
} lints[] = {
	{ no_hyperv, "a Windows guest without any Hyper-V feature", REMEDY_HYPERV_FULL },
	{ clock_without_vpindex, "hypervclock without vpindex: Windows may refuse the clock's page", REMEDY_HYPERV_VPINDEX },
	{ synic_without_stimer, "synic without stimer: Windows takes the RTC or the HPET as its tick", REMEDY_HYPERV_TIMERS },
	{ stimer_without_clock, "stimer without hypervclock: QEMU refuses to start", REMEDY_HYPERV_TIMERS },
	{ stimer_without_synic, "stimer without synic: QEMU refuses to start", REMEDY_HYPERV_TIMERS },
	{ needs_vpindex, "synic, stimer, tlbflush or ipi without vpindex: QEMU refuses to start", REMEDY_HYPERV_TIMERS },
	{ direct_without_stimer, "direct timers without stimer: QEMU refuses to start", REMEDY_HYPERV_TIMERS },
	{ evmcs_on_amd, "evmcs on an AMD processor: QEMU refuses to start", REMEDY_NONE },
	{ evmcs_without_vapic, "evmcs without vapic: QEMU refuses to start", REMEDY_HYPERV_FULL },
	{ is_passthrough, "hyperv mode='passthrough' is for debugging: it ties the guest to this host", REMEDY_HYPERV_FULL },
	{ spinlocks_too_few, "spinlocks retries below 4095: libvirt refuses them", REMEDY_HYPERV_SPINLOCKS },
	{ windows_in_utc, "clock offset='utc': Windows takes the RTC as local time (unless RealTimeIsUniversal is set)", REMEDY_NONE },
	{ rtc_absent, "rtc present='no' does nothing: QEMU always has one", REMEDY_NONE },
	{ pit_absent, "pit present='no' does nothing: libvirt does not tell QEMU", REMEDY_NONE },
	{ hpet_policy, "hpet tickpolicy does nothing: QEMU has none", REMEDY_NONE },
	{ tsc_mode, "tsc mode does nothing: it is Xen's", REMEDY_NONE },
	{ hpet_rejected, "hpet present='yes': libvirt 9.0 and 9.1 reject it at the next definition", REMEDY_HYPERV_TIMERS },
};
/* clang-format on */

bool rule_config_lint(const struct evidence *e, struct finding *f, struct arena *arena)
{
	size_t count = 0;

	f->remedy_count = 0;
	for (size_t i = 0; i < sizeof lints / sizeof *lints; i++) {
		if (!lints[i].is_so(e))
			continue;
		count++;
		finding_add(f, arena, "%s", lints[i].what);
		finding_drop(f, lints[i].remedy); /* none twice */
		if (lints[i].remedy && f->remedy_count < FINDING_REMEDY_MAX)
			f->remedies[f->remedy_count++] = lints[i].remedy;
	}
	if (!count)
		return false;
	f->summary = count == 1 ? "configuration: 1 remark"
				: arena_printf(arena, "configuration: %zu remarks", count);
	f->diagnosis = "Parts of this VM's configuration do not fit together, or do nothing. What "
		       "they cost need not show now.";
	return true;
}

/* -- R32: what a management stack leaves out --------------------------------------------------------------- */

static bool is_any(const struct domain_config *config)
{
	(void)config;
	return true;
}

/* What virt-manager and virt-install gave to Windows before 5.0 (November 2024). */
static bool is_old_virt_manager(const struct domain_config *config)
{
	size_t on = 0;

	for (size_t i = 0; i < config->hyperv.count; i++)
		on += config->hyperv.items[i].state == TRI_YES;
	return on == 3 && is_on(config, "relaxed") && is_on(config, "vapic") &&
	       is_on(config, "spinlocks");
}

static bool has_no_hyperv(const struct domain_config *config)
{
	return !has_hyperv(config);
}

/* clang-format off */
static const struct {
	enum domain_stack stack;
	bool (*looks_so)(const struct domain_config *config);
	const char *name, *what;
} stacks[] = {
	{ DOMAIN_STACK_PROXMOX, has_no_hyperv, "Proxmox VE",
		"gives Hyper-V features to guests whose OS type is Windows only: "
		"qm set ID --ostype win11 (or win10), then stop it and start it" },
	{ DOMAIN_STACK_NOVA, is_any, "OpenStack Nova",
		"sets synic for Windows, but has no way to set stimer, and turns the HPET off: "
		"openstack image set --property hw_time_hpet=true IMAGE, then rebuild or resize" },
	{ DOMAIN_STACK_KUBEVIRT, is_any, "KubeVirt",
		"takes Hyper-V features from the VM's own specification: use a windows.* preference, or set "
		"vpindex, synic and synictimer (direct) under features.hyperv" },
	{ DOMAIN_STACK_CLOUDSTACK, is_any, "CloudStack",
		"gives Hyper-V features only where the template's OS type is Windows PV" },
	{ DOMAIN_STACK_OVIRT, is_any, "oVirt",
		"sets stimer from cluster compatibility level 4.3 on, and all that belongs to it from 4.4 on: "
		"raise the cluster's level" },
	{ DOMAIN_STACK_OPENNEBULA, is_any, "OpenNebula",
		"sets synic and stimer only where the template asks for them: RAW data of type kvm, or "
		"T_HV_SYNIC and T_HV_STIMER of the StorPool add-on" },
	{ DOMAIN_STACK_LIBVIRT, is_old_virt_manager, "virt-manager or virt-install before 5.0",
		"gave Windows guests relaxed, vapic and spinlocks only" },
};
/* clang-format on */

/* A guest that may be Windows and cannot have synthetic timers. */
bool rule_stack_default(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (e->stimer != TRI_NO || (e->guest != GUEST_WINDOWS && !rules_see_rtc_tick(e)))
		return false;
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		if (stacks[i].stack != e->config->stack || !stacks[i].looks_so(e->config))
			continue;
		f->summary = "its stack leaves out synthetic timers";
		f->diagnosis = arena_printf(arena,
			"This VM's configuration is one that %s makes, which %s.", stacks[i].name,
			stacks[i].what);
		finding_add(f, arena, "%s %s", stacks[i].name, stacks[i].what);
		if (e->config->stack_id[0])
			finding_add(f, arena, "its ID is %s", e->config->stack_id);
		if (stacks[i].stack == DOMAIN_STACK_NOVA)
			finding_lead(f, REMEDY_HPET_ON);
		return true;
	}
	return false;
}
