#include "model/host_facts.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "core/number.h"
#include "model/host_detail.h"

/* From here on it is worth a word. Shares are percent. */
#define STEAL_PCT 5.0
#define CPU_STALLED_PCT 25.0 /* some task waits for a CPU so much of the time */
#define STALLED_PCT 10.0     /* some task waits for memory or a disk */
#define VCPUS_PER_CPU 4.0
#define AVAILABLE_PCT 5.0 /* less memory than that is left */
#define SWAP_PCT 90.0
#define KSMD_PCT 20.0
#define KSWAPD_PCT 10.0

/* Figures may be as wide as they like. */
enum { FIGURE_WIDTH = 12 };

static void add(struct strbuf *b, const char *before, double value, enum number_unit unit,
	const char *after)
{
	char figure[FIGURE_WIDTH + 1];

	number_format(figure, sizeof figure, value, unit, FIGURE_WIDTH);
	strbuf_addf(b, "%s%s%s", before, figure, after);
}

/* In as few columns as a reader wants: "7.7G". */
static void add_memory(struct strbuf *b, const char *before, double kib, const char *after)
{
	char figure[8];

	number_format(figure, sizeof figure, kib, NUMBER_KIB, 5);
	strbuf_addf(b, "%s%s%s", before, figure, after);
}

static void mark(struct host_fact *f, bool is_so, const char *why)
{
	if (is_so)
		strbuf_addf(&f->why, "%s%s", f->why.length ? ", " : "", why);
}

static const char *word(const char *text)
{
	return text[0] ? text : "-";
}

static void describe_cpu(struct host_fact *f, const struct model *m)
{
	const struct host *h = &m->host;
	const struct host_overcommit *o = m->detail ? &m->detail->overcommit : NULL;

	add(&f->text, "", h->cpus ? h->cpus : NAN, NUMBER_INTEGER, " online");
	if (o) {
		add(&f->text, ", ", o->vcpus, NUMBER_INTEGER, " vCPUs");
		add(&f->text, ", ", o->vcpus_per_cpu, NUMBER_SHARE, " per CPU");
		if (o->vcpus_unknown)
			strbuf_addf(&f->text, " (%zu unknown)", o->vcpus_unknown);
		mark(f, o->vcpus_per_cpu > VCPUS_PER_CPU, "overcommitted");
	}
	add(&f->text, ", load ", h->load[0], NUMBER_SHARE, "");
	mark(f, h->steal_pct >= STEAL_PCT, "steal");
}

static void add_pressure(
	struct host_fact *f, const char *what, const struct host_pressure *p, bool has_full)
{
	add(&f->text, what, isnan(p->some_pct) ? p->some_10s_pct : p->some_pct, NUMBER_PERCENT,
		"%");
	if (has_full && !isnan(p->full_10s_pct))
		add(&f->text, " (all ", isnan(p->full_pct) ? p->full_10s_pct : p->full_pct,
			NUMBER_PERCENT, ")");
}

/* The worst of the last interval and of the last ten seconds: what is marked is to be seen for a while. */
static double recent(double pct, double pct_10s)
{
	return fmax(pct, pct_10s);
}

static void describe_pressure(struct host_fact *f, const struct model *m)
{
	const struct host_detail *d = m->detail;

	if (!d) {
		strbuf_add(&f->text, "-");
		return;
	}
	if (isnan(d->cpu.some_10s_pct) && isnan(d->memory.some_10s_pct) &&
		isnan(d->io.some_10s_pct)) {
		strbuf_add(&f->text, "- (not accounted for: boot with psi=1, Linux 4.20 or later)");
		return;
	}
	strbuf_add(&f->text, "waiting for");
	add_pressure(f, " CPU ", &d->cpu, false);
	add_pressure(f, ", memory ", &d->memory, true);
	add_pressure(f, ", disk ", &d->io, true);
	mark(f, recent(d->cpu.some_pct, d->cpu.some_10s_pct) >= CPU_STALLED_PCT, "CPU short");
	mark(f, recent(d->memory.some_pct, d->memory.some_10s_pct) >= STALLED_PCT, "memory short");
	mark(f, recent(d->io.some_pct, d->io.some_10s_pct) >= STALLED_PCT, "disk slow");
}

