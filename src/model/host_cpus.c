#include "model/host_cpus.h"

#include <math.h>
#include <stdlib.h>

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

struct host_cpu host_cpu_shares(const struct sample_cpu *before, const struct sample_cpu *now)
{
	const double guest = growth(before->guest_ticks, now->guest_ticks);
	const double user = growth(before->user_ticks, now->user_ticks) +
			    growth(before->nice_ticks, now->nice_ticks);
	const double system = growth(before->system_ticks, now->system_ticks) +
			      growth(before->irq_ticks, now->irq_ticks) +
			      growth(before->softirq_ticks, now->softirq_ticks);
	const double iowait = growth(before->iowait_ticks, now->iowait_ticks);
	const double idle = growth(before->idle_ticks, now->idle_ticks) + iowait;
	const double steal = growth(before->steal_ticks, now->steal_ticks);
	/* Of a remote host guest time is in user time, and who steals is not told. */
	const double all = known(guest) + user + system + idle + known(steal);
	const double pct = all > 0 ? 100 / all : NAN;

	return (struct host_cpu){
		.number = now->number,
		.busy_pct = (all - idle) * pct,
		.guest_pct = guest * pct,
		.user_pct = user * pct,
		.system_pct = system * pct,
		.idle_pct = idle * pct,
		.iowait_pct = iowait * pct,
		.steal_pct = steal * pct,
	};
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

	h->per_cpu_count = now->per_cpu_count;
	h->per_cpu = mem_resize(h->per_cpu, h->per_cpu_count, sizeof(*h->per_cpu));
	for (size_t i = 0; i < now->per_cpu_count; i++) {
		const struct sample_cpu was = cpu_before(before, now->per_cpu[i].number, i);

		h->per_cpu[i] = host_cpu_shares(&was, &now->per_cpu[i]);
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
