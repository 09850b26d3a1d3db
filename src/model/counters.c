#include "model/counters.h"

#include <math.h>
#include <stdio.h>

#include "core/clock.h"

struct vm_counters counters_unknown(void)
{
	return (struct vm_counters){
		.exits_per_s = NAN,
		.io_exits_per_s = NAN,
		.mmio_exits_per_s = NAN,
		.halt_exits_per_s = NAN,
		.irq_exits_per_s = NAN,
		.hypercalls_per_s = NAN,
		.nested_runs_per_s = NAN,
		.page_faults_per_s = NAN,
		.directed_yields_per_s = NAN,
		.nx_splits_per_s = NAN,
		.halt_poll_pct = NAN,
		.halt_wait_pct = NAN,
		.main_wakes_per_s = NAN,
		.unhandled_msrs_per_s = NAN,
		.unhandled_msrs = NAN,
	};
}

/* Pages that were split, less those that were merged again: more of the latter is no splitting. */
static double split_growth(uint64_t before, uint64_t now)
{
	if (before == SAMPLE_UNKNOWN || now == SAMPLE_UNKNOWN)
		return NAN;
	return now > before ? (double)(now - before) : 0;
}

static void set_rates(struct vm_counters *c, const struct sample_counters *before,
	const struct sample_counters *now)
{
	const double ns = (double)(now->time_ns - before->time_ns);
	const double per_s = (double)NS_PER_S / ns, pct = 100 / ns;

	c->exits_per_s = per_s * pair_growth(before->exits, now->exits);
	c->io_exits_per_s = per_s * pair_growth(before->io_exits, now->io_exits);
	c->mmio_exits_per_s = per_s * pair_growth(before->mmio_exits, now->mmio_exits);
	c->halt_exits_per_s = per_s * pair_growth(before->halt_exits, now->halt_exits);
	c->irq_exits_per_s = per_s * pair_growth(before->irq_exits, now->irq_exits);
	c->hypercalls_per_s = per_s * pair_growth(before->hypercalls, now->hypercalls);
	c->nested_runs_per_s = per_s * pair_growth(before->nested_runs, now->nested_runs);
	c->page_faults_per_s = per_s * pair_growth(before->page_faults, now->page_faults);
	c->directed_yields_per_s =
		per_s * pair_growth(before->directed_yields, now->directed_yields);
	c->nx_splits_per_s = per_s * split_growth(before->nx_splits, now->nx_splits);
	c->halt_poll_pct =
		pct * (pair_growth(before->halt_poll_success_ns, now->halt_poll_success_ns) +
			      pair_growth(before->halt_poll_fail_ns, now->halt_poll_fail_ns));
	c->halt_wait_pct = pct * pair_growth(before->halt_wait_ns, now->halt_wait_ns);
}

static const struct sample_thread *find_emulator(const struct sample_vm *vm)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].kind == THREAD_EMULATOR)
			return &vm->threads[i];
	return NULL;
}

static double main_wakes(const struct sample_vm *before, const struct sample_vm *now)
{
	const struct sample_thread *then = find_emulator(before), *t = find_emulator(now);

	return then && t && then->tid == t->tid ? pair_growth(then->switches, t->switches) : NAN;
}

void counters_update(struct vm_counters *c, const struct sample_vm *before,
	const struct sample_vm *now, const struct sample_pair *pair)
{
	const bool is_read_again = before && before->counters.time_ns &&
				   now->counters.time_ns > before->counters.time_ns;
	const bool is_same_reading = before && now->counters.time_ns &&
				     now->counters.time_ns == before->counters.time_ns;
	const struct vm_counters last = *c;

	*c = is_same_reading ? last : counters_unknown();
	if (is_read_again)
		set_rates(c, &before->counters, &now->counters);
	c->main_wakes_per_s = before ? main_wakes(before, now) / pair->seconds : NAN;
	c->unhandled_msrs_per_s =
		before ? pair_growth(before->unhandled_msrs, now->unhandled_msrs) / pair->seconds
		       : NAN;
	c->unhandled_msrs =
		now->unhandled_msrs == SAMPLE_UNKNOWN ? NAN : (double)now->unhandled_msrs;
	c->unhandled_msr = now->unhandled_msr;
}

static struct exit_row coarse_row(const char *name, double per_s, double all_per_s)
{
	struct exit_row row = {
		.samples = NAN,
		.samples_pct = all_per_s > 0 ? 100 * per_s / all_per_s : NAN,
		.time_pct = NAN,
		.min_us = NAN,
		.max_us = NAN,
		.avg_us = NAN,
		.stderr_pct = NAN,
		.per_s = per_s,
		.time_us = NAN,
		.p50_us = NAN,
		.p99_us = NAN,
	};

	snprintf(row.name, sizeof row.name, "%s", name);
	return row;
}

size_t counters_rows(const struct vm_counters *c, struct exit_row rows[static COUNTERS_ROWS])
{
	const struct {
		const char *name;
		double per_s;
	} known[] = {
		{ "I/O ports", c->io_exits_per_s },
		{ "MMIO", c->mmio_exits_per_s },
		{ "halts", c->halt_exits_per_s },
		{ "host interrupts", c->irq_exits_per_s },
	};
	double rest = c->exits_per_s;
	size_t count = 0;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (isnan(known[i].per_s))
			continue;
		rows[count++] = coarse_row(known[i].name, known[i].per_s, c->exits_per_s);
		rest -= known[i].per_s;
	}
	/* The files are read one after the other: their sum may be a little more than all. */
	if (isnan(rest))
		return count;
	rows[count] = coarse_row(count ? "other" : "all", fmax(rest, 0), c->exits_per_s);
	return count + 1;
}
