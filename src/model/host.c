#include "model/host.h"

#include <math.h>
#include <string.h>

#include "core/text.h"

/* How far a counter of /proc/stat's cpu line has come. The kernel lets idle and iowait go back by a
 * few ticks when a CPU's idle time is accounted from another one (proc(5): "the value may decrease"),
 * and guest time is taken off user time: a step back is no time, not an unknown one. */
static double cpu_growth(uint64_t before, uint64_t now)
{
	if (before == SAMPLE_UNKNOWN || now == SAMPLE_UNKNOWN)
		return NAN;
	return now > before ? (double)(now - before) : 0;
}

/* Shares of the ticks that were counted, not of the time that has passed: so they add up to 100. */
static void set_shares(
	struct host *h, const struct sample_host *before, const struct sample_host *now)
{
	const double guest = cpu_growth(before->guest_ticks, now->guest_ticks);
	const double user = cpu_growth(before->user_ticks, now->user_ticks) +
			    cpu_growth(before->nice_ticks, now->nice_ticks);
	const double system = cpu_growth(before->system_ticks, now->system_ticks) +
			      cpu_growth(before->irq_ticks, now->irq_ticks) +
			      cpu_growth(before->softirq_ticks, now->softirq_ticks);
	const double iowait = cpu_growth(before->iowait_ticks, now->iowait_ticks);
	const double idle = cpu_growth(before->idle_ticks, now->idle_ticks) + iowait;
	const double steal = cpu_growth(before->steal_ticks, now->steal_ticks);
	const double all = guest + user + system + idle + steal;
	const double pct = all > 0 ? 100 / all : NAN;

	h->guest_pct = guest * pct;
	h->user_pct = user * pct;
	h->system_pct = system * pct;
	h->idle_pct = idle * pct;
	h->iowait_pct = iowait * pct;
	h->steal_pct = steal * pct;
}

static double kib(uint64_t total)
{
	return total == SAMPLE_UNKNOWN ? NAN : (double)total;
}

static double kib_used(uint64_t total, uint64_t unused)
{
	return pair_growth(unused, total);
}

static void set_rates(struct host *h, const struct sample_pair *pair)
{
	const struct sample *before = pair->before, *now = pair->now;

	h->guest_pct = h->user_pct = h->system_pct = h->idle_pct = h->iowait_pct = h->steal_pct =
		NAN;
	h->ksmd_pct = h->kswapd_pct = h->own_cpu_pct = NAN;
	if (isnan(pair->seconds))
		return;
	set_shares(h, &before->host, &now->host);
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
}
