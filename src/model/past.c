#include "model/past.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "model/counters.h"

struct past_vm {
	char name[sizeof((struct vm *)NULL)->name], uuid[sizeof((struct vm *)NULL)->uuid];
	struct history cpu, exits;
};

static void drop(struct past *p, size_t i)
{
	p->count--;
	memmove(&p->vms[i], &p->vms[i + 1], (p->count - i) * sizeof *p->vms);
}

/* p->count when it is not there. */
static size_t find(const struct past *p, const struct vm *vm)
{
	size_t i = 0;

	for (; i < p->count; i++) {
		const struct past_vm *old = &p->vms[i];

		if (*old->uuid || *vm->uuid ? !strcmp(old->uuid, vm->uuid)
					    : !strcmp(old->name, vm->name))
			break;
	}
	return i;
}

void past_keep(struct past *p, const struct vm *vm)
{
	const size_t old = find(p, vm);
	struct past_vm *kept;

	if (!history_count(&vm->cpu_history))
		return;
	if (old < p->count)
		drop(p, old);
	else if (p->count == PAST_MAX)
		drop(p, 0);
	p->vms = mem_grow(p->vms, p->count, &p->capacity, sizeof *p->vms);
	kept = &p->vms[p->count++];
	memcpy(kept->name, vm->name, sizeof kept->name);
	memcpy(kept->uuid, vm->uuid, sizeof kept->uuid);
	kept->cpu = vm->cpu_history;
	kept->exits = vm->exits_history;
}

static void take(struct past *p, struct vm *vm)
{
	const size_t i = find(p, vm);

	if (i == p->count)
		return;
	vm->cpu_history = p->vms[i].cpu;
	vm->exits_history = p->vms[i].exits;
	history_add(&vm->cpu_history, NAN);
	history_add(&vm->exits_history, NAN);
	drop(p, i);
}

void past_add(struct past *p, struct vm *vm, const struct sample_pair *pair)
{
	if (!pair_vm_before(pair, vm->id)) {
		take(p, vm);
		return;
	}
	history_add(&vm->cpu_history, vm->cpu.cpu_pct);
	history_add(&vm->exits_history, counters_exits_per_s(vm));
}

void past_fini(struct past *p)
{
	free(p->vms);
	*p = (struct past){ 0 };
}
