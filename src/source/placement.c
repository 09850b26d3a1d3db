#include "source/placement.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/cgroup_limits.h"
#include "source/proc_file.h"

/* Lists of CPUs and nodes that have gaps can be long. */
#define STATUS_SIZE (32 * 1024)
#define STAT_SIZE 1024
#define CGROUP_SIZE (16 * 1024)

/* A group that threads of one VM are in. */
struct group {
	struct cgroup_paths paths;
	struct cgroup_reading reading;
	uint64_t read; /* the collect in which it was, 0: never */
	bool used;
	int index; /* in the sample's list */
};

/* What was read of a thread. */
struct item {
	pid_t tid;
	uint64_t start_ticks;
	uint64_t read; /* the collect in which it was, 0: never */
	int last_cpu;
	char *cpus, *nodes;
	struct group *group; /* NULL: unknown */
};

struct vm_items {
	struct vm_id id;
	uint64_t collect;   /* the last one that met it */
	struct item *items; /* one for each thread, as in the sample */
	size_t count;
	struct group **groups;
	size_t group_count, group_capacity;
};

struct placements {
	struct map vms; /* struct vm_items by pid */
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

static struct group *find_or_add_group(struct vm_items *vm, struct cgroup_paths *paths)
{
	struct group *g;

	for (size_t i = 0; i < vm->group_count; i++)
		if (cgroup_paths_equal(&vm->groups[i]->paths, paths)) {
			cgroup_paths_fini(paths);
			return vm->groups[i];
		}
	g = mem_calloc(1, sizeof *g);
	g->paths = *paths;
	g->reading.group = sample_cgroup_unknown();
	vm->groups =
		mem_grow(vm->groups, vm->group_count, &vm->group_capacity, sizeof(struct group *));
	vm->groups[vm->group_count++] = g;
	return g;
}

static void forget_item(struct item *item)
{
	free(item->cpus);
	free(item->nodes);
	item->cpus = item->nodes = NULL;
	item->last_cpu = -1;
	item->group = NULL;
}

/* A thread that has gone meanwhile leaves nothing known. */
static void read_item(struct placements *p, struct vm_items *vm, struct item *item, int root)
{
	char text[STATUS_SIZE];
	struct cgroup_paths paths;

	forget_item(item);
	item->read = p->collect;
	if (read_file(root, vm->id.pid, item->tid, "status", text, STATUS_SIZE) > 0)
		placement_parse_status(text, &item->cpus, &item->nodes);
	if (read_file(root, vm->id.pid, item->tid, "stat", text, STAT_SIZE) > 0)
		item->last_cpu = placement_parse_cpu(text);
	if (read_file(root, vm->id.pid, item->tid, "cgroup", text, CGROUP_SIZE) <= 0)
		return;
	cgroup_paths_parse(&paths, &p->mounts, text);
	item->group = find_or_add_group(vm, &paths);
}

static void free_group(struct group *g)
{
	cgroup_limits_fini(&g->reading);
	cgroup_paths_fini(&g->paths);
	free(g);
}

static void free_vm(struct vm_items *vm)
{
	for (size_t i = 0; i < vm->count; i++)
		forget_item(&vm->items[i]);
	for (size_t i = 0; i < vm->group_count; i++)
		free_group(vm->groups[i]);
	free(vm->items);
	free(vm->groups);
	free(vm);
}

/* Threads come in the same order each time, so that the first guess, near, is nearly always right. */
static struct item *find_item(struct vm_items *vm, const struct sample_thread *t, size_t near)
{
	for (size_t i = 0; i < vm->count; i++) {
		struct item *item = &vm->items[(near + i) % vm->count];

		if (item->tid == t->tid && item->start_ticks == t->start_ticks)
			return item;
	}
	return NULL;
}

/* Makes the items those of the threads that there are now. */
static void update_vm(struct vm_items *vm, const struct sample_vm *now)
{
	struct item *items = mem_calloc(now->thread_count, sizeof *items);

	for (size_t i = 0; i < now->thread_count; i++) {
		const struct sample_thread *t = &now->threads[i];
		struct item *old = find_item(vm, t, i);

		items[i] = old ? *old
			       : (struct item){ .tid = t->tid,
					 .start_ticks = t->start_ticks,
					 .last_cpu = -1 };
		if (old)
			*old = (struct item){ .tid = -1 };
	}
	for (size_t i = 0; i < vm->count; i++)
		forget_item(&vm->items[i]);
	free(vm->items);
	vm->items = items;
	vm->count = now->thread_count;
}

static struct vm_items *find_or_add_vm(struct placements *p, const struct sample_vm *now)
{
	struct vm_items *vm = map_get(&p->vms, (uint64_t)now->id.pid);

