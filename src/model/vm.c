#include "model/vm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/number.h"
#include "core/text.h"
#include "domain/pending.h"
#include "model/board.h"
#include "model/counters.h"
#include "model/halts.h"
#include "model/thread.h"

struct vm *vm_new(struct vm_id id)
{
	struct vm *vm = mem_calloc(1, sizeof *vm);

	vm->id = id;
	vm->history = mem_calloc(1, sizeof *vm->history);
	vm->counters = counters_unknown();
	vm->halts = halts_unknown();
	vm->devices = devices_unknown();
	recent_init(&vm->history->recent, &vm->recent);
	return vm;
}

void vm_free(struct vm *vm)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		thread_fini(&vm->threads[i]);
	recent_fini(&vm->history->recent);
	exit_table_fini(&vm->interval);
	exit_table_fini(&vm->total);
	exit_table_fini(&vm->recent);
	irq_table_fini(&vm->interval_irqs);
	irq_table_fini(&vm->total_irqs);
	irq_table_fini(&vm->recent_irqs);
	halts_fini(&vm->halts);
	devices_fini(&vm->devices);
	free(vm->threads);
	free(vm->history);
	free(vm);
}

void vm_zero(struct vm *vm)
{
	exit_table_clear(&vm->total);
	irq_table_clear(&vm->total_irqs);
	for (size_t i = 0; i < vm->thread_count; i++)
		exit_table_clear(&vm->threads[i].total);
}

/* The mark stands in front: names are cut at their end. */
static void set_name(struct vm *vm, const struct sample_vm *now)
{
	const char *mark = now->claim ? VM_CLAIM_MARK : "";
	char *name = vm->name + strlen(mark);
	const size_t size = sizeof vm->name - strlen(mark);

	memcpy(vm->name, mark, strlen(mark));
	if (!now->name || !text_clean(name, size, now->name))
		snprintf(name, size, "pid %d", (int)vm->id.pid);
	text_clean(vm->claim, sizeof vm->claim, now->claim ? now->claim : "");
	vm->claim_pid = now->claim ? now->claim_pid : 0;
	vm->kvm = now->kvm;
}

/* What libvirt said of a VM that has ended is not said any more; its name and UUID stay. */
static void set_identity(struct vm *vm, const struct sample_vm *now)
{
	const bool keep = now->ended && *vm->name;

	vm->ended = now->ended;
	if (!keep) {
		set_name(vm, now);
		text_clean(vm->uuid, sizeof vm->uuid, now->uuid ? now->uuid : "");
	}
	vm->domain = now->domain;
	vm->state = now->domain ? now->domain->state : DOMAIN_UNKNOWN;
	vm->pending = now->domain ? pending_between(&now->domain->live, &now->domain->inactive)
				  : TRI_UNKNOWN;
	vm->config = now->domain && now->domain->live.parsed ? &now->domain->live : now->config;
}

/* near: where the thread is likely to be; threads seldom change their places. */
static const struct sample_thread *thread_before(
	const struct sample_vm *before, const struct sample_thread *now, size_t near)
{
	for (size_t i = 0; before && i < before->thread_count; i++) {
		const struct sample_thread *t = &before->threads[(near + i) % before->thread_count];

		if (t->tid == now->tid && t->start_ticks == now->start_ticks)
			return t;
	}
	return NULL;
}

/* Moves the thread out of the array of the last update; all zero when it was not there. */
static struct thread take_thread(
	struct thread *threads, size_t count, const struct sample_thread *now)
{
	struct thread found = { 0 };

	for (size_t i = 0; i < count; i++)
		if (threads[i].tid == now->tid && threads[i].start_ticks == now->start_ticks) {
			found = threads[i];
			threads[i] = (struct thread){ 0 };
			break;
		}
	return found;
}

static bool has_thread(const struct sample_vm *now, pid_t tid)
{
	for (size_t i = 0; i < now->thread_count; i++)
		if (now->threads[i].tid == tid)
			return true;
	return false;
}

static uint64_t count_exits(const struct sample_exit_thread *t)
{
	uint64_t count = 0;

	for (size_t i = 0; t && i < t->count; i++)
		count += t->exits[i].durations.count;
	return count;
}

