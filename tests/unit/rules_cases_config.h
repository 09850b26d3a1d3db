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
	world_hyperv(w, "vpindex", TRI_YES); /* somebody has thought about it */
	world_settle(w);
}

static void r32_over_nova(struct world *w)
{
	old_manager(w);
	world_hyperv(w, "vpindex", TRI_YES);
	w->config.stack = DOMAIN_STACK_NOVA;
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

/* clang-format off */
static const struct rule_cases config_cases[] = {
	{ "R05", { r05_over }, { r05_under }, { r05_contra_model } },
	{ "R32", { r32_over, r32_over_nova }, { r32_under }, { r32_contra_stimer, r32_contra_linux } },
};
/* clang-format on */

#endif
