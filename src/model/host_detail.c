#include "model/host_detail.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "model/cpu_list.h"

static double known(uint64_t total)
{
	return total == SAMPLE_UNKNOWN ? NAN : (double)total;
}

/* Of the time between the samples. The kernel adds up at its own moments: a little more than all of it is all. */
static double stalled_pct(const struct sample_pressure *before, const struct sample_pressure *now,
	const struct sample_pair *pair)
{
	const double us = before ? pair_growth(before->total_us, now->total_us) : NAN;
	const double pct = 100 * us / 1e6 / pair->seconds;

	return pct > 100 ? 100 : pct;
}

static struct host_pressure pressure(const struct sample_pressure *some_before,
	const struct sample_pressure *some, const struct sample_pressure *full_before,
	const struct sample_pressure *full, const struct sample_pair *pair)
{
	return (struct host_pressure){
		.some_pct = stalled_pct(some_before, some, pair),
		.full_pct = stalled_pct(full_before, full, pair),
		.some_10s_pct = some->avg10_pct,
		.full_10s_pct = full->avg10_pct,
		.some_60s_pct = some->avg60_pct,
		.full_60s_pct = full->avg60_pct,
	};
}

static void set_pressures(struct host_detail *d, const struct sample_host_detail *before,
	const struct sample_host_detail *now, const struct sample_pair *pair)
{
#define BEFORE(member) (before ? &before->member : NULL)
	d->cpu = pressure(BEFORE(cpu_some), &now->cpu_some, BEFORE(cpu_full), &now->cpu_full, pair);
	d->memory = pressure(BEFORE(memory_some), &now->memory_some, BEFORE(memory_full),
		&now->memory_full, pair);
	d->io = pressure(BEFORE(io_some), &now->io_some, BEFORE(io_full), &now->io_full, pair);
#undef BEFORE
}

static void set_nodes(struct host_detail *d, const struct sample_host_detail *now)
{
	d->node_count = now->node_count;
	d->nodes = arena_array(&d->arena, now->node_count, sizeof *d->nodes);
	for (size_t i = 0; i < now->node_count; i++)
		d->nodes[i] = (struct host_node){
			.number = now->nodes[i].number,
			.cpus = arena_strdup(&d->arena, now->nodes[i].cpus),
			.memory_kib = known(now->nodes[i].memory_kib),
			.free_kib = known(now->nodes[i].free_kib),
		};
}

/* A guest's vCPUs are threads where these can be told from others, else what its configuration says. */
static unsigned vcpus_of(const struct vm *vm)
{
	if (vm->vcpus)
		return (unsigned)vm->vcpus;
	return vm->config ? vm->config->machine.vcpus : 0;
}

static void set_overcommit(struct host_overcommit *o, const struct model *m)
{
	size_t vms = 0;

	*o = (struct host_overcommit){ 0 };
	for (size_t i = 0; i < m->vm_count; i++) {
		const struct domain_config *config = m->vms[i]->config;
		const uint64_t memory_kib = config ? config->machine.memory_kib : 0;
		const unsigned vcpus = vcpus_of(m->vms[i]);

		if (m->vms[i]->ended)
			continue;
		vms++;
		o->vcpus += vcpus;
		o->vcpus_unknown += !vcpus;
		o->memory_kib += (double)memory_kib;
		o->memory_unknown += !memory_kib;
	}
	/* A sum of nothing but unknowns is unknown. */
	if (vms && o->vcpus_unknown == vms)
		o->vcpus = NAN;
	if (vms && o->memory_unknown == vms)
		o->memory_kib = NAN;
	o->vcpus_per_cpu = m->host.cpus ? o->vcpus / m->host.cpus : NAN;
	o->memory_pct = m->host.memory_kib > 0 ? 100 * o->memory_kib / m->host.memory_kib : NAN;
}

struct host_detail *host_detail_new(const struct model *m, const struct sample_pair *pair)
{
	const struct sample_host_detail *now = pair->now->host_detail;
	const struct sample_host_detail *before =
		pair->before && pair->before->host_detail_count ? pair->before->host_detail : NULL;
	struct host_detail *d;

	if (!pair->now->host_detail_count)
		return NULL;
	d = mem_calloc(1, sizeof *d);
	set_pressures(d, before, now, pair);
	text_clean(d->thp, sizeof d->thp, now->thp);
	d->halt_poll_grow = now->halt_poll_grow;
	d->halt_poll_grow_start_ns = now->halt_poll_grow_start_ns;
	d->halt_poll_shrink = now->halt_poll_shrink;
	d->cpus_online = arena_strdup(&d->arena, now->cpus_online);
	d->huge_pages = known(now->huge_pages);
	d->huge_pages_free = known(now->huge_pages_free);
	d->huge_page_kib = known(now->huge_page_kib);
	d->dirty_kib = known(now->dirty_kib);
	d->writeback_kib = known(now->writeback_kib);
	set_nodes(d, now);
	set_overcommit(&d->overcommit, m);
	return d;
}

void host_detail_free(struct host_detail *d)
{
	if (!d)
		return;
	arena_fini(&d->arena);
	free(d);
}

int host_detail_node(const struct host_detail *d, int cpu)
{
	for (size_t i = 0; cpu >= 0 && i < d->node_count; i++)
		if (d->nodes[i].cpus && cpu_list_has(d->nodes[i].cpus, cpu))
			return d->nodes[i].number;
	return -1;
}