static void describe_memory(struct host_fact *f, const struct model *m)
{
	const struct host *h = &m->host;
	const struct host_overcommit *o = m->detail ? &m->detail->overcommit : NULL;
	const double available_kib = h->memory_kib - h->memory_used_kib;

	add_memory(&f->text, "", h->memory_used_kib, "");
	add_memory(&f->text, " of ", h->memory_kib, " used");
	if (o) {
		add_memory(&f->text, ", ", o->memory_kib, " promised to guests");
		if (o->memory_unknown)
			strbuf_addf(&f->text, " (%zu unknown)", o->memory_unknown);
		mark(f, o->memory_pct > 100, "more than there is");
	}
	if (m->detail)
		add_memory(&f->text, ", dirty ", m->detail->dirty_kib, "");
	mark(f, available_kib < h->memory_kib * AVAILABLE_PCT / 100, "nearly full");
}

static void describe_swap(struct host_fact *f, const struct model *m)
{
	const struct host *h = &m->host;

	if (h->swap_kib > 0 || isnan(h->swap_kib)) {
		add_memory(&f->text, "", h->swap_used_kib, "");
		add_memory(&f->text, " of ", h->swap_kib, " used");
	} else {
		strbuf_add(&f->text, "none");
	}
	add(&f->text, ", kswapd ", h->kswapd_pct, NUMBER_PERCENT, "%");
	mark(f, h->swap_kib > 0 && h->swap_used_kib >= h->swap_kib * SWAP_PCT / 100, "swap full");
	mark(f, h->kswapd_pct >= KSWAPD_PCT, "swapping");
}

static void describe_pages(struct host_fact *f, const struct model *m)
{
	const struct host_detail *d = m->detail;

	if (!d) {
		strbuf_add(&f->text, "-");
		return;
	}
	strbuf_addf(&f->text, "THP %s", word(d->thp));
	if (d->huge_pages > 0) {
		add(&f->text, ", huge pages ", d->huge_pages_free, NUMBER_INTEGER, "");
		add(&f->text, " of ", d->huge_pages, NUMBER_INTEGER, "");
		add_memory(&f->text, " x ", d->huge_page_kib, " free");
	}
	mark(f, !strcmp(d->thp, "never"), "THP off");
}

static void describe_ksm(struct host_fact *f, const struct model *m)
{
	static const char *const runs[] = { "off", "on", "off, pages taken apart" };
	const struct sample_platform *p = &m->platform;
	const double page_kib = (double)sysconf(_SC_PAGESIZE) / 1024;

	if (p->ksm_run < 0 || p->ksm_run > 2) {
		strbuf_add(&f->text, "- (not in this kernel)");
		return;
	}
	strbuf_add(&f->text, runs[p->ksm_run]);
	add(&f->text, ", ksmd ", m->host.ksmd_pct, NUMBER_PERCENT, "%");
	if (p->ksm_run == 0 && p->ksm_sharing <= 0)
		return;
	if (p->ksm_sharing >= 0)
		add_memory(&f->text, ", saves ", (double)p->ksm_sharing * page_kib, "");
	if (p->ksm_shared >= 0)
		add_memory(&f->text, ", merged into ", (double)p->ksm_shared * page_kib, "");
	if (p->ksm_unshared >= 0)
		add_memory(&f->text, ", looks at ", (double)p->ksm_unshared * page_kib, " in vain");
	mark(f, m->host.ksmd_pct >= KSMD_PCT, "ksmd busy");
}

static void add_parameter(struct strbuf *b, const char *name, long value)
{
	if (value >= 0)
		strbuf_addf(b, "%s%ld", name, value);
	else
		strbuf_addf(b, "%s-", name);
}

