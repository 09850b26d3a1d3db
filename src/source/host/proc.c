#include "source/host/proc.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "sample/sample.h"
#include "source/host/proc_file.h"
#include "source/host/proc_host.h"
#include "source/host/proc_thread.h"
#include "source/host/proc_vm.h"

struct proc_source {
	struct source source;
	char *root_path;
	DIR *root; /* NULL: could not be opened so far */
	pid_t *only;
	struct proc_vms vms;
};

/* The kernel threads that share out the host's memory among its VMs. */
static void collect_memory_threads(const struct proc_vms *vms, int root, struct sample_host *host)
{
	for (size_t i = 0; i < vms->found_count; i++) {
		const struct proc_process *process = vms->found[i];
		struct proc_stat stat;
		uint64_t *ticks;

		if (process->role == PROC_ROLE_KSMD)
			ticks = &host->ksmd_ticks;
		else if (process->role == PROC_ROLE_KSWAPD)
			ticks = &host->kswapd_ticks;
		else
			continue;
		if (!proc_stat_read(&stat, root, process->id.pid))
			continue;
		if (*ticks == SAMPLE_UNKNOWN)
			*ticks = 0;
		*ticks += stat.utime_ticks + stat.stime_ticks;
	}
}

/* The thread tid, or NULL. Threads come in the same order each time, so that the first guess, hint, is
 * nearly always right. */
static const struct sample_thread *find_thread(
	const struct proc_threads *list, pid_t tid, size_t hint)
{
	if (hint < list->count && list->items[hint].tid == tid)
		return &list->items[hint];
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].tid == tid)
			return &list->items[i];
	}
	return NULL;
}

/* Whether stat, the dearer one of a thread's two files, still says what it said before. It counts in
 * ticks of 10 ms, so that half a tick on CPU is not worth a look; one that hardly ran so far may just
 * have been given its name. */
static bool is_stat_current(const struct sample_thread *before, uint64_t cpu_ns)
{
	const uint64_t step_ns = 5 * NS_PER_MS;

	if (!before || cpu_ns == SAMPLE_UNKNOWN)
		return false;
	if (cpu_ns < step_ns)
		return cpu_ns == before->cpu_ns;
	return cpu_ns / step_ns == before->cpu_ns / step_ns;
}

/* Reads a thread from the directory tid below dirfd. before: as it was at the last collect, or NULL.
 * kind and vcpu are those of before, or unset. False when the thread is gone. */
static bool read_thread(
	struct sample_thread *t, int dirfd, pid_t tid, const struct sample_thread *before)
{
	uint64_t cpu_ns, wait_ns;
	struct proc_stat stat;

	if (!proc_schedstat_read(dirfd, tid, &cpu_ns, &wait_ns))
		cpu_ns = wait_ns = SAMPLE_UNKNOWN;
	if (is_stat_current(before, cpu_ns)) {
		*t = *before;
		t->cpu_ns = cpu_ns;
		t->wait_ns = wait_ns;
		return true;
	}
	if (!proc_stat_read(&stat, dirfd, tid))
		return false;
	proc_thread_fill(t, tid, &stat, cpu_ns, wait_ns);
	return true;
}

/* The item behind the last one; it is in the list when count is raised. */
static struct sample_thread *next_item(struct proc_threads *list)
{
	list->items = mem_grow(list->items, list->count, &list->capacity, sizeof(*list->items));
	return &list->items[list->count];
}

/* Wake-ups of the emulator's thread alone: the file is the dearest of all, and a thread that was not
 * on CPU since was not woken. */
static void read_switches(struct sample_thread *t, int dirfd, const struct sample_thread *before)
{
	if (t->kind != THREAD_EMULATOR)
		return;
	if (before && before->switches != SAMPLE_UNKNOWN && t->cpu_ns != SAMPLE_UNKNOWN &&
		t->cpu_ns == before->cpu_ns)
		t->switches = before->switches;
	else
		t->switches = proc_switches_read(dirfd, t->tid);
}

static bool read_own_thread(
	struct proc_threads *list, const struct proc_process *vm, int task, pid_t tid)
{
	struct sample_thread *t = next_item(list);
	const struct sample_thread *before = find_thread(&vm->threads, tid, list->count);

	if (!read_thread(t, task, tid, before))
		return false;
	t->kind = proc_thread_kind(t->name, tid == vm->id.pid, &t->vcpu);
	read_switches(t, task, before);
	list->own = ++list->count;
	return true;
}

/* To list a process' threads costs as much as to read them. While it has as many as at the last collect, and all of
 * those, it has no others: then true; else nothing is added. */
static bool read_known_threads(
	struct proc_threads *list, const struct proc_process *vm, int task, uint64_t count)
{
	if (!vm->threads.own || vm->threads.own != count)
		return false;
	for (size_t i = 0; i < vm->threads.own; i++) {
		if (!read_own_thread(list, vm, task, vm->threads.items[i].tid)) {
			list->count = list->own = 0;
			return false;
		}
	}
	return true;
}

static void list_threads(struct proc_threads *list, const struct proc_process *vm, int root)
{
	DIR *task = proc_file_open_dir(root, vm->id.pid, "task");
	const struct dirent *entry;

	if (!task)
		return;
	while ((entry = readdir(task))) {
		const pid_t tid = proc_file_pid(entry->d_name);

		if (tid)
			read_own_thread(list, vm, dirfd(task), tid);
	}
	closedir(task);
}

