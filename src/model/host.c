#include "model/host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "model/host_cpus.h"

static struct sample_cpu sum_of(const struct sample_host *h)
{
	return (struct sample_cpu){
		.number = -1,
		.user_ticks = h->user_ticks,
		.nice_ticks = h->nice_ticks,
		.system_ticks = h->system_ticks,
		.idle_ticks = h->idle_ticks,
		.iowait_ticks = h->iowait_ticks,
		.irq_ticks = h->irq_ticks,
		.softirq_ticks = h->softirq_ticks,
		.steal_ticks = h->steal_ticks,
		.guest_ticks = h->guest_ticks,
	};
}

static double kib(uint64_t total)
{
	return total == SAMPLE_UNKNOWN ? NAN : (double)total;
}

static double kib_used(uint64_t total, uint64_t unused)
{
	return pair_growth(unused, total);
}

/* Of a CPU that came or went in between nobody knows when. */
static void set_shares(struct host *h, const struct sample_pair *pair)
{
	const struct sample_host *before = &pair->before->host, *now = &pair->now->host;
	const struct sample_cpu sum_before = sum_of(before), sum_now = sum_of(now);
	const double seconds = before->cpus == now->cpus ? host_seconds(pair) : NAN;
	const struct host_cpu all =
		host_cpu_shares(&sum_before, &sum_now, seconds, (size_t)now->cpus);

	h->guest_pct = all.guest_pct;
	h->user_pct = all.user_pct;
	h->system_pct = all.system_pct;
	h->idle_pct = all.idle_pct;
	h->iowait_pct = all.iowait_pct;
	h->steal_pct = all.steal_pct;
}

static void set_rates(struct host *h, const struct sample_pair *pair)
{
	const struct sample *before = pair->before, *now = pair->now;

	/* The same reading as before: what it said still holds. */
	if (!now->host.time_ns || !before || now->host.time_ns != before->host.time_ns)
		h->guest_pct = h->user_pct = h->system_pct = h->idle_pct = h->iowait_pct =
			h->steal_pct = NAN;
	h->ksmd_pct = h->kswapd_pct = h->own_cpu_pct = NAN;
	if (isnan(pair->seconds))
		return;
	if (!now->host.time_ns || now->host.time_ns != before->host.time_ns)
		set_shares(h, pair);
	h->ksmd_pct = pair_ticks_pct(pair, before->host.ksmd_ticks, now->host.ksmd_ticks);
	h->kswapd_pct = pair_ticks_pct(pair, before->host.kswapd_ticks, now->host.kswapd_ticks);
	h->own_cpu_pct = pair_ns_pct(pair, before->own_cpu_ns, now->own_cpu_ns);
}

static void set_tracing(struct host *h, const struct sample_tracing *tracing)
{
	const bool on = tracing->horizon_ns != 0;

	h->bpf = on && tracing->bpf;
	h->details = on && tracing->details;
	h->shed = on ? tracing->shed : TRACING_SHED_NOTHING;
	h->only_pid = h->shed >= TRACING_SHED_VMS ? tracing->only_pid : 0;
	h->budget_cpu_pct = on ? tracing->budget_cpu_pct : NAN;
	h->budget_events_per_s = on ? tracing->budget_events_per_s : NAN;
	h->duty = on ? tracing->duty : NAN;
}

struct sample_platform host_platform(const struct sample_platform *s)
{
	struct sample_platform p = *s;

	text_clean(p.clocksource, sizeof p.clocksource, s->clocksource);
	text_clean(p.arch, sizeof p.arch, s->arch);
	text_clean(p.counters_why, sizeof p.counters_why, s->counters_why);
	text_clean(p.kvm_vendor, sizeof p.kvm_vendor, s->kvm_vendor);
	text_clean(p.nx_huge_pages, sizeof p.nx_huge_pages, s->nx_huge_pages);
	text_clean(p.kernel, sizeof p.kernel, s->kernel);
	return p;
}

void host_update(struct host *h, const struct sample_pair *pair)
{
	const struct sample *now = pair->now;
	const struct sample_host *s = &now->host;

	text_clean(h->name, sizeof h->name, s->name);
	h->remote = s->remote;
	h->cpus = s->cpus;
	h->uptime_s = s->uptime_s;
	memcpy(h->load, s->load, sizeof h->load);
	h->memory_kib = kib(s->memory_kib);
	h->memory_used_kib = kib_used(s->memory_kib, s->memory_available_kib);
	h->swap_kib = kib(s->swap_kib);
	h->swap_used_kib = kib_used(s->swap_kib, s->swap_free_kib);
	h->lost = now->tracing.horizon_ns ? (double)now->tracing.lost : NAN;
	h->lost_unknown = now->tracing.lost_unknown;
	set_tracing(h, &now->tracing);
	set_rates(h, pair);
	host_cpus_update(h, pair);
}

void host_fini(struct host *h)
{
	free(h->per_cpu);
}
