/* placement_vm: what placement.h remembers of a VM's threads and their control groups from one collect to the next. */
#ifndef SOURCE_HOST_PLACEMENT_VM_H
#define SOURCE_HOST_PLACEMENT_VM_H

#include <stdbool.h>

#include "sample/sample.h"
#include "source/host/cgroup_limits.h"

/* A group that threads of one VM are in. */
struct placement_group {
	struct cgroup_paths paths;
	struct cgroup_reading reading;
	uint64_t read; /* the collect in which it was, 0: never */
	bool used;
	int index; /* in the sample's list, -1: not there */
};

/* What was read of a thread. */
struct placement_item {
	pid_t tid;
	uint64_t start_ticks;
	uint64_t read; /* the collect in which it was, 0: never */
	int last_cpu;
	char *cpus, *nodes;
	struct placement_group *group; /* NULL: unknown */
};

struct placement_vm {
	struct vm_id id;
	uint64_t collect;             /* the last one that met it */
	struct placement_item *items; /* one for each thread, as in the sample */
	size_t count;
	struct placement_group **groups;
	size_t group_count, group_capacity;
};

struct placement_vm *placement_vm_new(struct vm_id id) __attribute__((returns_nonnull));
void placement_vm_free(struct placement_vm *vm);

/* Makes the items those of the threads that there are now. */
void placement_vm_update(struct placement_vm *vm, const struct sample_vm *now);

/* Nothing of the thread is known any more. */
void placement_item_forget(struct placement_item *item);

/* The group with these paths. Takes them. */
struct placement_group *placement_vm_group(struct placement_vm *vm, struct cgroup_paths *paths)
	__attribute__((returns_nonnull));

/* Drops groups that no thread is in any more. */
void placement_vm_sweep(struct placement_vm *vm);

#endif
