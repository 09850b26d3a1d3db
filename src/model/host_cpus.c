#include "model/host_cpus.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"

/* How far a counter of /proc/stat's cpu line has come. The kernel lets idle and iowait go back by a
 * few ticks when a CPU's idle time is accounted from another one (proc(5): "the value may decrease"),
 * and guest time is taken off user time: a step back is no time, not an unknown one. */
static double growth(uint64_t before, uint64_t now)
{
	if (before == SAMPLE_UNKNOWN || now == SAMPLE_UNKNOWN)
		return NAN;
	return now > before ? (double)(now - before) : 0;
}

static double known(double ticks)
{
	return isnan(ticks) ? 0 : ticks;
}

/* So many ticks are lost in rounding, of each CPU. */
enum { ROUNDED_TICKS = 3 };

/* What was counted between the two, or the whole life of the CPU for before NULL: each thing in ticks. */
static struct host_cpu ticks_between(const struct sample_cpu *before, const struct sample_cpu *now)
{
	static const struct sample_cpu boot;
	const struct sample_cpu *b = before ? before : &boot;

	return (struct host_cpu){
		.guest_pct = growth(b->guest_ticks, now->guest_ticks),
		.user_pct = growth(b->user_ticks, now->user_ticks) +
			    growth(b->nice_ticks, now->nice_ticks),
		.system_pct = growth(b->system_ticks, now->system_ticks) +
			      growth(b->irq_ticks, now->irq_ticks) +
			      growth(b->softirq_ticks, now->softirq_ticks),
		.iowait_pct = growth(b->iowait_ticks, now->iowait_ticks),
		.idle_pct = growth(b->idle_ticks, now->idle_ticks) +
			    growth(b->iowait_ticks, now->iowait_ticks),
		.steal_pct = growth(b->steal_ticks, now->steal_ticks),
	};
}

/* Work that no tick saw. Where none saw any, its proportions are those of the CPU's whole life. */
static void spread(struct host_cpu *c, const struct sample_cpu *now, double ticks)
{
	const struct host_cpu life = ticks_between(NULL, now);
	const bool seen = known(c->guest_pct) + c->user_pct + c->system_pct > 0;
	const struct host_cpu part = seen ? *c : life;
	const double sum = known(part.guest_pct) + part.user_pct + part.system_pct;

	if (!(sum > 0))
		return;
	c->guest_pct += ticks * part.guest_pct / sum;
	c->user_pct += ticks * part.user_pct / sum;
	c->system_pct += ticks * part.system_pct / sum;
}

struct host_cpu host_cpu_shares(
	const struct sample_cpu *before, const struct sample_cpu *now, double seconds, size_t count)
{
	const double passed = seconds * (double)sysconf(_SC_CLK_TCK) * (double)count;
	struct host_cpu c = ticks_between(before, now);
	/* Of a remote host guest time is in user time, and who steals is not told. */
	double all =
		known(c.guest_pct) + c.user_pct + c.system_pct + c.idle_pct + known(c.steal_pct);
	double pct;

	if (passed - all > (double)count * ROUNDED_TICKS && all > 0) {
		spread(&c, now, passed - all);
		all = known(c.guest_pct) + c.user_pct + c.system_pct + c.idle_pct +
		      known(c.steal_pct);
	}
	pct = all > 0 ? 100 / all : NAN;
	return (struct host_cpu){
		.number = now->number,
		.busy_pct = (all - c.idle_pct) * pct,
		.guest_pct = c.guest_pct * pct,
		.user_pct = c.user_pct * pct,
		.system_pct = c.system_pct * pct,
		.idle_pct = c.idle_pct * pct,
		.iowait_pct = c.iowait_pct * pct,
		.steal_pct = c.steal_pct * pct,
	};
}

double host_seconds(const struct sample_pair *pair)
{
	const struct sample_host *now = &pair->now->host;
	const uint64_t before_ns = pair->before ? pair->before->host.time_ns : 0;

	return before_ns && now->time_ns ? pair_seconds(before_ns, now->time_ns) : pair->seconds;
}

/* near: where it is likely to be: CPUs come and go seldom. A CPU that was not there before is not known. */
static struct sample_cpu cpu_before(const struct sample_host *before, int number, size_t near)
{
	for (size_t i = 0; i < before->per_cpu_count; i++) {
		const struct sample_cpu *cpu = &before->per_cpu[(near + i) % before->per_cpu_count];

		if (cpu->number == number)
			return *cpu;
	}
	return sample_cpu_unknown(number);
}

void host_cpus_update(struct host *h, const struct sample_pair *pair)
{
	static const struct sample_host nothing;
	const struct sample_host *now = &pair->now->host;
	const struct sample_host *before = isnan(pair->seconds) ? &nothing : &pair->before->host;
	const double seconds = host_seconds(pair);

	h->per_cpu_count = now->per_cpu_count;
	h->per_cpu = mem_resize(h->per_cpu, h->per_cpu_count, sizeof(*h->per_cpu));
	for (size_t i = 0; i < now->per_cpu_count; i++) {
		const struct sample_cpu was = cpu_before(before, now->per_cpu[i].number, i);

		h->per_cpu[i] = host_cpu_shares(&was, &now->per_cpu[i], seconds, 1);
	}
}

static int busier(const void *a, const void *b)
{
	const struct host_cpu *x = *(const struct host_cpu *const *)a,
			      *y = *(const struct host_cpu *const *)b;
	const double x_pct = isnan(x->busy_pct) ? -1 : x->busy_pct;
	const double y_pct = isnan(y->busy_pct) ? -1 : y->busy_pct;

	return x_pct != y_pct ? (x_pct < y_pct ? 1 : -1) : (x > y) - (x < y);
}

static int by_place(const void *a, const void *b)
{
	const struct host_cpu *x = *(const struct host_cpu *const *)a,
			      *y = *(const struct host_cpu *const *)b;

	return (x > y) - (x < y);
}

const struct host_cpu **host_cpus_busiest(const struct host *h, size_t count)
{
	const struct host_cpu **cpus =
		mem_calloc(h->per_cpu_count, sizeof(const struct host_cpu *));

	for (size_t i = 0; i < h->per_cpu_count; i++)
		cpus[i] = &h->per_cpu[i];
	if (count < h->per_cpu_count) {
		qsort(cpus, h->per_cpu_count, sizeof(const struct host_cpu *), busier);
		qsort(cpus, count, sizeof(const struct host_cpu *), by_place);
	}
	return cpus;
}