/* Adds the threads of the VM's own process. False when that is not the process it was. */
static bool read_own_threads(struct proc_threads *list, const struct proc_process *vm, int root)
{
	const int task = proc_file_reach(root, vm->id.pid, "task");
	struct proc_stat leader;
	bool is_same;

	if (task < 0)
		return false;
	is_same = proc_stat_read(&leader, task, vm->id.pid) && leader.state != 'Z' &&
		  leader.state != 'X' && leader.start_ticks == vm->id.start_ticks;
	if (is_same && !read_known_threads(list, vm, task, leader.thread_count))
		list_threads(list, vm, root);
	close(task);
	return is_same;
}

/* Adds the kernel threads that work for the VM. Their names tell the thread that asked for them:
 * mostly, but not always, the first one of its process. */
static void read_helpers(struct proc_threads *list, const struct proc_process *vm,
	const struct proc_vms *vms, int root)
{
	for (size_t i = 0; i < vms->found_count; i++) {
		struct proc_process *helper = vms->found[i];
		struct sample_thread *t;

		if (helper->role != PROC_ROLE_HELPER || !find_thread(list, helper->owner, 0))
			continue;
		t = next_item(list);
		if (!read_thread(t, root, helper->id.pid,
			    find_thread(&vm->threads, helper->id.pid, list->count)))
			continue;
		t->kind = helper->kind;
		t->vcpu = -1;
		if (t->start_ticks == helper->id.start_ticks)
			list->count++;
		else
			proc_vm_forget(helper);
	}
}

static const char *text_or_unknown(struct arena *arena, const char *text)
{
	return text[0] ? arena_strdup(arena, text) : NULL;
}

/* Adds a VM to the sample, unless it ends meanwhile. */
static void collect_vm(struct proc_source *p, struct proc_process *vm, struct sample *s)
{
	struct proc_threads list = { 0 };
	struct sample_vm *out;

	if (!read_own_threads(&list, vm, dirfd(p->root))) {
		proc_vm_forget(vm);
		return;
	}
	read_helpers(&list, vm, &p->vms, dirfd(p->root));
	out = &s->vms[s->vm_count++];
	*out = sample_vm_unknown(vm->id);
	out->name = text_or_unknown(&s->arena, vm->cmdline->name);
	out->uuid = text_or_unknown(&s->arena, vm->cmdline->uuid);
	if (vm->config.stack)
		out->config = domain_config_copy(&s->arena, &vm->config);
	out->threads = arena_array(&s->arena, list.count, sizeof(*list.items));
	out->thread_count = list.count;
	if (list.count)
		memcpy(out->threads, list.items, list.count * sizeof(*list.items));
	free(vm->threads.items);
	vm->threads = list;
}

/* Says what cannot be seen. Root sees everything but what a container's or a security module's rules
 * keep from it; that is worth a line only where a VM is among it. */
static void set_status(const struct proc_source *p, struct sample *s)
{
	if (geteuid() != 0 && p->vms.denied)
		sample_set_source(s, SOURCE_PROC,
			"VMs of other users are known by their program's name only, as their "
			"descriptors are not readable; run `sudo kvmtop`");
	else if (p->vms.guessed)
		sample_set_source(s, SOURCE_PROC,
			"some VMs are known by their program's name only, as their descriptors are "
			"not readable; run kvmtop with CAP_SYS_PTRACE, outside of a container");
	else
		sample_set_source(s, SOURCE_PROC, NULL);
}

static void proc_collect(struct source *source, struct sample *s)
{
	struct proc_source *p = (struct proc_source *)source;

	if (!p->root)
		p->root = opendir(p->root_path);
	if (!p->root) {
		sample_set_source(s, SOURCE_PROC,
			"%s is not readable (%s); mount it with `mount -t proc proc /proc`",
			p->root_path, strerror(errno));
		return;
	}
	proc_host_collect(dirfd(p->root), &s->arena, &s->host);
	proc_vm_scan(&p->vms, p->root, s->time_ns, s->host.uptime_s);
	collect_memory_threads(&p->vms, dirfd(p->root), &s->host);
	s->vms = arena_array(&s->arena, p->vms.found_count, sizeof(*s->vms));
	for (size_t i = 0; i < p->vms.found_count; i++) {
		if (p->vms.found[i]->role == PROC_ROLE_VM)
			collect_vm(p, p->vms.found[i], s);
	}
	set_status(p, s);
}

static void proc_close(struct source *source)
{
	struct proc_source *p = (struct proc_source *)source;

	proc_vm_fini(&p->vms);
	if (p->root)
		closedir(p->root);
	free(p->only);
	free(p->root_path);
	free(p);
}

struct source *proc_open(const char *root, const pid_t *only, size_t only_count)
{
	static const struct source_ops ops = { .collect = proc_collect, .close = proc_close };
	struct proc_source *p = mem_calloc(1, sizeof(*p));

	p->source.ops = &ops;
	p->root_path = mem_strdup(root);
	if (only) {
		p->only = mem_calloc(only_count, sizeof(*only));
		memcpy(p->only, only, only_count * sizeof(*only));
	}
	p->vms.only = p->only;
	p->vms.only_count = only_count;
	p->vms.qemu_server = "/run/qemu-server";
	return &p->source;
}
