#include "source/trace/trace_keeper.h"

#include <stdlib.h>
#include <time.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/host/kvm_counters.h"
#include "source/trace/trace_target.h"

static void begin_interval(struct trace_keeper *k, uint64_t now_ns)
{
	k->interval = (struct trace_interval){
		.begin_ns = now_ns,
		.begin_on_ns = trace_shed_on_ns(&k->shed, now_ns),
		.shed = k->shed.level,
		.details = k->shed.details,
	};
}

void trace_keeper_init(struct trace_keeper *k, struct trace_instance *instance,
	const struct budget_limits *limits, bool details)
{
	const uint64_t now_ns = clock_mono_ns();

	*k = (struct trace_keeper){ 0 };
	trace_shed_init(&k->shed, instance, now_ns);
	trace_shed_want_details(&k->shed, details);
	budget_init(&k->budget, limits);
	begin_interval(k, now_ns);
}

void trace_keeper_fini(struct trace_keeper *k)
{
	trace_shed_fini(&k->shed);
}

static uint64_t own_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static struct budget_usage usage(const struct trace_keeper *k, const struct sample_tracing *totals,
	uint64_t cpu_ns, uint64_t now_ns)
{
	return (struct budget_usage){
		.time_ns = now_ns,
		.own_cpu_ns = own_cpu_ns(),
		.trace_cpu_ns = cpu_ns,
		.events = totals->events + totals->lost,
		.on_ns = trace_shed_on_ns(&k->shed, now_ns),
	};
}

/* Whether the events read are those of the time in which recording was on: in its short spans at
 * TRACING_SHED_TIME, what is still in the buffers counts. */
static bool is_countable(const struct trace_keeper *k, uint64_t horizon_ns)
{
	if (horizon_ns < k->settled_ns)
		return false;
	return k->shed.edge_ns == UINT64_MAX || (!k->shed.on && horizon_ns >= k->shed.on_since_ns);
}

/* Keeps to the budget. Before the first collect the VMs are not known yet. */
static void keep_budget(struct trace_keeper *k, const struct sample_tracing *totals,
	uint64_t cpu_ns, uint64_t now_ns)
{
	const bool useful[TRACING_SHED__COUNT] = {
		[TRACING_SHED_NOTHING] = true,
		[TRACING_SHED_DETAILS] = k->shed.details_wanted && !k->shed.has_no_details,
		[TRACING_SHED_VMS] =
			k->has_other_vms && k->shed.tid_count && !k->shed.cannot_filter,
		[TRACING_SHED_TIME] = true,
	};
	const enum tracing_shed level = k->budget.level;
	struct budget_usage now;

	if (!k->vms_known || !is_countable(k, totals->horizon_ns))
		return;
	now = usage(k, totals, cpu_ns, now_ns);
	if (!k->budget.measuring)
		budget_start(&k->budget, &now);
	else if (budget_update(&k->budget, &now, useful))
		trace_shed_set(&k->shed, k->budget.level, k->budget.duty, now_ns);
	if (k->budget.level == level)
		return;
	k->settled_ns = clock_mono_ns();
	if (k->interval.shed < k->budget.level)
		k->interval.shed = k->budget.level;
	k->interval.details &= k->shed.details;
}

uint64_t trace_keeper_work(
	struct trace_keeper *k, const struct sample_tracing *totals, uint64_t cpu_ns)
{
	const uint64_t now_ns = clock_mono_ns();

	keep_budget(k, totals, cpu_ns, now_ns);
	return trace_shed_work(&k->shed, now_ns);
}

static void report_interval(const struct trace_keeper *k, struct sample *s, uint64_t now_ns)
{
	const struct trace_interval *i = &k->interval;
	const uint64_t on_ns = trace_shed_on_ns(&k->shed, now_ns) - i->begin_on_ns;

	s->tracing.details = i->details;
	s->tracing.shed = i->shed;
	s->tracing.only_pid = i->shed >= TRACING_SHED_VMS ? k->shed.pid : 0;
	s->tracing.duty = now_ns > i->begin_ns ? (double)on_ns / (double)(now_ns - i->begin_ns) : 1;
	s->tracing.budget_cpu_pct = k->budget.limits.cpu_pct;
	s->tracing.budget_events_per_s = k->budget.limits.events_per_s;
}

static void select_vm(
	struct trace_keeper *k, const struct sample *s, const struct sample_vm *vm, uint64_t now_ns)
{
	pid_t *tids = mem_calloc(vm->thread_count, sizeof *tids);
	const size_t count = trace_target_tids(s, vm, k->shed.tids, k->shed.tid_count, tids);

	if (vm->id.pid != k->shed.pid)
		budget_forget(&k->budget);
	trace_shed_select(&k->shed, vm->id.pid, tids, count, now_ns);
	free(tids);
}

/* Brings the choice of the VM that may be left, and of its threads, up to date. While it is the only one
 * that is traced, nothing is known of others that would be a reason to change. Where no VM was known to
 * be busy so far, the interval was traced without a choice, and the new one holds for it, too. */
static void update_target(struct trace_keeper *k, struct sample *s, pid_t selected, uint64_t now_ns)
{
	const struct sample_vm *vm =
		trace_target_choose(s, selected, k->shed.filtered ? k->shed.pid : 0);

	if (!vm)
		vm = trace_target_choose(s, k->shed.pid, 0);
	if (!vm) {
		trace_shed_select(&k->shed, 0, NULL, 0, now_ns);
		k->has_other_vms = false;
		return;
	}
	if (s->tracing.shed >= TRACING_SHED_VMS && !s->tracing.only_pid)
		s->tracing.only_pid = vm->id.pid;
	/* Those that --pid leaves out show by their exits, while these are traced. */
	if (!k->shed.filtered)
		k->has_hidden_vms = trace_target_vms(s) == 1 && trace_target_has_others(s, vm);
	k->has_other_vms = trace_target_vms(s) > 1 || k->has_hidden_vms;
	select_vm(k, s, vm, now_ns);
}

/* The counter of the VM that may be left: it is read before it has to stand in for the events, so that
 * its growth is known from the start. */
static void read_counter(const struct trace_keeper *k, struct sample *s, const char *root)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].id.pid == k->shed.pid && !s->vms[i].ended)
			s->vms[i].kvm_exits = kvm_counters_exits(root, &s->vms[i]);
}

void trace_keeper_report(struct trace_keeper *k, struct sample *s, pid_t selected, bool details,
	const char *counters_root)
{
	const uint64_t now_ns = clock_mono_ns();

	report_interval(k, s, now_ns);
	update_target(k, s, selected, now_ns);
	k->vms_known = true;
	read_counter(k, s, counters_root);
	trace_shed_want_details(&k->shed, details);
	begin_interval(k, now_ns);
}
