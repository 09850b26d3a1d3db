/* rules_cases_config: worlds that rules of configurations have to know, or to leave alone. */
#ifndef TESTS_RULES_CASES_CONFIG_H
#define TESTS_RULES_CASES_CONFIG_H

#include "rules_cases.h"

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
	w->platform.libvirt_version = 11009000;
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
	world_hyperv(w, "vpindex", TRI_YES);
	world_hyperv(w, "synic", TRI_YES);
	world_hyperv(w, "stimer", TRI_YES);
	world_settle(w);
}

/* Whatever else is on. */
static void r32_over_more(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "frequencies", TRI_YES);
	world_settle(w);
}

static void r32_over_nova(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "vpindex", TRI_YES);
	w->config.stack = DOMAIN_STACK_NOVA;
	world_settle(w);
}

/* unRAID before 7.0, TrueNAS before 22.12. */
static void r32_over_unraid(struct world *w)
{
	old_manager(w);
	w->config.stack = DOMAIN_STACK_UNRAID;
	world_settle(w);
}

static void r32_over_truenas(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "vpindex", TRI_YES);
	world_hyperv(w, "synic", TRI_YES);
	w->config.stack = DOMAIN_STACK_TRUENAS;
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

/* -- R33: the definition of the next start --------------------------------------------------------------------- */

/* What runs is what the world has; the definition has the same and frequencies besides, or what is changed in it. */
static struct domain *next_start(struct world *w)
{
	struct domain *d = &w->domain;

	world_hyperv(w, "frequencies", TRI_NO);
	world_settle(w);
	d->live = d->inactive = w->config;
	memcpy(w->next_hyperv, w->hyperv, sizeof w->hyperv);
	d->inactive.hyperv.items = w->next_hyperv;
	d->caps = (struct domain_caps){ .known = true, .hyperv_known = true };
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		if (w->hyperv[i].state == TRI_YES && !strchr(w->hyperv[i].name, '.'))
			strcpy(d->caps.hyperv[d->caps.hyperv_count++], w->hyperv[i].name);
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		if (!strcmp(w->next_hyperv[i].name, "frequencies"))
			w->next_hyperv[i].state = TRI_YES;
	w->vm.domain = d;
	return d;
}

static void r33_over(struct world *w)
{
	next_start(w);
}

static void r33_over_off(struct world *w)
{
	next_start(w)->live = (struct domain_config){ 0 };
}

static void r33_over_cpu(struct world *w)
{
	struct domain *d = next_start(w);

	strcpy(d->caps.hyperv[d->caps.hyperv_count++], "frequencies");
	d->caps.host_passthrough = TRI_NO;
	strcpy(d->inactive.machine.cpu_mode, "host-passthrough");
}

static void r33_over_invtsc(struct world *w)
{
	struct domain *d = next_start(w);

	strcpy(d->caps.hyperv[d->caps.hyperv_count++], "frequencies");
	d->caps.invtsc = TRI_NO;
	d->live.machine.invtsc = TRI_UNKNOWN;
	d->inactive.machine.invtsc = TRI_YES;
}

static void r33_over_machine(struct world *w)
{
	struct domain *d = next_start(w);

	d->caps = (struct domain_caps){ .never = DOMAIN_CAPS_REFUSED, .why = "no such machine" };
	strcpy(d->inactive.machine.machine, "pc-q35-99.0");
}

/* QEMU refuses synic without vpindex. */
static void r33_over_lint(struct world *w)
{
	struct domain *d = next_start(w);

	strcpy(d->caps.hyperv[d->caps.hyperv_count++], "frequencies");
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		if (!strcmp(w->next_hyperv[i].name, "vpindex"))
			w->next_hyperv[i].state = TRI_NO;
}

static void r33_under(struct world *w)
{
	struct domain *d = next_start(w);

	strcpy(d->caps.hyperv[d->caps.hyperv_count++], "frequencies");
}

/* libvirt does not say whether the host has it. */
static void r33_contra_invtsc(struct world *w)
{
	r33_over_invtsc(w);
	w->domain.caps.invtsc = TRI_UNKNOWN;
}

static void r33_contra_not_asked(struct world *w)
{
	next_start(w)->caps = (struct domain_caps){ 0 };
}

static void r33_contra_old_libvirt(struct world *w)
{
	next_start(w)->caps = (struct domain_caps){ .known = true, .libvirt_version = 8000000 };
}

/* It was started with it, whatever libvirt lists. */
static void r33_contra_runs(struct world *w)
{
	struct domain *d = next_start(w);

	d->live = d->inactive;
}

/* QEMU's own emulation takes all of them. */
static void r33_contra_emulated(struct world *w)
{
	struct domain *d = next_start(w);

	strcpy(d->inactive.machine.type, "qemu");
}

static void r33_contra_host_model(struct world *w)
{
	strcpy(next_start(w)->inactive.hyperv.mode, "host-model");
}

/* clang-format off */
static const struct rule_cases config_cases[] = {
	{ "R05", { r05_over }, { r05_under }, { r05_contra_model } },
	{ "R33", { r33_over, r33_over_off, r33_over_cpu, r33_over_invtsc, r33_over_machine, r33_over_lint }, { r33_under },
		{ r33_contra_not_asked, r33_contra_old_libvirt, r33_contra_runs, r33_contra_emulated,
			r33_contra_host_model, r33_contra_invtsc } },
	{ "R32", { r32_over, r32_over_nova, r32_over_more, r32_over_unraid, r32_over_truenas }, { r32_under }, { r32_contra_stimer, r32_contra_linux } },
};
/* clang-format on */

#endif
