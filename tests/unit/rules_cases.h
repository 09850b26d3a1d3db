/* rules_cases: what the cases of all rules share. */
#ifndef TESTS_RULES_CASES_H
#define TESTS_RULES_CASES_H

#include "rules_world.h"

#define DEVICE(w, group) ((w)->e.devices[DEVICE_##group].per_s)
#define GROUP(w, group) ((w)->e.groups[EXIT_GROUP_##group].per_s)

/* What a management stack of before gave to Windows. */
static inline void old_windows(struct world *w)
{
	world_no_hyperv(w);
	world_hyperv(w, "relaxed", TRI_YES);
	world_timer(w, "hypervclock")->present = TRI_NO;
	w->config.stack = DOMAIN_STACK_UNKNOWN;
	world_settle(w);
}

static inline void unknown_guest(struct world *w)
{
	world_no_hyperv(w);
	w->config.machine.os_id[0] = '\0';
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_settle(w);
}

static inline void main_thread(struct world *w, double cpu_pct, double wakes_per_s)
{
	w->e.cpu[THREAD_EMULATOR].cpu_pct = cpu_pct;
	w->e.counters.main_wakes_per_s = wakes_per_s;
}

#define CASES_MAX 12

/* Changes of a quiet VM. */
struct rule_cases {
	const char *id;
	void (*over[CASES_MAX])(struct world *w);  /* raise it, and nothing else */
	void (*under[CASES_MAX])(struct world *w); /* raise nothing at all */
	void (*contra[CASES_MAX])(
		struct world *w); /* do not raise it, though its figures are there */
};

#endif
