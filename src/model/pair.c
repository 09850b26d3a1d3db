#include "model/pair.h"

#include <math.h>
#include <unistd.h>

#include "core/clock.h"

double pair_seconds(uint64_t before_ns, uint64_t now_ns)
{
	return now_ns > before_ns ? (double)(now_ns - before_ns) / (double)NS_PER_S : NAN;
}

/* Where tracing came on between the samples, its exits cover less than the time between them. That
 * time is taken all the same: a rate may then be too low, but nothing is blamed for what it did not
 * do. */
static double exit_seconds(const struct sample *before, const struct sample *now)
{
	const uint64_t end_ns = now->tracing.horizon_ns;

	if (!before || !end_ns)
		return NAN;
	if (!before->tracing.horizon_ns)
		return pair_seconds(before->time_ns, now->time_ns);
	return pair_seconds(before->tracing.horizon_ns, end_ns);
}

void pair_init(struct sample_pair *p, const struct sample *before, const struct sample *now)
{
	*p = (struct sample_pair){
		.before = before,
		.now = now,
		.seconds = before ? pair_seconds(before->time_ns, now->time_ns) : NAN,
		.exit_seconds = exit_seconds(before, now),
	};
	for (size_t i = 0; i < now->exit_thread_count; i++)
		map_put(&p->exits, (uint64_t)now->exit_threads[i].tid, &now->exit_threads[i]);
}

void pair_fini(struct sample_pair *p)
{
	map_fini(&p->exits);
}

const struct sample_vm *pair_vm_before(const struct sample_pair *p, struct vm_id id)
{
	for (size_t i = 0; p->before && i < p->before->vm_count; i++)
		if (vm_id_equal(p->before->vms[i].id, id))
			return &p->before->vms[i];
	return NULL;
}

const struct sample_exit_thread *pair_take_exits(struct sample_pair *p, pid_t tid)
{
	return map_remove(&p->exits, (uint64_t)tid);
}

const struct sample_exit_thread *pair_exits(const struct sample_pair *p, pid_t tid)
{
	return map_get(&p->exits, (uint64_t)tid);
}

double pair_growth(uint64_t before, uint64_t now)
{
	if (before == SAMPLE_UNKNOWN || now == SAMPLE_UNKNOWN || now < before)
		return NAN;
	return (double)(now - before);
}

double pair_ns_pct(const struct sample_pair *p, uint64_t before, uint64_t now)
{
	return 100 * pair_growth(before, now) / (double)NS_PER_S / p->seconds;
}

double pair_ticks_pct(const struct sample_pair *p, uint64_t before, uint64_t now)
{
	return 100 * pair_growth(before, now) / (double)sysconf(_SC_CLK_TCK) / p->seconds;
}
