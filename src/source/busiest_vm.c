#include "source/busiest_vm.h"

#include <stdlib.h>

#include "core/mem.h"

static uint64_t ticks_of(const struct sample_vm *vm)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < vm->thread_count; i++)
		sum += vm->threads[i].utime_ticks + vm->threads[i].stime_ticks;
	return sum;
}

static const struct sample_vm *find(const struct sample *s, struct vm_id id)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (vm_id_equal(s->vms[i].id, id))
			return &s->vms[i];
	return NULL;
}

/* What a VM used since the last call; since its start when it was not there then. */
static uint64_t used(const struct busiest_vm *b, const struct sample_vm *vm)
{
	const uint64_t ticks = ticks_of(vm);

	for (size_t i = 0; i < b->past_count; i++)
		if (vm_id_equal(b->past[i].id, vm->id))
			return ticks > b->past[i].ticks ? ticks - b->past[i].ticks : 0;
	return ticks;
}

static void remember(struct busiest_vm *b, const struct sample *s)
{
	b->past = mem_resize(b->past, s->vm_count + 1, sizeof *b->past);
	b->past_count = s->vm_count;
	for (size_t i = 0; i < s->vm_count; i++)
		b->past[i] = (struct busiest_past){ s->vms[i].id, ticks_of(&s->vms[i]) };
}

const struct sample_vm *busiest_vm_choose(struct busiest_vm *b, const struct sample *s)
{
	const struct sample_vm *best = NULL, *before = find(s, b->choice);

	for (size_t i = 0; i < s->vm_count; i++)
		if (!best || used(b, &s->vms[i]) > used(b, best))
			best = &s->vms[i];
	if (before && used(b, best) <= 2 * used(b, before))
		best = before;
	if (best)
		b->choice = best->id;
	remember(b, s);
	return best;
}

void busiest_vm_fini(struct busiest_vm *b)
{
	free(b->past);
	*b = (struct busiest_vm){ 0 };
}
