/* rules_cases_host: worlds that rules of CPUs and memory have to know, or to leave alone. */
#ifndef TESTS_RULES_CASES_HOST_H
#define TESTS_RULES_CASES_HOST_H

#include "rules_cases.h"

/* -- R27, R08-R11: CPUs ------------------------------------------------------------------------------------ */

static void emulated(struct world *w)
{
	world_untraced(w);
	snprintf(w->config.machine.type, sizeof w->config.machine.type, "qemu");
	w->e.exits.per_s = NAN;
}

static void r27_over(struct world *w)
{
	emulated(w);
	main_thread(w, 90, 1); /* of which nothing else is said */
}

static void r27_under(struct world *w)
{
	w->e.exits.per_s = 0;
}

static void r27_contra_exits(struct world *w)
{
	emulated(w);
	w->e.exits.per_s = 0.1;
}

static void r27_contra_arch(struct world *w)
{
	emulated(w);
	snprintf(w->config.machine.arch, sizeof w->config.machine.arch, "aarch64");
}

/* The host's own processor, and another. */
static void r27_over_arm(struct world *w)
{
	r27_contra_arch(w);
	snprintf(w->platform.arch, sizeof w->platform.arch, "aarch64");
	w->platform.kvm_vendor[0] = '\0';
}

static void r27_contra_x86_on_arm(struct world *w)
{
	emulated(w);
	snprintf(w->platform.arch, sizeof w->platform.arch, "aarch64");
	w->platform.kvm_vendor[0] = '\0';
}

static void r35_over(struct world *w)
{
	w->e.split_locks = 1;
}

static void r35_over_new(struct world *w)
{
	r35_over(w);
	snprintf(w->platform.kernel, sizeof w->platform.kernel, "5.19.0-1-amd64");
}

/* Older kernels log it and do no more. */
static void r35_contra_old(struct world *w)
{
	r35_over(w);
	snprintf(w->platform.kernel, sizeof w->platform.kernel, "5.18.0-4-amd64");
}

static void r27_over_ppc(struct world *w)
{
	emulated(w);
	snprintf(w->config.machine.arch, sizeof w->config.machine.arch, "ppc64");
	snprintf(w->platform.arch, sizeof w->platform.arch, "ppc64le");
	w->platform.kvm_vendor[0] = '\0';
}

static void r35_under(struct world *w)
{
	w->e.split_locks = 0;
}

static void r35_contra_unknown(struct world *w)
{
	w->e.split_locks = NAN;
}

static void r08_over(struct world *w)
{
	w->e.counters.halt_poll_pct = 4 * 5;
	w->e.cpu[THREAD_VCPU].system_pct = 4 * 5 / 0.39;
}

static void r08_under(struct world *w)
{
	w->e.counters.halt_poll_pct = 4 * 4.9;
	w->e.cpu[THREAD_VCPU].system_pct = 4 * 4.9 / 0.39;
}

static void r08_over_share(struct world *w)
{
	w->e.counters.halt_poll_pct = 4;
	w->e.cpu[THREAD_VCPU].system_pct = 10;
}

static void r08_under_share(struct world *w)
{
	w->e.counters.halt_poll_pct = 3.9; /* less than 1 % for each vCPU */
	w->e.cpu[THREAD_VCPU].system_pct = 4;
}

static void r08_likely(struct world *w, double halts, double mean_us)
{
	w->e.counters.halt_poll_pct = NAN;
	GROUP(w, HALT) = halts;
	w->e.halt_mean_us = mean_us;
}

static void r08_over_likely(struct world *w)
{
	r08_likely(w, 2000, 199);
}
static void r08_under_halts(struct world *w)
{
	r08_likely(w, 1999, 199);
}
static void r08_under_long(struct world *w)
{
	r08_likely(w, 2000, 200);
}

static void r08_contra_off(struct world *w)
{
	w->e.counters.halt_poll_pct = 100;
	w->platform.halt_poll_ns = 0;
}

static void r08_contra_cpu_pm(struct world *w)
{
	w->e.counters.halt_poll_pct = 100;
	w->config.machine.cpu_pm = TRI_YES;
}

static void polling(struct world *w, double each_pct)
{
	w->e.cpu[THREAD_VCPU] = (struct cpu_shares){ 4 * each_pct + 2, 4 * each_pct, 0, 2, 0 };
	GROUP(w, HALT) = 0;
	w->e.halt_mean_us = NAN;
}

static void r09_over(struct world *w)
{
	polling(w, 95);
	w->config.machine.cpu_pm = TRI_YES;
}

static void r09_under(struct world *w)
{
	r09_over(w);
	polling(w, 94.9);
}

static void r09_over_hint(struct world *w)
{
	polling(w, 99);
	w->config.machine.hint_dedicated = TRI_YES;
	w->config.machine.pinned = true;
}

static void r09_over_halts(struct world *w)
{
	r09_over_hint(w);
	GROUP(w, HALT) = 3.9;
}

static void r09_over_exits(struct world *w)
{
	r09_over_hint(w);
	w->e.exits.per_s = 4 * 1999;
}

static void r09_under_halts(struct world *w)
{
	r09_over_hint(w);
	GROUP(w, HALT) = 4;
}

