#include "source/host/placement.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/host/placement_vm.h"
#include "source/host/proc_file.h"

#define STAT_SIZE 1024
#define CGROUP_SIZE (16 * 1024)

struct placements {
	struct map vms; /* struct placement_vm by pid */
	struct cgroup_mounts mounts;
	uint64_t collect;
};

void placement_parse_status(const char *status, char **cpus, char **nodes)
{
	const struct {
		const char *key;
		char **out;
	} wanted[] = { { "\nCpus_allowed_list:", cpus }, { "\nMems_allowed_list:", nodes } };

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		const char *p = strstr(status, wanted[i].key);

		*wanted[i].out = NULL;
		if (!p)
			continue;
		p += strlen(wanted[i].key);
		p += strspn(p, " \t");
		/* A line without an end was cut: the list would be shorter than it is. */
		if (strchr(p, '\n') && *p != '\n')
			*wanted[i].out = strndup(p, strcspn(p, "\n"));
	}
}

/* "21718 (CPU 0/KVM) S 1 21715 ...": fields are counted behind the name, which may hold anything. */
int placement_parse_cpu(const char *stat)
{
	enum { STATE = 3, PROCESSOR = 39 };
	const char *p = strrchr(stat, ')');
	uint64_t cpu;

	if (!p)
		return -1;
	p++;
	for (int field = STATE; field < PROCESSOR; field++)
		if (!proc_file_skip(&p))
			return -1;
	return proc_file_number(&p, &cpu) && cpu <= INT_MAX ? (int)cpu : -1;
}

/* Lists of CPUs and nodes that have gaps can be long. */
static void read_status(struct placement_item *item, int root, pid_t pid)
{
	char path[64], *text;

	snprintf(path, sizeof path, "proc/%d/task/%d/status", (int)pid, (int)item->tid);
	text = proc_file_read_whole(root, path);
	if (!text) {
		snprintf(path, sizeof path, "proc/%d/status", (int)item->tid);
		text = proc_file_read_whole(root, path);
	}
	if (text)
		placement_parse_status(text, &item->cpus, &item->nodes);
	free(text);
}

static ssize_t read_file(int root, pid_t pid, pid_t tid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t length;

	/* Kernel threads that work for a VM are processes of their own. */
	snprintf(path, sizeof path, "proc/%d/task/%d/%s", (int)pid, (int)tid, name);
	length = proc_file_read(root, path, text, size);
	if (length < 0) {
		snprintf(path, sizeof path, "proc/%d/%s", (int)tid, name);
		length = proc_file_read(root, path, text, size);
	}
	if (length < 0)
		text[0] = '\0';
	return length;
}

/* A thread that has gone meanwhile leaves nothing known. */
static void read_item(
	struct placements *p, struct placement_vm *vm, struct placement_item *item, int root)
{
	char text[CGROUP_SIZE];
	struct cgroup_paths paths;

	placement_item_forget(item);
	item->read = p->collect;
	read_status(item, root, vm->id.pid);
	if (read_file(root, vm->id.pid, item->tid, "stat", text, STAT_SIZE) > 0)
		item->last_cpu = placement_parse_cpu(text);
	if (read_file(root, vm->id.pid, item->tid, "cgroup", text, CGROUP_SIZE) <= 0)
		return;
	cgroup_paths_parse(&paths, &p->mounts, text);
	item->group = placement_vm_group(vm, &paths);
}

static struct placement_vm *find_or_add_vm(struct placements *p, const struct sample_vm *now)
{
	struct placement_vm *vm = map_get(&p->vms, (uint64_t)now->id.pid);

	if (vm && !vm_id_equal(vm->id, now->id)) {
		placement_vm_free(map_remove(&p->vms, (uint64_t)now->id.pid));
		vm = NULL;
	}
	if (!vm) {
		vm = placement_vm_new(now->id);
		map_put(&p->vms, (uint64_t)now->id.pid, vm);
	}
	vm->collect = p->collect;
	placement_vm_update(vm, now);
	return vm;
}

static void forget_gone(struct placements *p)
{
	uint64_t *gone = mem_calloc(p->vms.count, sizeof *gone), pid;
	size_t count = 0, at = 0;
	void *value;

	while (map_next(&p->vms, &at, &pid, &value))
		if (((struct placement_vm *)value)->collect != p->collect)
			gone[count++] = pid;
	for (size_t i = 0; i < count; i++)
		placement_vm_free(map_remove(&p->vms, gone[i]));
	free(gone);
}

/* Something that may be read now, and how long ago it was. */
struct due {
	struct placement_vm *vm;
	struct placement_item *item; /* or */
	struct placement_group *group;
	uint64_t read;
	bool must;
};

static int compare_due(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	if (x->must != y->must)
		return x->must ? -1 : 1;
	return (x->read > y->read) - (x->read < y->read);
}

static void read_items(struct placements *p, struct placement_vm **vms, size_t vm_count, int root,
	struct vm_id looked_at)
{
	size_t room = 0, count = 0;
	struct due *due;

