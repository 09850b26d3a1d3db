#include "source/host/proc_threads.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/host/proc_file.h"
#include "source/host/proc_thread.h"
#include "source/host/thread_row.h"

/* The thread tid, or NULL. Threads come in the same order each time, so that the first guess, hint, is
 * nearly always right; where some have come or gone it is not far away. */
static const struct sample_thread *find_thread(
	const struct proc_threads *list, pid_t tid, size_t hint)
{
	if (hint >= list->count)
		hint = list->count ? list->count - 1 : 0;
	for (size_t away = 0; away < list->count; away++) {
		if (hint + away < list->count && list->items[hint + away].tid == tid)
			return &list->items[hint + away];
		if (away <= hint && list->items[hint - away].tid == tid)
			return &list->items[hint - away];
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

/* kvmtop itself may lose its CPU before, within and after the reading of a file: what is divided by is the time of the
 * reading. Where that cannot be told to a millisecond, as kvmtop lost its CPU just then, it reads again. */
static uint64_t read_times(int dirfd, pid_t tid, uint64_t *cpu_ns, uint64_t *wait_ns)
{
	uint64_t begin_ns, end_ns = clock_mono_ns();
	int tries = 0;

	do {
		begin_ns = end_ns;
		if (!proc_schedstat_read(dirfd, tid, cpu_ns, wait_ns))
			*cpu_ns = *wait_ns = SAMPLE_UNKNOWN;
		end_ns = clock_mono_ns();
	} while (end_ns - begin_ns > NS_PER_MS && ++tries < 3);
	return end_ns;
}

/* The kernel knows what /proc told last of how a thread's CPU time divides, and takes none of it back; what was read
 * in another way since it does not know. */
static void keep_told(struct sample_thread *t, const struct sample_thread *before)
{
	if (!before || before->start_ticks != t->start_ticks)
		return;
	if (before->utime_ticks != SAMPLE_UNKNOWN && t->utime_ticks < before->utime_ticks)
		t->utime_ticks = before->utime_ticks;
	if (before->stime_ticks != SAMPLE_UNKNOWN && t->stime_ticks < before->stime_ticks)
		t->stime_ticks = before->stime_ticks;
}

/* Reads a thread from the directory tid below dirfd. before: as it was at the last collect, or NULL.
 * kind and vcpu are those of before, or unset. False when the thread is gone. */
static bool read_thread(
	struct sample_thread *t, int dirfd, pid_t tid, const struct sample_thread *before)
{
	uint64_t cpu_ns, wait_ns;
	const uint64_t time_ns = read_times(dirfd, tid, &cpu_ns, &wait_ns);
	struct proc_stat stat;

	if (is_stat_current(before, cpu_ns)) {
		*t = *before;
		t->cpu_ns = cpu_ns;
		t->wait_ns = wait_ns;
		t->time_ns = time_ns;
		return true;
	}
	if (!proc_stat_read(&stat, dirfd, tid))
		return false;
	proc_thread_fill(t, tid, &stat, cpu_ns, wait_ns);
	t->time_ns = time_ns;
	keep_told(t, before);
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

/* Whether it can be told that the process has ended. */
static enum proc_reading reading_of_missing(const struct proc_process *vm, int root)
{
	char path[64];
	struct proc_stat stat;

	if (proc_stat_read(&stat, root, vm->id.pid))
		return stat.state == 'Z' || stat.state == 'X' ||
				       stat.start_ticks != vm->id.start_ticks
			       ? PROC_ENDED
			       : PROC_UNREADABLE;
	snprintf(path, sizeof(path), "%d/stat", vm->id.pid);
	return faccessat(root, path, F_OK, 0) && (errno == ENOENT || errno == ESRCH)
		       ? PROC_ENDED
		       : PROC_UNREADABLE;
}

/* The threads of the VM's own process, from rows. Nothing is added where these do not tell all: then /proc does. */
static bool read_own_rows(
	struct proc_threads *list, const struct proc_process *vm, const struct threads_bpf *rows)
{
	size_t count;
	const struct bpf_thread_row *const *row = threads_bpf_of(rows, vm->id.pid, &count);
	bool is_running = false;

	for (size_t i = 0; i < count; i++) {
		const bool is_leader = (pid_t)row[i]->tid == vm->id.pid;
		struct sample_thread *t = next_item(list);

		if (!thread_row_fill(t, row[i], find_thread(&vm->threads, (pid_t)row[i]->tid, i)))
			break;
		if (is_leader)
			is_running = !row[i]->exit_state && t->start_ticks == vm->id.start_ticks;
		t->kind = proc_thread_kind(t->name, is_leader, &t->vcpu);
		if (t->kind != THREAD_EMULATOR)
			t->switches = SAMPLE_UNKNOWN;
		list->own = ++list->count;
	}
	if (!is_running || list->count < count)
		list->count = list->own = 0;
	return list->count;
}

/* Adds the threads of the VM's own process. */
static enum proc_reading read_own_threads(struct proc_threads *list, const struct proc_process *vm,
	const struct threads_bpf *rows, int root)
{
	struct proc_stat leader;
	bool is_same;
	int task;

	if (rows && read_own_rows(list, vm, rows))
		return PROC_READ;
	task = proc_file_reach(root, vm->id.pid, "task");
	if (task < 0)
		return reading_of_missing(vm, root);
	is_same = proc_stat_read(&leader, task, vm->id.pid) && leader.state != 'Z' &&
		  leader.state != 'X' && leader.start_ticks == vm->id.start_ticks;
	if (is_same && !read_known_threads(list, vm, task, leader.thread_count))
		list_threads(list, vm, root);
	close(task);
	/* It may have ended between the two. */
	return list->own ? PROC_READ : reading_of_missing(vm, root);
}

static bool read_helper(struct sample_thread *t, pid_t tid, const struct sample_thread *before,
	const struct threads_bpf *rows, int root)
{
	size_t count = 0;
	const struct bpf_thread_row *const *row = rows ? threads_bpf_of(rows, tid, &count) : NULL;

	if (count != 1 || !thread_row_fill(t, row[0], before))
		return read_thread(t, root, tid, before);
	t->switches = SAMPLE_UNKNOWN;
	return true;
}

/* Adds one of the kernel threads that work for the VM. */
static void add_helper(struct proc_threads *list, const struct proc_process *vm,
	struct proc_process *helper, const struct threads_bpf *rows, int root)
{
	struct sample_thread *t = next_item(list);

	if (!read_helper(t, helper->id.pid, find_thread(&vm->threads, helper->id.pid, list->count),
		    rows, root))
		return;
	t->kind = helper->kind;
	t->vcpu = -1;
	if (t->start_ticks == helper->id.start_ticks)
		list->count++;
	else
		proc_vm_forget(helper);
}

/* Adds all of them. Their names tell the thread that asked for them: mostly, but not always, the first one of its process. */
static void read_helpers(struct proc_threads *list, const struct proc_process *vm,
	const struct proc_vms *vms, const struct threads_bpf *rows, int root)
{
	for (size_t i = 0; vms->helpers.count && i < list->own; i++) {
		struct proc_process *helper = map_get(&vms->helpers, (uint64_t)list->items[i].tid);

		for (; helper; helper = helper->next)
			if (helper->role == PROC_ROLE_HELPER)
				add_helper(list, vm, helper, rows, root);
	}
}

enum proc_reading proc_threads_read(struct proc_threads *list, const struct proc_process *vm,
	const struct proc_vms *vms, const struct threads_bpf *rows, int root)
{
	const enum proc_reading reading = read_own_threads(list, vm, rows, root);

	if (reading == PROC_READ)
		read_helpers(list, vm, vms, rows, root);
	return reading;
}

void proc_threads_forget_totals(struct sample_thread *t)
{
	t->utime_ticks = t->stime_ticks = t->guest_ticks = SAMPLE_UNKNOWN;
	t->switches = t->cpu_ns = t->wait_ns = SAMPLE_UNKNOWN;
	t->time_ns = 0;
}
