/* rules_world: evidence of a quiet VM, for tests of rules to make it less so. Needs cmocka.h before it. */
#ifndef TESTS_RULES_WORLD_H
#define TESTS_RULES_WORLD_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advice/findings.h"

enum { WORLD_TIMERS = 6, WORLD_HYPERV = 13 };

struct world {
	struct evidence e;
	struct vm vm;
	struct thread thread;
	struct domain_config config;
	struct domain_timer timers[WORLD_TIMERS];
	struct domain_enlightenment hyperv[WORLD_HYPERV];
	struct sample_platform platform;
	struct domain domain; /* of the VM, once a case sets vm.domain */
	struct domain_enlightenment next_hyperv[WORLD_HYPERV];
};

static inline struct domain_timer *world_timer(struct world *w, const char *name)
{
	for (size_t i = 0; i < WORLD_TIMERS; i++)
		if (!strcmp(w->timers[i].name, name))
			return &w->timers[i];
	fail_msg("no timer %s", name);
	return NULL;
}

static inline void world_hyperv(struct world *w, const char *name, enum tristate state)
{
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		if (!strcmp(w->hyperv[i].name, name)) {
			w->hyperv[i].state = state;
			return;
		}
	fail_msg("no enlightenment %s", name);
}

static inline void world_no_hyperv(struct world *w)
{
	for (size_t i = 0; i < WORLD_HYPERV; i++)
		w->hyperv[i].state = TRI_NO;
}

/* What evidence_collect() takes from the configuration. Call it after a change of that. */
static inline void world_settle(struct world *w)
{
	struct evidence *e = &w->e;

	e->is_x86 = domain_is_x86(&w->config.machine);
	e->hpet = world_timer(w, "hpet")->present;
	e->has_hpet = e->hpet == TRI_UNKNOWN ? TRI_YES : e->hpet;
	e->hypervclock = world_timer(w, "hypervclock")->present;
	e->stimer = domain_hyperv_state(&w->config, "stimer");
	e->vpindex = domain_hyperv_state(&w->config, "vpindex");
	e->guest = GUEST_UNKNOWN;
	e->guest_why = NULL;
	evidence_guess_guest(e);
}

static inline void world_zero_rates(struct exit_rate *rates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rates[i] = (struct exit_rate){ 0, 0, 0, 0 };
}

static inline void world_configure(struct world *w)
{
	static const char *const names[WORLD_HYPERV] = { "relaxed", "vapic", "spinlocks", "vpindex",
		"runtime", "synic", "stimer", "stimer.direct", "frequencies", "tlbflush", "ipi",
		"evmcs", "avic" };

	w->timers[0] = (struct domain_timer){ .name = "rtc", .tickpolicy = "catchup" };
	w->timers[1] = (struct domain_timer){ .name = "pit", .tickpolicy = "delay" };
	w->timers[2] = (struct domain_timer){ .name = "hpet", .present = TRI_NO };
	w->timers[3] = (struct domain_timer){ .name = "hypervclock", .present = TRI_YES };
	w->timers[4] = (struct domain_timer){ .name = "kvmclock", .present = TRI_YES };
	w->timers[5] = (struct domain_timer){ .name = "tsc" };
	for (size_t i = 0; i < WORLD_HYPERV; i++) {
		snprintf(w->hyperv[i].name, sizeof w->hyperv[i].name, "%s", names[i]);
		w->hyperv[i].state = TRI_YES;
	}
	world_hyperv(w, "evmcs", TRI_NO);
	world_hyperv(w, "avic", TRI_NO);
	w->config = (struct domain_config){
		.stack = DOMAIN_STACK_LIBVIRT,
		.parsed = true,
		.clock = { .known = true,
			.offset = "localtime",
			.timers = w->timers,
			.timer_count = WORLD_TIMERS },
		.hyperv = { .known = true,
			.mode = "custom",
			.items = w->hyperv,
			.count = WORLD_HYPERV },
		.machine = { .type = "kvm",
			.arch = "x86_64",
			.machine = "pc-q35-7.2",
			.os_id = "http://microsoft.com/win/10" },
	};
}