/* The exits that were traced of the VM's threads, and of those that have ended. */
static uint64_t count_traced(
	const struct vm *vm, const struct sample_vm *now, const struct sample_pair *pair)
{
	uint64_t count = 0;

	for (size_t i = 0; i < now->thread_count; i++)
		count += count_exits(pair_exits(pair, now->threads[i].tid));
	for (size_t i = 0; i < vm->thread_count; i++)
		if (!has_thread(now, vm->threads[i].tid))
			count += count_exits(pair_exits(pair, vm->threads[i].tid));
	return count;
}

/* How many exits there were in the interval by KVM's own count, or NAN. Where that was not read at both
 * ends of it, the last known rate is what there is. */
static double count_all(
	const struct vm *vm, const struct sample_vm *now, const struct sample_pair *pair)
{
	const struct sample_vm *before = pair_vm_before(pair, vm->id);
	const double growth = before ? pair_growth(before->kvm_exits, now->kvm_exits) : NAN;

	return isnan(growth) ? vm->counters.exits_per_s * pair->seconds : growth;
}

/* A VM that is traced for a part of the time only: KVM's own counter, which costs nothing and is exact,
 * says how many exits there were. Where it cannot be read, the share of the time has to do. */
static void scope_of_sampled(struct exit_scope *scope, const struct vm *vm,
	const struct sample_vm *now, const struct sample_pair *pair)
{
	const double growth = count_all(vm, now, pair);
	const double duty = pair->now->tracing.duty;
	const uint64_t traced = count_traced(vm, now, pair);

	scope->sampled = true;
	scope->per_s = growth / pair->seconds;
	if (!isnan(growth))
		scope->factor = growth / (traced ? (double)traced : 1);
	else if (duty > 0)
		scope->factor = 1 / duty;
	else
		scope->seconds = NAN;
	if (scope->factor < 1)
		scope->factor = 1;
}

/* Whether exits may be those of another VM's thread, or its own counted as another's. */
static bool has_reused_thread(
	const struct vm *vm, const struct sample_vm *now, const struct sample_pair *pair)
{
	if (!pair->reused.count)
		return false;
	for (size_t i = 0; i < now->thread_count; i++)
		if (pair_is_reused(pair, now->threads[i].tid))
			return true;
	for (size_t i = 0; i < vm->thread_count; i++)
		if (pair_is_reused(pair, vm->threads[i].tid))
			return true;
	return false;
}

static struct exit_scope scope_of(
	const struct vm *vm, const struct sample_vm *now, const struct sample_pair *pair)
{
	const struct sample_tracing *tracing = &pair->now->tracing;
	const bool is_traced = tracing->shed < TRACING_SHED_VMS || tracing->only_pid == vm->id.pid;
	const bool is_known = is_traced && now->kvm != TRI_NO && !has_reused_thread(vm, now, pair);
	struct exit_scope scope = {
		.seconds = is_known ? pair->exit_seconds : NAN,
		.factor = 1,
		.per_s = NAN,
		.late_seconds = pair->late_seconds,
	};

	if (!isnan(scope.seconds) && tracing->shed >= TRACING_SHED_TIME)
		scope_of_sampled(&scope, vm, now, pair);
	if (!isnan(scope.seconds) && tracing->details)
		scope.irqs = true;
	return scope;
}

/* What a thread did is the VM's; not by way of the thread's tables, which hold less. */
static void book(struct vm *vm, const struct sample_exit_thread *t, const struct exit_scope *scope)
{
	if (!t || isnan(scope->seconds))
		return;
	exit_table_add(&vm->interval, t->exits, t->count, scope->factor);
	if (scope->irqs)
		irq_table_add(&vm->interval_irqs, t->irqs, t->irq_count);
}

/* Returns the seconds that the exits of the VM's threads cover. Of a VM that is first seen now, what was traced of it in
 * the interval before is booked in this one, and so is that time: what they did in a second is then not too high. */
