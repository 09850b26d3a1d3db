#include "model/counters.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		.irq_windows_per_s = NAN,
		.nmi_windows_per_s = NAN,
		.signals_per_s = NAN,
		.irq_requests_per_s = NAN,
		.emulated_per_s = NAN,
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
	c->irq_windows_per_s = per_s * pair_growth(before->irq_windows, now->irq_windows);
	c->nmi_windows_per_s = per_s * pair_growth(before->nmi_windows, now->nmi_windows);
	c->signals_per_s = per_s * pair_growth(before->signals, now->signals);
	c->irq_requests_per_s = per_s * pair_growth(before->irq_requests, now->irq_requests);
	c->emulated_per_s = per_s * pair_growth(before->emulated, now->emulated);
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

static double main_wakes_per_s(
	const struct sample_vm *before, const struct sample_vm *now, const struct sample_pair *pair)
{
	const struct sample_thread *then = find_emulator(before), *t = find_emulator(now);
	double seconds = pair->seconds;

	if (!then || !t || then->tid != t->tid)
		return NAN;
	if (then->time_ns && t->time_ns)
		seconds = pair_seconds(then->time_ns, t->time_ns);
	return pair_growth(then->switches, t->switches) / seconds;
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
	c->main_wakes_per_s = before ? main_wakes_per_s(before, now, pair) : NAN;
	c->unhandled_msrs_per_s =
		before ? pair_growth(before->unhandled_msrs, now->unhandled_msrs) / pair->seconds
		       : NAN;
	c->unhandled_msrs =
		now->unhandled_msrs == SAMPLE_UNKNOWN ? NAN : (double)now->unhandled_msrs;
	c->unhandled_msr = now->unhandled_msr;
}

double counters_exits_per_s(const struct vm *vm)
{
	return isnan(vm->exits_per_s) ? vm->counters.exits_per_s : vm->exits_per_s;
}

const char *counters_sentence(const struct host *h)
{
	return h->remote ? "counted by KVM, without times: root there sees reasons, ports "
			   "and MSRs"
			 : "counted by KVM, without times: run as root for reasons, ports and MSRs";
}

/* Its number is nobody's reason: rows that stand for none must still be told apart. */
static struct exit_row coarse_row(uint32_t number, const char *name, double per_s, double all_per_s)
{
	struct exit_row row = {
		.key.reason = COUNTERS_KEY + number,
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
		.coarse = true,
	};

	snprintf(row.name, sizeof row.name, "%s", name);
	return row;
}

/* A counter that can make a row. */
struct part {
	size_t offset; /* of its rate, in struct vm_counters */
	const char *name;
	bool overlaps; /* it counts what others count, too, or what need not be an exit */
};

#define RATE(member) offsetof(struct vm_counters, member)

/* In arch/x86/kvm each exit adds to one of the first ones at most: handle_io(), x86_emulate_instruction()
 * where QEMU is needed, kvm_emulate_halt(), handle_external_interrupt(), handle_interrupt_window(),
 * handle_nmi_window(), kvm_emulate_hypercall(), kvm_mmu_do_page_fault(). (A page's first access by a device
 * can add to two.) */
static const struct part parts[] = {
	{ RATE(io_exits_per_s), "I/O ports", false },
	{ RATE(mmio_exits_per_s), "MMIO", false },
	{ RATE(halt_exits_per_s), "halts", false },
	{ RATE(irq_exits_per_s), "host IRQs", false },
	{ RATE(irq_windows_per_s), "IRQ windows", false },
	{ RATE(nmi_windows_per_s), "NMI windows", false },
	{ RATE(hypercalls_per_s), "hypercalls", false },
	{ RATE(page_faults_per_s), "page faults", false },
	{ RATE(emulated_per_s), "(emulated instr.)", true },
	{ RATE(signals_per_s), "(signals to QEMU)", true },
	{ RATE(irq_requests_per_s), "(IRQ requests)", true },
};

enum { PARTS = sizeof parts / sizeof *parts, KEY_REST = PARTS };
_Static_assert(PARTS + 1 == COUNTERS_ROWS, "a row for each part, and one for the rest");

static int more_frequent(const void *a, const void *b)
{
	const struct exit_row *x = a, *y = b;

	if (x->per_s != y->per_s)
		return x->per_s < y->per_s ? 1 : -1;
	return (x->key.reason > y->key.reason) - (x->key.reason < y->key.reason);
}

/* Adds those that overlap, or those that do not: what does not occur is left out. Returns how many. */
static size_t add_parts(
	const struct vm_counters *c, bool overlaps, struct exit_row *rows, double *sum, bool *known)
{
	size_t count = 0;

	for (uint32_t i = 0; i < PARTS; i++) {
		double per_s;

		memcpy(&per_s, (const char *)c + parts[i].offset, sizeof per_s);
		if (parts[i].overlaps != overlaps || isnan(per_s))
			continue;
		*known = true;
		*sum += per_s;
		if (per_s <= 0)
			continue;
		rows[count] = coarse_row(i, parts[i].name, per_s, c->exits_per_s);
		rows[count++].overlaps = overlaps;
	}
	qsort(rows, count, sizeof *rows, more_frequent);
	return count;
}

size_t counters_rows(const struct vm_counters *c, struct exit_row rows[static COUNTERS_ROWS])
{
	double sum = 0, ignored = 0;
	bool known = false, overlapping;
	size_t count = add_parts(c, false, rows, &sum, &known);

	/* The files are read one after the other: their sum may be a little more than all. */
	if (!isnan(c->exits_per_s))
		rows[count++] = coarse_row(KEY_REST, known ? "other" : "all",
			fmax(c->exits_per_s - sum, 0), c->exits_per_s);
	return count + add_parts(c, true, rows + count, &ignored, &overlapping);
}

size_t counters_rows_of_vm(const struct vm *vm, struct exit_row rows[static COUNTERS_ROWS])
{
	return isnan(vm->exits_per_s) ? counters_rows(&vm->counters, rows) : 0;
}
