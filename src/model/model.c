#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "model/baseline.h"
#include "model/counters.h"
#include "model/host.h"
#include "model/host_detail.h"
#include "model/kernel_log.h"
#include "model/off.h"
#include "model/pair.h"
#include "model/past.h"
#include "model/placement.h"
#include "model/vm.h"

struct model *model_new(void)
{
	struct model *m = mem_calloc(1, sizeof *m);
	struct sample *nothing = sample_new();
	struct sample_pair pair;

	/* Before the first update everything is unknown, as a sample says it in which nobody wrote. */
	pair_init(&pair, NULL, nothing);
	host_update(&m->host, &pair);
	m->platform = host_platform(&nothing->platform);
	pair_fini(&pair);
	sample_free(nothing);
	m->host.exits_per_s = m->host.unattributed = NAN;
	m->interval_s = NAN;
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->vm_count; i++)
		vm_free(m->vms[i]);
	free(m->vms);
	map_fini(&m->by_id);
	off_fini(&m->off);
	map_fini(&m->untaken);
	sample_free(m->last);
	kernel_log_fini(&m->kernel_log);
	baselines_fini(&m->baselines);
	host_fini(&m->host);
	host_detail_free(m->detail);
	past_fini(&m->past);
	hot_symbols_fini(&m->hot_symbols);
	kvm_events_fini(&m->kvm_events);
	free(m);
}

struct vm *model_find(const struct model *m, struct vm_id id)
{
	struct vm *vm = map_get(&m->by_id, vm_id_key(id));

	if (vm && vm_id_equal(vm->id, id))
		return vm;
	/* A part of a model has no map, and two VMs may have the same key. */
	for (size_t i = 0; (vm || !m->by_id.count) && i < m->vm_count; i++)
		if (vm_id_equal(m->vms[i]->id, id))
			return m->vms[i];
	for (size_t i = 0; i < m->off.count; i++)
		if (vm_id_equal(m->off.vms[i]->id, id))
			return m->off.vms[i];
	return NULL;
}

struct vm *model_find_uuid(const struct model *m, const char *uuid)
{
	for (size_t i = 0; *uuid && i < m->vm_count; i++)
		if (!strcmp(m->vms[i]->uuid, uuid))
			return m->vms[i];
	for (size_t i = 0; *uuid && i < m->off.count; i++)
		if (!strcmp(m->off.vms[i]->uuid, uuid))
			return m->off.vms[i];
	return NULL;
}

size_t model_running(const struct model *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->vm_count; i++)
		count += !m->vms[i]->ended;
	return count;
}

static void put_id(struct model *m, struct vm *vm)
{
	if (!map_get(&m->by_id, vm_id_key(vm->id)))
		map_put(&m->by_id, vm_id_key(vm->id), vm);
}

static struct vm *add_vm(struct model *m, struct vm_id id)
{
	struct vm *vm = vm_new(id);

	m->vms = mem_resize(m->vms, m->vm_count + 1, sizeof *m->vms);
	m->vms[m->vm_count++] = vm;
	put_id(m, vm);
	return vm;
}

static void remove_gone_vms(struct model *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->vm_count; i++) {
		if (m->vms[i]->history->update == m->updates) {
			m->vms[kept++] = m->vms[i];
			continue;
		}
		if (!m->vms[i]->ended)
			past_keep(&m->past, m->vms[i]);
		vm_free(m->vms[i]);
	}
	if (kept == m->vm_count)
		return;
	m->vm_count = kept;
	map_fini(&m->by_id);
	m->by_id = (struct map){ 0 };
	for (size_t i = 0; i < kept; i++)
		put_id(m, m->vms[i]);
}

/* A VM that has ended gives its histories to the one that it may be by now. */
static void update_past(struct model *m, const struct sample_pair *pair)
{
	for (size_t i = 0; i < m->vm_count; i++) {
		if (!m->vms[i]->ended)
			continue;
		past_add(&m->past, m->vms[i], pair);
		past_keep(&m->past, m->vms[i]);
	}
	for (size_t i = 0; i < m->vm_count; i++)
		if (!m->vms[i]->ended)
			past_add(&m->past, m->vms[i], pair);
}

static bool is_running(const struct vm *vm)
{
	return !vm->ended && (vm->state == DOMAIN_UNKNOWN || vm->state == DOMAIN_RUNNING ||
				     vm->state == DOMAIN_BLOCKED);
}

int model_count_vcpus(const struct model *m)
{
	int vcpus = 0;

	for (size_t i = 0; i < m->vm_count; i++)
		if (is_running(m->vms[i]))
			vcpus += m->vms[i]->vcpus;
	return vcpus;
}

