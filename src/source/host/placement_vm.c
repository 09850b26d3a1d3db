#include "source/host/placement_vm.h"

#include <stdlib.h>

#include "core/mem.h"

void placement_item_forget(struct placement_item *item)
{
	free(item->cpus);
	free(item->nodes);
	item->cpus = item->nodes = NULL;
	item->last_cpu = -1;
	item->group = NULL;
}

struct placement_vm *placement_vm_new(struct vm_id id)
{
	struct placement_vm *vm = mem_calloc(1, sizeof *vm);

	vm->id = id;
	return vm;
}

static void free_group(struct placement_group *g)
{
	cgroup_limits_fini(&g->reading);
	cgroup_paths_fini(&g->paths);
	free(g);
}

void placement_vm_free(struct placement_vm *vm)
{
	for (size_t i = 0; i < vm->count; i++)
		placement_item_forget(&vm->items[i]);
	for (size_t i = 0; i < vm->group_count; i++)
		free_group(vm->groups[i]);
	free(vm->items);
	free(vm->groups);
	free(vm);
}

struct placement_group *placement_vm_group(struct placement_vm *vm, struct cgroup_paths *paths)
{
	struct placement_group *g;

	for (size_t i = 0; i < vm->group_count; i++)
		if (cgroup_paths_equal(&vm->groups[i]->paths, paths)) {
			cgroup_paths_fini(paths);
			return vm->groups[i];
		}
	g = mem_calloc(1, sizeof *g);
	g->paths = *paths;
	g->reading.group = sample_cgroup_unknown();
	vm->groups = mem_grow(
		vm->groups, vm->group_count, &vm->group_capacity, sizeof(struct placement_group *));
	vm->groups[vm->group_count++] = g;
	return g;
}

/* Threads come in the same order each time, so that the first guess, near, is nearly always right. */
static struct placement_item *find_item(
	struct placement_vm *vm, const struct sample_thread *t, size_t near)
{
	for (size_t i = 0; i < vm->count; i++) {
		struct placement_item *item = &vm->items[(near + i) % vm->count];

		if (item->tid == t->tid && item->start_ticks == t->start_ticks)
			return item;
	}
	return NULL;
}

void placement_vm_update(struct placement_vm *vm, const struct sample_vm *now)
{
	struct placement_item *items = mem_calloc(now->thread_count, sizeof *items);

	for (size_t i = 0; i < now->thread_count; i++) {
		const struct sample_thread *t = &now->threads[i];
		struct placement_item *old = find_item(vm, t, i);

		items[i] = old ? *old
			       : (struct placement_item){ .tid = t->tid,
					 .start_ticks = t->start_ticks,
					 .last_cpu = -1 };
		if (old)
			*old = (struct placement_item){ .tid = -1 };
	}
	for (size_t i = 0; i < vm->count; i++)
		placement_item_forget(&vm->items[i]);
	free(vm->items);
	vm->items = items;
	vm->count = now->thread_count;
}

void placement_vm_sweep(struct placement_vm *vm)
{
	size_t kept = 0;

	for (size_t i = 0; i < vm->group_count; i++)
		vm->groups[i]->used = false;
	for (size_t i = 0; i < vm->count; i++)
		if (vm->items[i].group)
			vm->items[i].group->used = true;
	for (size_t i = 0; i < vm->group_count; i++) {
		if (vm->groups[i]->used)
			vm->groups[kept++] = vm->groups[i];
		else
			free_group(vm->groups[i]);
	}
	vm->group_count = kept;
}
