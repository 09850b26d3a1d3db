#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_tests.h"
#include "domain/lint.h"

/* -- R05: what is wrong whether it can be measured or not ------------------------------------------------ */

/* What helps where an edit of kvmtop's does; elsewhere the remark says it. */
static const struct {
	const char *lint;
	enum remedy_id remedy;
} cures[] = {
	{ "stimer-without-synic", REMEDY_HYPERV_TIMERS },
	{ "stimer-without-hypervclock", REMEDY_HYPERV_TIMERS },
	{ "stimer-without-vpindex", REMEDY_HYPERV_TIMERS },
	{ "synic-without-vpindex", REMEDY_HYPERV_TIMERS },
	{ "synic-without-stimer", REMEDY_HYPERV_TIMERS },
	{ "direct-without-stimer", REMEDY_HYPERV_TIMERS },
	{ "hpet-refused", REMEDY_HYPERV_TIMERS },
	{ "hpet-on-rhel", REMEDY_HYPERV_TIMERS },
	{ "hypervclock-without-vpindex", REMEDY_HYPERV_VPINDEX },
	{ "tlbflush-without-vpindex", REMEDY_HYPERV_VPINDEX },
	{ "ipi-without-vpindex", REMEDY_HYPERV_VPINDEX },
	{ "windows-without-hyperv", REMEDY_HYPERV_FULL },
	{ "passthrough", REMEDY_HYPERV_FULL },
	{ "evmcs-without-vapic", REMEDY_HYPERV_FULL },
	{ "tlbflush-direct-without-vapic", REMEDY_HYPERV_FULL },
	{ "spinlocks-retries", REMEDY_HYPERV_SPINLOCKS },
	{ "tlbflush-extended-without-tlbflush", REMEDY_HYPERV_SPINLOCKS },
};

/* What is told where it shows in figures (R09, R22, R26), and what says only that part of the
 * configuration stands elsewhere. */
static bool is_of_another_rule(const char *lint)
{
	static const char *const others[] = { "cpu-pm", "hidden-from-linux",
		"linux-without-kvmclock", "cpu-argument", "clock-argument", "machine-argument" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(lint, others[i]))
			return true;
	return false;
}

static void add_cure(struct finding *f, const char *lint)
{
	for (size_t i = 0; i < sizeof cures / sizeof *cures; i++) {
		if (strcmp(lint, cures[i].lint) != 0)
			continue;
		finding_drop(f, cures[i].remedy); /* the last one to want it decides its place */
		finding_offer(f, cures[i].remedy);
	}
}

bool rule_config_lint(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct lint_item *items[LINT_MAX];
	const struct lint_host host = evidence_lint_host(e);
	const size_t all = lint_config(e->config, &host, items);
	size_t count = 0;
	bool serious = false;

	f->remedy_count = 0;
	for (size_t i = 0; i < all; i++) {
		if (is_of_another_rule(items[i]->id))
			continue;
		serious |= items[i]->severity != LINT_NOTE;
		count++;
		finding_add(f, arena, "%s: %s", items[i]->what, items[i]->why);
		add_cure(f, items[i]->id);
	}
	finding_lead(f, REMEDY_HYPERV_FULL); /* it has all of the others */
	/* What has no effect, or is to be known before a migration, is no reason to raise anything. */
	if (!serious)
		return false;
	/* Of one that is shut off the definition is all there is. */
	if (e->vm && e->vm->off)
		f->caveat = NULL;
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

static bool is_on(const struct domain_config *config, const char *enlightenment)
{
	return domain_hyperv_state(config, enlightenment) == TRI_YES;
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

/* In the modes passthrough and host-model QEMU or libvirt chooses them. */
static bool has_no_hyperv(const struct domain_config *config)
{
	return !domain_has_enlightenments(config, "") && domain_hypervclock(config) != TRI_YES;
}

/* Somebody has chosen them. */
static bool has_some_hyperv(const struct domain_config *config)
{
	return !has_no_hyperv(config);
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
		"has no way to set stimer (newer ones set synic), and turns the HPET off unless the "
		"instance's image property hw_time_hpet is true" },
	{ DOMAIN_STACK_KUBEVIRT, is_any, "KubeVirt",
		"takes Hyper-V features from the VM's own specification: use a windows.* preference, or set "
		"vpindex, synic and synictimer (direct) under features.hyperv" },
	{ DOMAIN_STACK_CLOUDSTACK, is_any, "CloudStack",
		"gives Hyper-V features only to OS types with Windows PV in their name, and stimer to none "
		"(as of 4.22)" },
	{ DOMAIN_STACK_OVIRT, is_any, "oVirt",
		"sets stimer from cluster compatibility level 4.3 on, and all that belongs to it from 4.4 on: "
		"raise the cluster's level" },
	{ DOMAIN_STACK_OPENNEBULA, is_any, "OpenNebula",
		"sets synic and stimer only where the template asks for them: HYPERV in FEATURES (6.8 and "
		"later), RAW data of type kvm, or T_HV_SYNIC and T_HV_STIMER of the StorPool add-on" },
	{ DOMAIN_STACK_TRUENAS, has_no_hyperv, "TrueNAS",
		"gives Hyper-V features only where Hyper-V Enlightenments are on in the VM's settings" },
	{ DOMAIN_STACK_TRUENAS, has_some_hyperv, "TrueNAS before 22.12",
		"set synic without stimer" },
	{ DOMAIN_STACK_UNRAID, is_any, "unRAID",
		"sets stimer only from 7.0 on, and only where Hyper-V and the timer hypervclock are on" },
	{ DOMAIN_STACK_GANETI, has_no_hyperv, "Ganeti",
		"gives Hyper-V features only where cpu_type names them" },
	{ DOMAIN_STACK_LIBVIRT, is_old_virt_manager, "virt-manager or virt-install before 5.0",
		"gave Windows guests relaxed, vapic and spinlocks only" },
	{ DOMAIN_STACK_LIBVIRT, has_some_hyperv, "a guide or tool that picks Hyper-V features one by one",
		"leaves out synthetic timers" },
};
/* clang-format on */

/* A guest that may be Windows and cannot have synthetic timers. */
bool rule_stack_default(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!e->is_x86 || e->stimer != TRI_NO ||
		(e->guest != GUEST_WINDOWS && !rules_see_rtc_tick(e)))
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
		finding_fit_hpet(f, e);
		if (e->has_hpet == TRI_YES)
			finding_drop(f, REMEDY_HPET_ON);
		return true;
	}
	return false;
}