static void update_vms(struct model *m, struct sample_pair *pair)
{
	for (size_t i = 0; i < pair->now->vm_count; i++) {
		const struct sample_vm *now = &pair->now->vms[i];
		struct vm *vm = model_find(m, now->id);

		if (!vm)
			vm = add_vm(m, now->id);
		if (vm->history->update == m->updates)
			continue; /* named twice */
		vm->history->update = m->updates;
		vm_update(vm, now, pair);
	}
	remove_gone_vms(m);
	update_past(m, pair);
	m->running_vcpus = model_count_vcpus(m);
}

static double count_exits(const struct map *threads)
{
	uint64_t count = 0;
	size_t at = 0;
	void *value;

	while (map_next(threads, &at, NULL, &value)) {
		const struct sample_exit_thread *t = value;

		for (size_t i = 0; i < t->count; i++)
			count += t->exits[i].durations.count;
	}
	return (double)count;
}

/* What no VM took may be of a thread that was just made: the next update will tell. What that does not tell, neither,
 * is given up. */
static void keep_untaken(struct model *m, struct sample_pair *pair)
{
	m->host.unattributed = isnan(pair->exit_seconds)
				       ? NAN
				       : count_exits(&pair->late) + count_exits(&pair->reused);
	m->untaken = (struct map){ 0 };
	m->untaken_s = pair->exit_seconds;
	/* Without a time there is no rate of them. */
	if (isnan(pair->exit_seconds))
		return;
	m->untaken = pair->exits;
	pair->exits = (struct map){ 0 };
}

/* Of all whose exits are known: 0 when there is no VM, NAN when there are, but none is known. */
static double exits_of_all_vms(const struct model *m, const struct sample_pair *pair)
{
	size_t known = 0;
	double sum = 0;

	for (size_t i = 0; i < m->vm_count; i++) {
		const double exits = counters_exits_per_s(m->vms[i]);

		if (isnan(exits))
			continue;
		sum += exits;
		known++;
	}
	return (isnan(pair->exit_seconds) && !known) || (m->vm_count && !known) ? NAN : sum;
}

void model_update_log(struct model *m, const struct sample_pair *pair)
{
	kernel_log_update(&m->kernel_log, pair);
	for (size_t i = 0; i < m->kernel_log.count; i++) {
		struct log_row *row = &m->kernel_log.rows[i];

		if (row->entry.start_ticks)
			row->vm = model_find(
				m, (struct vm_id){ row->entry.pid, row->entry.start_ticks });
	}
}

/* The placements of before lie in the old detail's arena. */
static void update_detail(struct model *m, const struct sample_pair *pair)
{
	struct host_detail *old = m->detail;

	m->detail = host_detail_new(m, pair);
	for (size_t i = 0; i < m->vm_count; i++) {
		struct vm *vm = m->vms[i];

		vm->placement =
			m->detail ? placement_update(m->detail, vm, pair, vm->placement) : NULL;
	}
	host_detail_free(old);
}

static void update_hot_symbols(struct model *m, const struct sample *s)
{
	const struct vm *vm = NULL;

	if (s->hot_symbols_count)
		vm = model_find(
			m, (struct vm_id){ s->hot_symbols->pid, s->hot_symbols->start_ticks });
	hot_symbols_update(&m->hot_symbols, s, m->interval_s, vm ? vm->cpu.guest_pct : NAN,
		vm ? vm->cpu.cpu_pct : NAN);
}

void model_update(struct model *m, struct sample *s)
{
	struct sample_pair pair;

	m->updates++;
	pair_init(&pair, m->last, s);
	pair_set_late(&pair, m->untaken, m->untaken_s);
	m->time_ns = s->time_ns;
	m->real_ns = s->real_ns;
	m->interval_s = pair.seconds;
	host_update(&m->host, &pair);
	m->platform = host_platform(&s->platform);
	update_vms(m, &pair);
	off_update(m, s);
	keep_untaken(m, &pair);
	update_detail(m, &pair);
	m->host.exits_per_s = exits_of_all_vms(m, &pair);
	update_hot_symbols(m, s);
	model_update_log(m, &pair);
	memcpy(m->sources, s->sources, sizeof m->sources);
	m->recording = s->recording;
	kvm_events_update(&m->kvm_events, &pair);
	pair_fini(&pair);
	sample_free(m->last);
	m->last = s;
}

void model_zero(struct model *m)
{
	for (size_t i = 0; i < m->vm_count; i++)
		vm_zero(m->vms[i]);
	kvm_events_zero(&m->kvm_events);
}