static double update_threads(struct vm *vm, const struct sample_vm *now, struct sample_pair *pair,
	const struct exit_scope *scope)
{
	const struct sample_vm *before = pair_vm_before(pair, vm->id);
	struct thread *old = vm->threads;
	const size_t old_count = vm->thread_count;
	double seconds = scope->seconds;

	vm->threads = mem_calloc(now->thread_count, sizeof *vm->threads);
	vm->thread_count = now->thread_count;
	for (size_t i = 0; i < now->thread_count; i++) {
		const struct sample_thread *t = &now->threads[i],
					   *was = thread_before(before, t, i);
		const struct sample_exit_thread *late = was ? NULL : pair_take_late(pair, t->tid);

		if (scope->sampled)
			late = NULL; /* its factor is that of another interval */
		if (late && !before)
			seconds = scope->seconds + scope->late_seconds;
		book(vm, late, scope);
		book(vm, pair_exits(pair, t->tid), scope);
		vm->threads[i] = take_thread(old, old_count, t);
		vm->threads[i].vm = vm;
		thread_update(&vm->threads[i], was, t, late, pair, scope);
	}
	/* A thread that has ended still has exits of the time before. */
	for (size_t i = 0; i < old_count; i++)
		if (old[i].tid) {
			book(vm, pair_take_exits(pair, old[i].tid), scope);
			thread_fini(&old[i]);
		}
	free(old);
	qsort(vm->threads, vm->thread_count, sizeof *vm->threads, thread_compare);
	return seconds;
}

/* Of a VM elsewhere the sum is told, all of its threads are not. Its user time holds guest time. */
static void update_cpu(
	struct vm *vm, const struct sample_domain_cpu *before, const struct sample_domain_cpu *now)
{
	struct sample_pair readings = { .seconds = NAN };

	if (before && before->time_ns == now->time_ns)
		return;
	if (before && before->time_ns)
		readings.seconds = pair_seconds(before->time_ns, now->time_ns);
	vm->cpu = cpu_shares_unknown();
	if (isnan(readings.seconds))
		return;
	vm->cpu.cpu_pct = pair_ns_pct(&readings, before->cpu_ns, now->cpu_ns);
	vm->cpu.user_pct = pair_ns_pct(&readings, before->user_ns, now->user_ns);
	vm->cpu.system_pct = pair_ns_pct(&readings, before->system_ns, now->system_ns);
}

static void sum_waits(struct vm *vm)
{
	struct cpu_shares sum = cpu_shares_unknown();

	for (size_t i = 0; i < vm->thread_count; i++)
		cpu_shares_add(&sum, &vm->threads[i].cpu);
	vm->cpu.wait_pct = sum.wait_pct;
}

static void sum_threads(struct vm *vm)
{
	vm->cpu = cpu_shares_unknown();
	for (size_t i = 0; i < vm->thread_count; i++)
		cpu_shares_add(&vm->cpu, &vm->threads[i].cpu);
}

/* Threads that no name tells to be vCPUs become that with their first exit. */
static void count_vcpus(struct vm *vm, const struct sample_vm *now)
{
	bool named = false;

	vm->vcpus = 0;
	for (size_t i = 0; i < vm->thread_count; i++)
		vm->vcpus += vm->threads[i].kind == THREAD_VCPU;
	for (size_t i = 0; i < now->thread_count; i++)
		named |= now->threads[i].kind == THREAD_VCPU;
	if (!named && vm->vcpus < now->vcpus)
		vm->vcpus = now->vcpus;
}

static void set_cpu(struct vm *vm, const struct sample_vm *now, const struct sample_pair *pair)
{
	const struct sample_vm *before = pair_vm_before(pair, vm->id);
	const struct cpu_shares last = vm->cpu;

	sum_threads(vm);
	count_vcpus(vm, now);
	if (!now->cpu.time_ns)
		return;
	vm->cpu = last;
	update_cpu(vm, before ? &before->cpu : NULL, &now->cpu);
	sum_waits(vm);
}

/* A VM that was found only now ran for a part of the time its exits are said to cover: its tables
 * may be too low, and its rate is not told yet. */
static void update_exits(
	struct vm *vm, const struct sample_pair *pair, const struct exit_scope *scope)
{
	vm->exits_per_s = NAN;
	if (isnan(scope->seconds)) {
		recent_forget_exits(&vm->history->recent, &vm->recent);
		return;
	}
	vm->interval.seconds = scope->seconds;
	vm->interval.sampled = scope->sampled;
	exit_table_merge(&vm->total, &vm->interval);
	recent_add_exits(&vm->history->recent, &vm->interval, &vm->recent);
	if (!isnan(scope->per_s))
		vm->exits_per_s = scope->per_s;
	else if (pair_vm_before(pair, vm->id))
		vm->exits_per_s = (double)exit_table_total(&vm->interval).count / scope->seconds;
}