static void r09_under_exits(struct world *w)
{
	r09_over_hint(w);
	w->e.exits.per_s = 4 * 2000;
}

/* It works, as far as anybody can tell. */
static void r09_contra_work(struct world *w)
{
	polling(w, 100);
}

static void r10_over(struct world *w)
{
	GROUP(w, PAUSE) = 4 * 2000;
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
}

static void r10_under(struct world *w)
{
	GROUP(w, PAUSE) = 4 * 1999;
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
}

static void r10_over_waits(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
	w->e.overcommit = 1.1;
}

static void r10_under_waits(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 4.9;
	w->e.overcommit = 1.1;
}

static void r10_contra_room(struct world *w)
{
	w->e.cpu[THREAD_VCPU].wait_pct = 4 * 5;
	w->e.overcommit = 1;
}

static void r10_over_coarse(struct world *w)
{
	world_untraced(w);
	w->e.counters.directed_yields_per_s = 4 * 2000;
}

static void r11_over(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 5000;
}
static void r11_under(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 4999;
}

static void r11_over_coarse(struct world *w)
{
	world_untraced(w);
	GROUP(w, INTERRUPT) = 4 * 5000;
}

static void r11_contra_vcpus(struct world *w)
{
	GROUP(w, INTERRUPT) = 4 * 5000;
	w->e.vcpus = 0;
}

/* -- R12-R14, R29: memory ---------------------------------------------------------------------------------- */

static void r12_over(struct world *w)
{
	GROUP(w, FAULT) = 1000;
}
static void r12_under(struct world *w)
{
	GROUP(w, FAULT) = 999;
}

static void r12_over_booted(struct world *w)
{
	r12_over(w);
	w->e.age_s = 30;
}

static void r12_contra_boots(struct world *w)
{
	r12_over(w);
	w->e.age_s = 29;
}

static void r12_contra_migrates(struct world *w)
{
	r12_over(w);
	GROUP(w, PML) = 10;
}

static void r12_contra_splits(struct world *w)
{
	r12_over(w);
	w->e.counters.nx_splits_per_s = 10;
}

static void ksm(struct world *w, double pct)
{
	w->e.ksmd_pct = pct;
	w->platform.ksm_run = 1;
	w->platform.ksm_shared = 1000;
	w->platform.ksm_sharing = 1500;
}

static void r13_over(struct world *w)
{
	ksm(w, 10);
}
static void r13_under(struct world *w)
{
	ksm(w, 9.9);
}

static void r13_contra_own(struct world *w)
{
	ksm(w, 10);
	w->config.machine.nosharepages = true;
}

static void r13_contra_stopped(struct world *w)
{
	ksm(w, 10);
	w->platform.ksm_run = 0;
}

static void r14_over(struct world *w)
{
	w->e.counters.nx_splits_per_s = 10;
}
static void r14_under(struct world *w)
{
	w->e.counters.nx_splits_per_s = 9.9;
}
static void r14_over_thread(struct world *w)
{
	w->e.nx_recovery_cpu_pct = 3;
}

static void r14_under_thread(struct world *w)
{
	w->e.nx_recovery_cpu_pct = 2.9;
}

static void r14_contra_off(struct world *w)
{
	w->e.counters.nx_splits_per_s = 10;
	snprintf(w->platform.nx_huge_pages, sizeof w->platform.nx_huge_pages, "N");
}

static void r29_over(struct world *w)
{
	GROUP(w, PML) = 10;
	GROUP(w, FAULT) = 5000; /* which is why */
}

static void r29_under(struct world *w)
{
	GROUP(w, PML) = 9.9;
}

static void r29_contra_untraced(struct world *w)
{
	r29_over(w);
	world_untraced(w);
}

/* clang-format off */
static const struct rule_cases host_cases[] = {
	{ "R27", { r27_over, r27_over_arm, r27_over_ppc }, { r27_under }, { r27_contra_exits, r27_contra_arch, r27_contra_x86_on_arm } },
	{ "R35", { r35_over, r35_over_new }, { r35_under }, { r35_contra_unknown, r35_contra_old } },
	{ "R09", { r09_over, r09_over_hint, r09_over_halts, r09_over_exits }, { r09_under, r09_under_halts, r09_under_exits }, { r09_contra_work } },
	{ "R08", { r08_over, r08_over_share, r08_over_likely }, { r08_under, r08_under_share, r08_under_halts, r08_under_long },
		{ r08_contra_off, r08_contra_cpu_pm } },
	{ "R10", { r10_over, r10_over_waits, r10_over_coarse }, { r10_under, r10_under_waits }, { r10_contra_room } },
	{ "R11", { r11_over, r11_over_coarse }, { r11_under }, { r11_contra_vcpus } },
	{ "R12", { r12_over, r12_over_booted }, { r12_under }, { r12_contra_boots, r12_contra_migrates, r12_contra_splits } },
	{ "R13", { r13_over }, { r13_under }, { r13_contra_own, r13_contra_stopped } },
	{ "R14", { r14_over, r14_over_thread }, { r14_under, r14_under_thread }, { r14_contra_off } },
	{ "R29", { r29_over }, { r29_under }, { r29_contra_untraced } },
};
/* clang-format on */

#endif