	for (size_t i = 0; i < vm_count; i++)
		room += vms[i]->count;
	due = mem_calloc(room, sizeof *due);
	for (size_t i = 0; i < vm_count; i++)
		for (size_t k = 0; k < vms[i]->count; k++)
			due[count++] = (struct due){ .vm = vms[i],
				.item = &vms[i]->items[k],
				.read = vms[i]->items[k].read,
				.must = vm_id_equal(vms[i]->id, looked_at) };
	if (count)
		qsort(due, count, sizeof *due, compare_due);
	for (size_t i = 0; i < count && (due[i].must || i < PLACEMENT_THREADS_MAX); i++)
		read_item(p, due[i].vm, due[i].item, root);
	free(due);
}

static void read_group(struct placements *p, struct placement_group *g, int root, size_t *files)
{
	cgroup_limits_fini(&g->reading);
	*files += cgroup_limits_read(&g->reading, &p->mounts, &g->paths, root);
	g->read = p->collect;
}

static void read_groups(struct placements *p, struct placement_vm **vms, size_t vm_count, int root,
	struct vm_id looked_at)
{
	size_t room = 0, count = 0, files = 0;
	struct due *due;

	for (size_t i = 0; i < vm_count; i++)
		room += vms[i]->group_count;
	due = mem_calloc(room, sizeof *due);
	for (size_t i = 0; i < vm_count; i++)
		for (size_t k = 0; k < vms[i]->group_count; k++)
			if (vms[i]->groups[k]->used)
				due[count++] = (struct due){ .vm = vms[i],
					.group = vms[i]->groups[k],
					.read = vms[i]->groups[k]->read,
					.must = vm_id_equal(vms[i]->id, looked_at) };
	if (count)
		qsort(due, count, sizeof *due, compare_due);
	for (size_t i = 0; i < count && (due[i].must || files < PLACEMENT_FILES_MAX); i++)
		read_group(p, due[i].group, root, &files);
	free(due);
}

static void tell_groups(struct sample_vm *out, struct arena *arena, struct placement_vm *vm)
{
	out->cgroups = arena_array(arena, vm->group_count, sizeof *out->cgroups);
	out->cgroup_count = 0;
	for (size_t i = 0; i < vm->group_count; i++) {
		struct placement_group *g = vm->groups[i];
		struct sample_cgroup *c = &out->cgroups[out->cgroup_count];

		g->index = -1;
		if (!g->read)
			continue;
		*c = g->reading.group;
		c->path = arena_strdup(arena, c->path);
		c->limit_path = arena_strdup(arena, c->limit_path);
		c->cpus = arena_strdup(arena, c->cpus);
		g->index = (int)out->cgroup_count++;
	}
}

static void tell(struct sample_vm *out, struct arena *arena, struct placement_vm *vm)
{
	tell_groups(out, arena, vm);
	out->placements = arena_array(arena, vm->count, sizeof *out->placements);
	for (size_t i = 0; i < vm->count; i++) {
		const struct placement_item *item = &vm->items[i];

		if (!item->read)
			continue;
		out->placements[out->placement_count++] = (struct sample_placement){
			.tid = item->tid,
			.start_ticks = item->start_ticks,
			.last_cpu = item->last_cpu,
			.group = item->group ? item->group->index : -1,
			.cpus = arena_strdup(arena, item->cpus),
			.nodes = arena_strdup(arena, item->nodes),
		};
	}
}

void placements_collect(struct placements *p, struct sample *s, int root, struct vm_id vm)
{
	struct placement_vm **vms = mem_calloc(s->vm_count, sizeof(struct placement_vm *));
	struct sample_vm **now = mem_calloc(s->vm_count, sizeof(struct sample_vm *));
	size_t count = 0;

	/* What is mounted seldom changes: a new look at the view is a new look at it. */
	if (!p->collect++)
		cgroup_mounts_read(&p->mounts, root);
	for (size_t i = 0; i < s->vm_count; i++) {
		if (s->vms[i].ended)
			continue;
		now[count] = &s->vms[i];
		vms[count++] = find_or_add_vm(p, &s->vms[i]);
	}
	read_items(p, vms, count, root, vm);
	for (size_t i = 0; i < count; i++)
		placement_vm_sweep(vms[i]);
	read_groups(p, vms, count, root, vm);
	for (size_t i = 0; i < count; i++)
		tell(now[i], &s->arena, vms[i]);
	free(now);
	free(vms);
	forget_gone(p);
}

struct placements *placements_new(void)
{
	return mem_calloc(1, sizeof(struct placements));
}

void placements_free(struct placements *p)
{
	size_t at = 0;
	uint64_t pid;
	void *value;

	if (!p)
		return;
	while (map_next(&p->vms, &at, &pid, &value))
		placement_vm_free(value);
	map_fini(&p->vms);
	cgroup_mounts_fini(&p->mounts);
	free(p);
}