/* A Windows with all its enlightenments that has nothing to do, on a host as it should be. */
static inline void world_init(struct world *w)
{
	struct evidence *e = &w->e;

	memset(w, 0, sizeof *w);
	evidence_init(e);
	world_configure(w);
	w->platform = (struct sample_platform){ .clocksource = "tsc",
		.kvm_vendor = "intel",
		.halt_poll_ns = 200000,
		.report_ignored_msrs = 1,
		.apicv = 1,
		.nested = 1,
		.nx_huge_pages = "Y",
		.libvirt_version = 10000000 };
	w->vm.id = (struct vm_id){ .pid = 100, .start_ticks = 7 };
	w->vm.vcpus = 4;
	w->vm.threads = &w->thread;
	w->vm.thread_count = 1;
	e->vm = &w->vm;
	e->config = &w->config;
	e->config_known = true;
	e->platform = &w->platform;
	e->age_s = 3600;
	e->vcpus = 4;
	e->cpu[THREAD_VCPU] = (struct cpu_shares){ 6, 4, 0, 2, 0 };
	e->cpu[THREAD_EMULATOR] = (struct cpu_shares){ 0.5, 0, 0.3, 0.2, 0 };
	e->vcpu_system_pct = 33;
	e->traced = e->details = true;
	e->seconds = 5;
	world_zero_rates(e->groups, EXIT_GROUP__COUNT);
	world_zero_rates(e->devices, DEVICE_GROUP__COUNT);
	e->exits = (struct exit_rate){ 300, 100, 100, 20 };
	e->groups[EXIT_GROUP_HALT].per_s = 200;
	e->halt_mean_us = 5000;
	e->rtc_line_per_s = e->timer_line_per_s = e->pit_line_per_s = 0;
	memset(&e->counters, 0, sizeof e->counters);
	e->counters.main_wakes_per_s = 10;
	e->host_idle_pct = 20;
	e->ksmd_pct = 0;
	e->overcommit = 0.5;
	world_settle(w);
}

/* The same as a Linux. */
static inline void world_linux(struct world *w)
{
	world_no_hyperv(w);
	snprintf(w->config.machine.os_id, sizeof w->config.machine.os_id,
		"http://debian.org/debian/12");
	snprintf(w->config.clock.offset, sizeof w->config.clock.offset, "utc");
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_settle(w);
}

/* Without tracing only KVM's counters are there. */
static inline void world_untraced(struct world *w)
{
	const struct exit_rate none = { NAN, NAN, NAN, NAN };
	struct evidence *e = &w->e;

	e->traced = e->details = false;
	e->seconds = NAN;
	for (int i = 0; i < EXIT_GROUP__COUNT; i++)
		e->groups[i] = (struct exit_rate){ e->groups[i].per_s, NAN, NAN, NAN };
	for (int i = 0; i < DEVICE_GROUP__COUNT; i++)
		e->devices[i] = none;
	e->groups[EXIT_GROUP_MSR] = e->groups[EXIT_GROUP_PAUSE] = none;
	e->rtc_line_per_s = e->timer_line_per_s = e->pit_line_per_s = e->halt_mean_us = NAN;
}

/* What all rules find, the caller's to release. */
static inline struct findings world_judge(const struct world *w)
{
	struct findings f = { 0 };

	advice_judge(&w->e, &f);
	return f;
}

/* The finding of that rule, or NULL. */
static inline const struct finding *world_finding(const struct findings *f, const char *id)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].rule->id, id))
			return &f->items[i];
	return NULL;
}

static inline bool world_found(const struct world *w, const char *id)
{
	struct findings f = world_judge(w);
	const bool found = world_finding(&f, id) != NULL;

	findings_fini(&f);
	return found;
}

static inline bool finding_offers(const struct finding *f, enum remedy_id id)
{
	for (size_t i = 0; i < f->remedy_count; i++)
		if (f->remedies[i] == id)
			return true;
	return false;
}

static inline bool finding_shows(const struct finding *f, const char *text)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strstr(f->evidence[i], text))
			return true;
	return false;
}

#endif
