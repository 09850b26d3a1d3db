#include "source/trace/trace_target.h"

#include <stdlib.h>

static const struct sample_thread *find_thread(const struct sample_vm *vm, pid_t tid)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].tid == tid)
			return &vm->threads[i];
	return NULL;
}

static uint64_t count_exits(const struct sample *s, const struct sample_vm *vm)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->exit_thread_count; i++) {
		const struct sample_exit_thread *t = &s->exit_threads[i];

		if (!find_thread(vm, t->tid))
			continue;
		for (size_t j = 0; j < t->count; j++)
			sum += t->exits[j].durations.count;
	}
	return sum;
}

static const struct sample_vm *busiest(const struct sample *s)
{
	const struct sample_vm *best = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < s->vm_count; i++) {
		const uint64_t exits = count_exits(s, &s->vms[i]);

		if (exits > most && !s->vms[i].ended) {
			best = &s->vms[i];
			most = exits;
		}
	}
	return best;
}

static const struct sample_vm *find_vm(const struct sample *s, pid_t pid)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].id.pid == pid && !s->vms[i].ended)
			return &s->vms[i];
	return NULL;
}

size_t trace_target_vms(const struct sample *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->vm_count; i++)
		count += !s->vms[i].ended;
	return count;
}

static const struct sample_vm *only_vm(const struct sample *s)
{
	size_t i = 0;

	while (s->vms[i].ended)
		i++;
	return &s->vms[i];
}

const struct sample_vm *trace_target_choose(const struct sample *s, pid_t wanted, pid_t present)
{
	const struct sample_vm *vm = find_vm(s, wanted);

	if (!vm)
		vm = find_vm(s, present);
	if (!vm)
		vm = trace_target_vms(s) == 1 ? only_vm(s) : busiest(s);
	return vm;
}

static bool has_exits(const struct sample *s, pid_t tid)
{
	for (size_t i = 0; i < s->exit_thread_count; i++)
		if (s->exit_threads[i].tid == tid)
			return s->exit_threads[i].count > 0;
	return false;
}

static bool contains(const pid_t *tids, size_t count, pid_t tid)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return false;
}

static int by_number(const void *a, const void *b)
{
	const pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* How a thread that makes exits is told, the surest way first. */
enum way { BY_NAME, BY_EXITS, BY_BEING_ITS_OWN, WAY__COUNT };

struct known {
	const struct sample *s;
	const pid_t *before;
	size_t before_count;
};

static bool may_exit(const struct known *k, const struct sample_thread *t, enum way way)
{
	switch (way) {
	case BY_NAME:
		return t->kind == THREAD_VCPU;
	case BY_EXITS:
		return has_exits(k->s, t->tid) || contains(k->before, k->before_count, t->tid);
	default: /* not a kernel thread that works for it */
		return t->kind == THREAD_EMULATOR || t->kind == THREAD_IOTHREAD ||
		       t->kind == THREAD_WORKER;
	}
}

size_t trace_target_tids(const struct sample *s, const struct sample_vm *vm, const pid_t *before,
	size_t before_count, pid_t *tids)
{
	const struct known known = { s, before, before_count };
	size_t count = 0;

	for (enum way way = BY_NAME; way < WAY__COUNT && !count; way++)
		for (size_t i = 0; i < vm->thread_count; i++)
			if (may_exit(&known, &vm->threads[i], way))
				tids[count++] = vm->threads[i].tid;
	if (count)
		qsort(tids, count, sizeof *tids, by_number);
	return count;
}

/* Of a VM that has ended in this sample. */
static bool has_ended(const struct sample *s, pid_t tid)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].ended && find_thread(&s->vms[i], tid))
			return true;
	return false;
}

bool trace_target_has_others(const struct sample *s, const struct sample_vm *vm)
{
	for (size_t i = 0; i < s->exit_thread_count; i++) {
		const struct sample_exit_thread *t = &s->exit_threads[i];

		if (t->count && !find_thread(vm, t->tid) && !has_ended(s, t->tid))
			return true;
	}
	return false;
}
