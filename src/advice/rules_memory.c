#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

static bool is_ksm_on(const struct evidence *e)
{
	return e->platform->ksm_run == 1 && !e->config->machine.nosharepages;
}

static bool has_nx_splits(const struct evidence *e)
{
	const char *nx = e->platform->nx_huge_pages;
	const bool is_off = !strcmp(nx, "N") || !strcmp(nx, "off") || !strcmp(nx, "never");

	return !is_off && (e->counters.nx_splits_per_s >= NX_SPLITS_PER_S_MIN ||
				  e->nx_recovery_cpu_pct >= NX_RECOVERY_CPU_PCT);
}

static bool is_logging_writes(const struct evidence *e)
{
	return e->groups[EXIT_GROUP_PML].per_s >= PML_PER_S_MIN;
}

/* What is known to cause such faults has a rule of its own. */
bool rule_memory_faults(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *faults = &e->groups[EXIT_GROUP_FAULT];

	if (!(faults->per_s >= FAULTS_PER_S_MIN) || e->age_s < BOOT_S || is_logging_writes(e) ||
		has_nx_splits(e))
		return false;
	f->summary = arena_printf(arena, "memory faults %s/s", text_rate(arena, faults->per_s));
	f->diagnosis = arena_printf(arena,
		"The guest touches memory that the host has not mapped for it %s times/s, long "
		"after "
		"its start: pages are taken away and given back (swap, balloon, same-page merging, "
		"NUMA balancing), or are mapped one by one.",
		text_grouped(arena, faults->per_s));
	finding_add_rate(f, arena, "%s exits/s for memory that is not mapped", faults->per_s);
	finding_add_cost(f, arena, faults);
	finding_add_pct(f, arena, "ksmd: %s % of a CPU", e->ksmd_pct);
	if (e->config_known)
		finding_add(f, arena, "huge pages: %s",
			e->config->machine.hugepages ? "in its configuration"
						     : "not in its configuration");
	if (e->config->machine.hugepages)
		finding_drop(f, REMEDY_HUGEPAGES);
	if (is_ksm_on(e))
		finding_lead(f, REMEDY_NOSHAREPAGES);
	else
		finding_drop(f, REMEDY_NOSHAREPAGES);
	return true;
}

static double ksm_ratio(const struct sample_platform *p)
{
	return p->ksm_shared > 0 && p->ksm_sharing >= 0
		       ? (double)p->ksm_sharing / (double)p->ksm_shared
		       : NAN;
}

/* ksmd is the host's; it is said of each VM whose memory it looks at. */
bool rule_ksm(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct sample_platform *p = e->platform;
	const double ratio = ksm_ratio(p);
	const bool is_useless =
		ratio < KSM_RATIO_MIN ||
		(p->ksm_unshared > 0 && p->ksm_sharing >= 0 &&
			(double)p->ksm_unshared > KSM_UNSHARED_RATIO * (double)p->ksm_sharing);

	if (!is_ksm_on(e) || !(e->ksmd_pct >= KSMD_CPU_PCT))
		return false;
	if (!is_useless)
		f->severity = SEVERITY_INFO;
	f->summary = arena_printf(arena, "ksmd %.0f %% of a CPU", e->ksmd_pct);
	f->diagnosis = arena_printf(arena,
		"The host's ksmd looks for equal pages in guests' memory and takes %.1f %% of a "
		"CPU%s.",
		e->ksmd_pct,
		is_useless ? ", and finds few" : "; it does find many, so it saves memory for it");
	finding_add_pct(f, arena, "ksmd: %s % of a CPU", e->ksmd_pct);
	if (!isnan(ratio))
		finding_add(f, arena, "%.1f pages use each merged one", ratio);
	if (p->ksm_unshared >= 0 && p->ksm_sharing >= 0)
		finding_add(f, arena, "%s pages are looked at again and again, %s are merged",
			text_grouped(arena, (double)p->ksm_unshared),
			text_grouped(arena, (double)p->ksm_sharing));
	return true;
}

bool rule_nx_splits(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!has_nx_splits(e))
		return false;
	f->summary = e->counters.nx_splits_per_s >= NX_SPLITS_PER_S_MIN
			     ? arena_printf(arena, "huge pages split %s/s",
				       text_rate(arena, e->counters.nx_splits_per_s))
			     : arena_printf(arena, "huge-page recovery %.1f %% of a CPU",
				       e->nx_recovery_cpu_pct);
	f->diagnosis =
		"KVM splits huge pages that the guest runs code from, against a flaw of some "
		"Intel processors (iTLB multihit), and puts them together again later.";
	finding_add_rate(f, arena, "%s huge pages split/s", e->counters.nx_splits_per_s);
	finding_add_pct(f, arena, "KVM's recovery thread: %s % of a CPU", e->nx_recovery_cpu_pct);
	finding_add_rate(f, arena, "%s exits/s for memory that is not mapped",
		e->groups[EXIT_GROUP_FAULT].per_s);
	if (e->platform->nx_huge_pages[0])
		finding_add(f, arena, "kvm.nx_huge_pages is %s", e->platform->nx_huge_pages);
	return true;
}

bool rule_dirty_logging(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *pml = &e->groups[EXIT_GROUP_PML];

	if (!is_logging_writes(e))
		return false;
	f->summary = arena_printf(arena, "writes are logged %s/s", text_rate(arena, pml->per_s));
	f->diagnosis = arena_printf(arena,
		"The host writes down which pages the guest changes, as for a live migration or a "
		"backup: at least %s pages/s.",
		text_grouped(arena, 512 * pml->per_s));
	finding_add_rate(
		f, arena, "%s exits/s because the log of written pages was full", pml->per_s);
	finding_add_cost(f, arena, pml);
	finding_add_rate(f, arena, "%s exits/s for memory that is not mapped",
		e->groups[EXIT_GROUP_FAULT].per_s);
	return true;
}
