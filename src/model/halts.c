#include "model/halts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/mem.h"
#include "model/model.h"

/* Totals, and when they were read. */
struct reading {
	struct sample_vcpu_halts totals;
	uint64_t time_ns; /* 0: not */
};

static void forget_figures(struct halt_row *row)
{
	row->poll_pct = row->poll_success_pct = row->poll_fail_pct = row->wait_pct = NAN;
	row->wakes_per_s = row->polls_per_s = row->success_pct = NAN;
	row->system_pct = row->poll_of_system_pct = NAN;
}

static struct halt_row row_unknown(void)
{
	struct halt_row row = { .vcpu = HALT_ALL_VCPUS };

	forget_figures(&row);
	return row;
}

struct vm_halts halts_unknown(void)
{
	return (struct vm_halts){ .all = row_unknown() };
}

void halts_fini(struct vm_halts *h)
{
	free(h->vcpus);
	*h = halts_unknown();
}

bool halts_are_known(const struct halt_row *row)
{
	return !isnan(row->poll_pct) || !isnan(row->wait_pct) || !isnan(row->wakes_per_s) ||
	       !isnan(row->polls_per_s);
}

/* All polling is system time; the two are measured in different ways, and at moments that are a little apart. */
static void set_share_of_system(struct halt_row *row)
{
	row->system_pct = row->system_sum / row->system_seconds;
	row->system_sum = row->system_seconds = 0;
	row->poll_of_system_pct = row->system_pct > 0 ? 100 * row->poll_pct / row->system_pct : NAN;
	if (row->poll_of_system_pct > 100)
		row->poll_of_system_pct = 100;
}

static void set_figures(
	struct halt_row *row, const struct reading *before, const struct reading *now)
{
	const struct sample_vcpu_halts *a = &before->totals, *b = &now->totals;
	const double ns = (double)(now->time_ns - before->time_ns);
	const double pct = 100 / ns, per_s = (double)NS_PER_S / ns;
	const double polls = pair_growth(a->polls, b->polls);

	row->poll_success_pct = pct * pair_growth(a->poll_success_ns, b->poll_success_ns);
	row->poll_fail_pct = pct * pair_growth(a->poll_fail_ns, b->poll_fail_ns);
	row->poll_pct = row->poll_success_pct + row->poll_fail_pct;
	row->wait_pct = pct * pair_growth(a->wait_ns, b->wait_ns);
	row->wakes_per_s = per_s * pair_growth(a->wakeups, b->wakeups);
	row->polls_per_s = per_s * polls;
	row->success_pct =
		polls > 0 ? 100 * pair_growth(a->polls_successful, b->polls_successful) / polls
			  : NAN;
	set_share_of_system(row);
}

/* system_pct: of the threads, since the sample before. */
static void update_row(struct halt_row *row, const struct reading *before,
	const struct reading *now, double system_pct, double seconds)
{
	if (!before->time_ns || now->time_ns < before->time_ns) {
		forget_figures(row);
		row->system_sum = row->system_seconds = 0;
		return;
	}
	row->system_sum += system_pct * seconds;
	row->system_seconds += seconds;
	if (now->time_ns > before->time_ns)
		set_figures(row, before, now);
}

static struct reading reading_of_all(const struct sample_vm *vm)
{
	const struct sample_counters *c = vm ? &vm->counters : NULL;

	if (!c || !c->time_ns)
		return (struct reading){ 0 };
	return (struct reading){ .time_ns = c->time_ns,
		.totals = { .poll_success_ns = c->halt_poll_success_ns,
			.poll_fail_ns = c->halt_poll_fail_ns,
			.wait_ns = c->halt_wait_ns,
			.wakeups = c->halt_wakeups,
			.polls = c->halt_polls,
			.polls_successful = c->halt_polls_successful } };
}

static struct reading reading_of(const struct sample_vm *vm, int vcpu)
{
	for (size_t i = 0; vm && i < vm->halts.count; i++)
		if (vm->halts.vcpus[i].vcpu == vcpu)
			return (struct reading){ vm->halts.vcpus[i], vm->halts.time_ns };
	return (struct reading){ 0 };
}

/* Of the vCPU's thread, or of all vCPUs'; NAN when one is not known. */
static double system_of(const struct vm *vm, int vcpu)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct thread *t = &vm->threads[i];

		if (t->kind != THREAD_VCPU || (vcpu != HALT_ALL_VCPUS && t->vcpu != vcpu))
			continue;
		sum += t->cpu.system_pct;
		count++;
	}
	return count ? sum : NAN;
}

static struct halt_row row_before(const struct vm_halts *h, int vcpu)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->vcpus[i].vcpu == vcpu)
			return h->vcpus[i];
	return row_unknown();
}

static int compare_vcpus(const void *a, const void *b)
{
	const int x = ((const struct halt_row *)a)->vcpu, y = ((const struct halt_row *)b)->vcpu;

	return (x > y) - (x < y);
}

static void update_vcpus(struct vm *vm, const struct sample_vm *before, const struct sample_vm *now,
	const struct sample_pair *pair)
{
	struct vm_halts *h = &vm->halts;
	struct halt_row *rows = mem_calloc(now->halts.count, sizeof *rows);

	for (size_t i = 0; i < now->halts.count; i++) {
		const int vcpu = now->halts.vcpus[i].vcpu;
		const struct reading then = reading_of(before, vcpu), it = reading_of(now, vcpu);

		rows[i] = row_before(h, vcpu);
		rows[i].vm = vm;
		rows[i].vcpu = vcpu;
		snprintf(rows[i].name, sizeof rows[i].name, "vCPU %d", vcpu);
		update_row(&rows[i], &then, &it, system_of(vm, vcpu), pair->seconds);
	}
	free(h->vcpus);
	h->vcpus = rows;
	h->count = now->halts.count;
	qsort(rows, h->count, sizeof *rows, compare_vcpus);
}

void halts_update(struct vm *vm, const struct sample_vm *before, const struct sample_vm *now,
	const struct sample_pair *pair)
{
	const struct reading then = reading_of_all(before), it = reading_of_all(now);
	struct halt_row *all = &vm->halts.all;

	all->vm = vm;
	all->vcpu = HALT_ALL_VCPUS;
	snprintf(all->name, sizeof all->name, "all %d", vm->vcpus);
	update_row(all, &then, &it, system_of(vm, HALT_ALL_VCPUS), pair->seconds);
	update_vcpus(vm, before, now, pair);
}
