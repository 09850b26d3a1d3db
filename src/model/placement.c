#include "model/placement.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "model/cpu_list.h"
#include "model/host_detail.h"
#include "model/model.h"

/* Less than this of a CPU's time is not worth a word. */
#define THROTTLED_MIN_PCT 1.0

static const struct sample_vm *vm_of(const struct sample *s, struct vm_id id)
{
	for (size_t i = 0; s && i < s->vm_count; i++)
		if (vm_id_equal(s->vms[i].id, id))
			return &s->vms[i];
	return NULL;
}

static const struct sample_placement *placement_of(
	const struct sample_vm *vm, pid_t tid, uint64_t start_ticks, size_t near)
{
	for (size_t i = 0; vm && i < vm->placement_count; i++) {
		const struct sample_placement *p =
			&vm->placements[(near + i) % vm->placement_count];

		if (p->tid == tid && p->start_ticks == start_ticks)
			return p;
	}
	return NULL;
}

static bool is_index(int group, size_t count)
{
	return group >= 0 && (size_t)group < count;
}

static const char *clean(struct arena *arena, const char *text)
{
	const size_t size = text ? strlen(text) + 1 : 0;
	char *out;

	if (!text)
		return NULL;
	out = arena_alloc(arena, size);
	text_clean(out, size, text);
	return out;
}

static double limit(uint64_t value, double unit)
{
	if (value == SAMPLE_UNKNOWN)
		return NAN;
	return value == SAMPLE_NO_LIMIT ? INFINITY : (double)value / unit;
}

static void set_quota(struct cgroup *g, const struct sample_cgroup *now)
{
	const double period_us = limit(now->period_us, 1);

	g->quota_cpus = limit(now->quota_us, 1);
	if (isfinite(g->quota_cpus))
		g->quota_cpus =
			period_us > 0 && isfinite(period_us) ? g->quota_cpus / period_us : NAN;
	if (isfinite(g->quota_cpus))
		snprintf(g->quota, sizeof g->quota, "%.2f", g->quota_cpus);
	else if (!isnan(g->quota_cpus))
		snprintf(g->quota, sizeof g->quota, "none");
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Where the reading is the one of before, what it said then is what is known. Where there is no quota nothing is held
 * back. */
static void set_throttled(struct cgroup *g, const struct sample_cgroup *before,
	const struct sample_cgroup *now, const struct cgroup *old)
{
	double seconds, periods;

	g->throttled_pct = g->throttled_periods_pct = NAN;
	if (now->quota_us == SAMPLE_NO_LIMIT) {
		g->throttled_pct = g->throttled_periods_pct = 0;
		return;
	}
	if (!before || !same_text(before->limit_path, now->limit_path))
		return;
	if (before->time_ns == now->time_ns) {
		g->throttled_pct = old ? old->throttled_pct : NAN;
		g->throttled_periods_pct = old ? old->throttled_periods_pct : NAN;
		return;
	}
	seconds = pair_growth(before->time_ns, now->time_ns) / (double)NS_PER_S;
	periods = pair_growth(before->periods, now->periods);
	g->throttled_pct =
		100 * pair_growth(before->throttled_us, now->throttled_us) / 1e6 / seconds;
	/* Without a period in which a task ran none was held back. */
	g->throttled_periods_pct =
		periods > 0 ? 100 * pair_growth(before->throttled_periods, now->throttled_periods) /
				      periods
			    : periods;
}

static void set_group(struct cgroup *g, struct arena *arena, const struct sample_cgroup *before,
	const struct sample_cgroup *now, const struct cgroup *old)
{
	*g = (struct cgroup){
		.path = clean(arena, now->path),
		.limit_path = clean(arena, now->limit_path),
		.cpus = clean(arena, now->cpus),
		.version = now->version,
		.weight = limit(now->weight, 1),
		.memory_max_kib = limit(now->memory_max, 1024),
		.memory_high_kib = limit(now->memory_high, 1024),
	};
	set_quota(g, now);
	set_throttled(g, before, now, old);
}

/* Which of the groups of before this one was: the one that a thread of it was in then. -1: none. */
static int group_before(const struct sample_vm *before, const struct sample_vm *now, int group)
{
	for (size_t i = 0; i < now->placement_count; i++) {
		const struct sample_placement *p = &now->placements[i], *was;

		if (p->group != group)
			continue;
		was = placement_of(before, p->tid, p->start_ticks, i);
		if (was && is_index(was->group, before->cgroup_count) &&
			same_text(before->cgroups[was->group].path, now->cgroups[group].path))
			return was->group;
	}
	return -1;
}

static void set_groups(struct vm_placement *out, struct arena *arena,
	const struct sample_vm *before, const struct sample_vm *now, const struct vm_placement *old)
{
	out->groups = arena_array(arena, now->cgroup_count, sizeof *out->groups);
	out->group_count = now->cgroup_count;
	out->throttled_pct = NAN;
	for (size_t i = 0; i < now->cgroup_count; i++) {
		const int was = group_before(before, now, (int)i);
		const bool known = old && was >= 0 && (size_t)was < old->group_count;

		set_group(&out->groups[i], arena, was >= 0 ? &before->cgroups[was] : NULL,
			&now->cgroups[i], known ? &old->groups[was] : NULL);
		out->throttled_pct = fmax(out->throttled_pct, out->groups[i].throttled_pct);
	}
}

static void set_cpus(
	struct placement *out, struct host_detail *d, const struct sample_placement *now)
{
	const char *online = d->cpus_online;
	const int online_count = online ? cpu_list_count(online) : 0;

	out->cpu_count = -1;
	if (!now->cpus)
		return;
	out->cpus = clean(&d->arena, now->cpus);
	if (!online)
		return;
	/* The kernel also lists CPUs that are not online: where nobody pins, all that could ever be. */
	out->cpu_count = cpu_list_common(now->cpus, online);
	out->is_pinned = out->cpu_count < online_count;
	if (!out->is_pinned)
		out->cpus = "all";
}

static struct placement make_placement(
	struct host_detail *d, const struct sample_placement *now, const struct vm_placement *vm)
{
	struct placement p = { .last_cpu = -1, .node = -1, .cpu_count = -1 };

	if (!now)
		return p;
	p.known = true;
	p.last_cpu = now->last_cpu;
	p.node = host_detail_node(d, now->last_cpu);
	set_cpus(&p, d, now);
	p.nodes = clean(&d->arena, now->nodes);
	p.is_remote = p.nodes && p.node >= 0 && !cpu_list_has(p.nodes, p.node);
	if (is_index(now->group, vm->group_count))
		p.group = &vm->groups[now->group];
	return p;
}

const struct vm_placement *placement_update(struct host_detail *d, const struct vm *vm,
	const struct sample_pair *pair, const struct vm_placement *old)
{
	const struct sample_vm *now = vm_of(pair->now, vm->id), *before;
	struct vm_placement *out;

	if (!now)
		return NULL;
	before = pair_vm_before(pair, vm->id);
	out = arena_alloc(&d->arena, sizeof *out);
	set_groups(out, &d->arena, before, now, old);
	out->threads = arena_array(&d->arena, vm->thread_count, sizeof *out->threads);
	for (size_t i = 0; i < vm->thread_count; i++)
		out->threads[i] = make_placement(d,
			placement_of(now, vm->threads[i].tid, vm->threads[i].start_ticks, i), out);
	return out;
}

const char *placement_remark(const struct placement *p)
{
	if (p->group && p->group->throttled_pct >= THROTTLED_MIN_PCT)
		return "throttled";
	return p->is_remote ? "remote memory" : NULL;
}