static void add_switch(struct strbuf *b, const char *name, int value)
{
	strbuf_addf(b, "%s%s", name, value > 0 ? "Y" : value == 0 ? "N" : "-");
}

static void describe_kvm(struct host_fact *f, const struct model *m)
{
	const struct sample_platform *p = &m->platform;
	const struct host_detail *d = m->detail;
	const bool is_amd = !strcmp(p->kvm_vendor, "amd");

	add_parameter(&f->text, "halt_poll_ns ", p->halt_poll_ns);
	add_switch(&f->text, is_amd ? ", avic " : ", apicv ", p->apicv);
	add_switch(&f->text, ", ignore_msrs ", p->ignore_msrs);
	strbuf_addf(&f->text, ", nx_huge_pages %s", word(p->nx_huge_pages));
	if (d) {
		add_parameter(&f->text, ", poll grow ", d->halt_poll_grow);
		add_parameter(&f->text, ", shrink ", d->halt_poll_shrink);
	}
}

/* Clocksources that read a counter of the processor's own: of x86, arm64, RISC-V, LoongArch, POWER and s390. */
static bool is_own_counter(const char *clocksource)
{
	static const char *const own[] = { "tsc", "arch_sys_counter", "riscv_clocksource",
		"Constant", "timebase", "tod" };

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcmp(clocksource, own[i]))
			return true;
	return false;
}

/* Where the TSC is not to be trusted each reading of the clock is a system call, or worse, an exit of the host's own
 * hypervisor. */
static void describe_clock(struct host_fact *f, const struct model *m)
{
	const struct sample_platform *p = &m->platform;

	strbuf_addf(&f->text, "%s, kernel %s", word(p->clocksource), word(p->kernel));
	mark(f, p->clocksource[0] && !is_own_counter(p->clocksource), "not tsc");
}

static void describe_numa(struct host_fact *f, const struct model *m)
{
	const struct host_detail *d = m->detail;

	if (!d || !d->node_count) {
		strbuf_add(&f->text, d ? "one node" : "-");
		return;
	}
	for (size_t i = 0; i < d->node_count; i++) {
		const struct host_node *n = &d->nodes[i];

		strbuf_addf(&f->text, "%s%d: CPUs %s", i ? "; " : "node ", n->number,
			n->cpus && n->cpus[0] ? n->cpus : "-");
		add_memory(&f->text, ", ", n->free_kib, "");
		add_memory(&f->text, " of ", n->memory_kib, " free");
		mark(f, n->free_kib < n->memory_kib * AVAILABLE_PCT / 100 && d->node_count > 1,
			"node full");
	}
}

static const struct {
	const char *name;
	void (*describe)(struct host_fact *f, const struct model *m);
} rows[HOST_FACT__COUNT] = {
	[HOST_FACT_CPU] = { "CPUs", describe_cpu },
	[HOST_FACT_PRESSURE] = { "pressure", describe_pressure },
	[HOST_FACT_MEMORY] = { "memory", describe_memory },
	[HOST_FACT_SWAP] = { "swap", describe_swap },
	[HOST_FACT_PAGES] = { "pages", describe_pages },
	[HOST_FACT_KSM] = { "KSM", describe_ksm },
	[HOST_FACT_KVM] = { "KVM", describe_kvm },
	[HOST_FACT_CLOCK] = { "clock", describe_clock },
	[HOST_FACT_NUMA] = { "NUMA", describe_numa },
};

void host_facts_init(struct host_fact facts[static HOST_FACT__COUNT], const struct model *m)
{
	for (int i = 0; i < HOST_FACT__COUNT; i++) {
		facts[i] = (struct host_fact){ .name = rows[i].name };
		rows[i].describe(&facts[i], m);
	}
}

void host_facts_fini(struct host_fact facts[static HOST_FACT__COUNT])
{
	for (int i = 0; i < HOST_FACT__COUNT; i++) {
		strbuf_fini(&facts[i].text);
		strbuf_fini(&facts[i].why);
	}
}