static void update_irqs(struct vm *vm, const struct exit_scope *scope)
{
	if (!scope->irqs) {
		recent_forget_irqs(&vm->history->recent, &vm->recent_irqs);
		return;
	}
	vm->interval_irqs.seconds = scope->seconds;
	irq_table_merge(&vm->total_irqs, &vm->interval_irqs);
	recent_add_irqs(&vm->history->recent, &vm->interval_irqs, &vm->recent_irqs);
}

/* The reason with the most exits, or NULL. */
static const struct exit_entry *top_reason(const struct exit_table *t)
{
	const struct exit_entry *top = NULL;

	for (size_t i = 0; i < t->reason_count; i++) {
		const struct exit_entry *e = &t->reasons[i];

		if (!top || e->durations.count > top->durations.count)
			top = e;
	}
	return top;
}

/* "I/O ports 78.6%", from KVM's counters. */
static void set_coarse_top(struct vm *vm)
{
	struct exit_row rows[COUNTERS_ROWS];
	char share[8];

	if (!counters_rows_of_vm(vm, rows) || isnan(rows[0].samples_pct))
		return;
	number_format(share, sizeof share, rows[0].samples_pct, NUMBER_PERCENT, 5);
	snprintf(vm->top_exit, sizeof vm->top_exit, "%.36s %s%%", rows[0].name, share);
}

static void set_top_exit(struct vm *vm)
{
	const struct exit_entry *top = top_reason(&vm->interval);
	char share[8];

	vm->top_exit[0] = '\0';
	if (!top) {
		set_coarse_top(vm);
		return;
	}
	number_format(share, sizeof share,
		100.0 * (double)top->durations.count /
			(double)exit_table_total(&vm->interval).count,
		NUMBER_PERCENT, 5);
	snprintf(vm->top_exit, sizeof vm->top_exit, "%s %s%%", top->name, share);
}

static enum exit_isa isa_of(const struct exit_table *t)
{
	return t->reason_count ? (enum exit_isa)t->reasons[0].key.isa : EXIT_ISA_UNKNOWN;
}

/* What names a VM's devices in all of its tables. Where neither its configuration nor its exits tell, it stays what it
 * was. */
static void set_board(struct vm *vm)
{
	const enum exit_board board = board_of(vm->config, isa_of(&vm->interval));

	if (board == EXIT_BOARD_UNKNOWN)
		return;
	vm->interval.board = vm->total.board = vm->recent.board = board;
	vm->interval_irqs.board = vm->total_irqs.board = vm->recent_irqs.board = board;
	for (size_t i = 0; i < vm->thread_count; i++)
		vm->threads[i].interval.board = vm->threads[i].total.board = board;
}

void vm_update(struct vm *vm, const struct sample_vm *now, struct sample_pair *pair)
{
	struct exit_scope scope;

	const struct sample_vm *before = pair_vm_before(pair, vm->id);

	set_identity(vm, now);
	counters_update(&vm->counters, before, now, pair);
	devices_update(&vm->devices, before ? &before->devices : NULL, &now->devices);
	scope = scope_of(vm, now, pair);
	exit_table_clear(&vm->interval);
	irq_table_clear(&vm->interval_irqs);
	scope.seconds = update_threads(vm, now, pair, &scope);
	set_board(vm);
	set_cpu(vm, now, pair);
	halts_update(vm, pair_vm_before(pair, vm->id), now, pair);
	update_exits(vm, pair, &scope);
	update_irqs(vm, &scope);
	set_top_exit(vm);
}

void vm_set_off(struct vm *vm, const struct domain *domain)
{
	const struct sample_vm now = { .id = vm->id,
		.name = domain->name,
		.uuid = domain->uuid,
		.domain = domain,
		.config = domain->inactive.parsed ? &domain->inactive : NULL };

	vm->off = true;
	vm->cpu = cpu_shares_unknown();
	vm->exits_per_s = NAN;
	set_identity(vm, &now);
	vm->vcpus = vm->config ? (int)vm->config->machine.vcpus : 0;
}