	if (vm && !vm_id_equal(vm->id, now->id)) {
		free_vm(map_remove(&p->vms, (uint64_t)now->id.pid));
		vm = NULL;
	}
	if (!vm) {
		vm = mem_calloc(1, sizeof *vm);
		vm->id = now->id;
		map_put(&p->vms, (uint64_t)now->id.pid, vm);
	}
	vm->collect = p->collect;
	update_vm(vm, now);
	return vm;
}

static void forget_gone(struct placements *p)
{
	uint64_t *gone = mem_calloc(p->vms.count, sizeof *gone), pid;
	size_t count = 0, at = 0;
	void *value;

	while (map_next(&p->vms, &at, &pid, &value))
		if (((struct vm_items *)value)->collect != p->collect)
			gone[count++] = pid;
	for (size_t i = 0; i < count; i++)
		free_vm(map_remove(&p->vms, gone[i]));
	free(gone);
}

/* Something that may be read now, and how long ago it was. */
struct due {
	struct vm_items *vm;
	struct item *item; /* or */
	struct group *group;
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

static void read_items(struct placements *p, struct vm_items **vms, size_t vm_count, int root,
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

static void read_group(struct placements *p, struct group *g, int root, size_t *files)
{
	cgroup_limits_fini(&g->reading);
	*files += cgroup_limits_read(&g->reading, &p->mounts, &g->paths, root);
	g->read = p->collect;
}

static void read_groups(struct placements *p, struct vm_items **vms, size_t vm_count, int root,
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

/* Drops groups that no thread is in any more. */
static void sweep_groups(struct vm_items *vm)
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

static void tell_groups(struct sample_vm *out, struct arena *arena, struct vm_items *vm)
{
	out->cgroups = arena_array(arena, vm->group_count, sizeof *out->cgroups);
	out->cgroup_count = 0;
	for (size_t i = 0; i < vm->group_count; i++) {
		struct group *g = vm->groups[i];
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

static void tell(struct sample_vm *out, struct arena *arena, struct vm_items *vm)
{
	tell_groups(out, arena, vm);
	out->placements = arena_array(arena, vm->count, sizeof *out->placements);
	for (size_t i = 0; i < vm->count; i++) {
		const struct item *item = &vm->items[i];

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
	struct vm_items **vms = mem_calloc(s->vm_count, sizeof(struct vm_items *));

	/* What is mounted seldom changes: a new look at the view is a new look at it. */
	if (!p->collect++)
		cgroup_mounts_read(&p->mounts, root);
	for (size_t i = 0; i < s->vm_count; i++)
		vms[i] = find_or_add_vm(p, &s->vms[i]);
	read_items(p, vms, s->vm_count, root, vm);
	for (size_t i = 0; i < s->vm_count; i++)
		sweep_groups(vms[i]);
	read_groups(p, vms, s->vm_count, root, vm);
	for (size_t i = 0; i < s->vm_count; i++)
		tell(&s->vms[i], &s->arena, vms[i]);
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
		free_vm(value);
	map_fini(&p->vms);
	cgroup_mounts_fini(&p->mounts);
	free(p);
}
