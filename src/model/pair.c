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

/* The threads of the VMs that ran then: struct sample_thread by tid. */
static struct map threads_of(const struct sample *s)
{
	struct map threads = { 0 };

	for (size_t i = 0; i < s->vm_count; i++)
		for (size_t j = 0; !s->vms[i].ended && j < s->vms[i].thread_count; j++)
			map_put(&threads, (uint64_t)s->vms[i].threads[j].tid,
				&s->vms[i].threads[j]);
	return threads;
}

static bool has_thread(const struct sample_vm *vm, const struct sample_thread *t)
{
	return vm && t >= vm->threads && t < vm->threads + vm->thread_count;
}

/* Exits are known by the thread's number alone. Where that has passed on within a VM they are the VM's all the same. */
static void set_reused_aside_of(
	struct sample_pair *p, const struct sample_vm *vm, const struct map *threads)
{
	const struct sample_vm *before = pair_vm_before(p, vm->id);

	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct sample_thread *t = &vm->threads[i];
		const struct sample_thread *was = map_get(threads, (uint64_t)t->tid);
		struct sample_exit_thread *exits;

		if (!was || was->start_ticks == t->start_ticks || has_thread(before, was))
			continue;
		exits = map_remove(&p->exits, (uint64_t)t->tid);
		if (exits)
			map_put(&p->reused, (uint64_t)t->tid, exits);
	}
}

static void set_reused_aside(struct sample_pair *p)
{
	struct map threads = threads_of(p->before);

	for (size_t i = 0; i < p->now->vm_count; i++)
		set_reused_aside_of(p, &p->now->vms[i], &threads);
	map_fini(&threads);
}

void pair_init(struct sample_pair *p, const struct sample *before, const struct sample *now)
{
	*p = (struct sample_pair){
		.before = before,
		.now = now,
		.seconds = before ? pair_seconds(before->time_ns, now->time_ns) : NAN,
		.exit_seconds = exit_seconds(before, now),
	};
	for (size_t i = 0; before && i < before->vm_count; i++)
		if (!map_get(&p->vms_before, vm_id_key(before->vms[i].id)))
			map_put(&p->vms_before, vm_id_key(before->vms[i].id), &before->vms[i]);
	for (size_t i = 0; i < now->exit_thread_count; i++)
		map_put(&p->exits, (uint64_t)now->exit_threads[i].tid, &now->exit_threads[i]);
	if (before && now->exit_thread_count)
		set_reused_aside(p);
}

void pair_fini(struct sample_pair *p)
{
	map_fini(&p->vms_before);
	map_fini(&p->exits);
	map_fini(&p->late);
	map_fini(&p->reused);
}

void pair_set_late(struct sample_pair *p, struct map late, double seconds)
{
	map_fini(&p->late);
	p->late = late;
	p->late_seconds = seconds;
}

const struct sample_vm *pair_vm_before(const struct sample_pair *p, struct vm_id id)
{
	const struct sample_vm *vm = map_get(&p->vms_before, vm_id_key(id));

	if (!vm || vm_id_equal(vm->id, id))
		return vm;
	for (size_t i = 0; i < p->before->vm_count; i++)
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

const struct sample_exit_thread *pair_take_late(struct sample_pair *p, pid_t tid)
{
	return map_remove(&p->late, (uint64_t)tid);
}

bool pair_is_reused(const struct sample_pair *p, pid_t tid)
{
	return p->reused.count && map_get(&p->reused, (uint64_t)tid);
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
