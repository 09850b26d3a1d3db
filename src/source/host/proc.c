#include "source/host/proc.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "sample/sample.h"
#include "source/host/pid_namespace.h"
#include "source/host/proc_file.h"
#include "source/host/proc_host.h"
#include "source/host/proc_thread.h"
#include "source/host/proc_threads.h"
#include "source/host/proc_vm.h"
#include "source/host/thread_reader.h"

struct proc_source {
	struct source source;
	char *root_path;
	DIR *root; /* NULL: could not be opened so far */
	pid_t *only;
	bool foreign_pids; /* /proc is that of a PID namespace of its own */
	struct proc_vms vms;
	struct thread_reader threads;
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

static const char *text_or_unknown(struct arena *arena, const char *text)
{
	return text[0] ? arena_strdup(arena, text) : NULL;
}

static struct sample_vm *add_vm(
	struct sample *s, const struct proc_process *vm, const struct proc_threads *threads)
{
	struct sample_vm *out = &s->vms[s->vm_count++];

	*out = sample_vm_unknown(vm->id);
	out->kvm = vm->kvm;
	if (vm->descriptors.vcpus > 0)
		out->vcpus = vm->descriptors.vcpus;
	out->name = text_or_unknown(&s->arena, vm->cmdline->name);
	out->uuid = text_or_unknown(&s->arena, vm->cmdline->uuid);
	if (vm->config.stack)
		out->config = domain_config_copy(&s->arena, &vm->config);
	out->threads = arena_array(&s->arena, threads->count, sizeof(*threads->items));
	out->thread_count = threads->count;
	if (threads->count)
		memcpy(out->threads, threads->items, threads->count * sizeof(*threads->items));
	return out;
}

/* Adds a VM as it was at the last collect: what it did up to now is not known. */
static struct sample_vm *add_last_known(struct sample *s, const struct proc_process *vm)
{
	struct sample_vm *out = add_vm(s, vm, &vm->threads);

	for (size_t i = 0; i < out->thread_count; i++)
		proc_threads_forget_totals(&out->threads[i]);
	return out;
}

/* Adds a VM to the sample. False when it has ended, and nothing is added. */
static bool collect_vm(struct proc_source *p, struct proc_process *vm,
	const struct threads_bpf *rows, struct sample *s)
{
	struct proc_threads list = { 0 };
	const enum proc_reading reading =
		proc_threads_read(&list, vm, &p->vms, rows, dirfd(p->root));

	if (reading == PROC_READ) {
		add_vm(s, vm, &list);
		free(vm->threads.items);
		vm->threads = list;
		return true;
	}
	free(list.items);
	if (reading == PROC_UNREADABLE && vm->threads.count)
		add_last_known(s, vm);
	return reading == PROC_UNREADABLE;
}

static void collect_vms(struct proc_source *p, struct sample *s)
{
	struct proc_vms *vms = &p->vms;
	const struct threads_bpf *rows = thread_reader_collect(&p->threads, vms, dirfd(p->root));

	/* A VM that ends may be followed at once by one with the same pid: both are listed. */
	s->vms = arena_array(&s->arena, 2 * vms->found_count + vms->ended_count, sizeof(*s->vms));
	for (size_t i = 0; i < vms->found_count; i++) {
		struct proc_process *vm = vms->found[i];

		if (vm->role != PROC_ROLE_VM || collect_vm(p, vm, rows, s))
			continue;
		proc_vm_end(vms, vm);
		proc_vm_look(vms, vm, dirfd(p->root), s->time_ns, s->host.uptime_s);
		if (vm->role == PROC_ROLE_VM && !collect_vm(p, vm, NULL, s))
			proc_vm_forget(vm);
	}
	for (size_t i = 0; i < vms->ended_count; i++)
		add_last_known(s, vms->ended[i])->ended = true;
	proc_vm_drop_ended(vms);
}

/* Says what cannot be seen. Root sees everything but what a container's or a security module's rules
 * keep from it; that is worth a line only where a VM is among it. */
static void set_status(const struct proc_source *p, struct sample *s)
{
	if (p->foreign_pids)
		sample_set_source(s, SOURCE_PROC,
			"the host's VMs are not seen: kvmtop runs in a PID namespace of its own; "
			"run it on "
			"the host, or start the container with --pid=host");
	else if (p->vms.hidden)
		sample_set_source(s, SOURCE_PROC,
			"VMs of other users are not seen, as /proc is mounted with hidepid; run "
			"`sudo kvmtop`");
	else if (geteuid() != 0 && p->vms.denied)
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
	collect_vms(p, s);
	set_status(p, s);
}

static void proc_close(struct source *source)
{
	struct proc_source *p = (struct proc_source *)source;

	thread_reader_fini(&p->threads);
	proc_vm_fini(&p->vms);
	if (p->root)
		closedir(p->root);
	free(p->only);
	free(p->root_path);
	free(p);
}

struct source *proc_open(const struct proc_config *config)
{
	static const struct source_ops ops = { .collect = proc_collect, .close = proc_close };
	struct proc_source *p = mem_calloc(1, sizeof(*p));
	const size_t only_count = config->only ? config->only_count : 0;
	char own[512];

	p->source.ops = &ops;
	p->root_path = mem_strdup(config->root);
	snprintf(own, sizeof own, "%s/self/ns/pid", config->root);
	p->foreign_pids = pid_namespace_number(own) != 0;
	p->threads.way = config->threads;
	if (config->only) {
		p->only = mem_calloc(only_count, sizeof(*p->only));
		memcpy(p->only, config->only, only_count * sizeof(*p->only));
	}
	p->vms.only = p->only;
	p->vms.only_count = only_count;
	p->vms.qemu_server = "/run/qemu-server";
	return &p->source;
}
