#include "source/host/proc_vm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "domain/cmdline_config.h"
#include "source/host/pid_file.h"
#include "source/host/proc_file.h"
#include "source/host/proc_thread.h"

/* Enough for QEMU's longest command lines; name and UUID stand near the front. */
#define CMDLINE_SIZE (1024 * 1024)

/* How many descriptors one look takes: a busy server with 100,000 sockets would cost a tick. A VMM by its name is not
 * to wait for the next one, nor is a tenant's to cost a tick whatever it opens. */
#define LOOK_MAX 2048
#define LOOK_MAX_OF_VMM 65536

/* When a process is looked at again, see recheck_gap_ns(). */
#define YOUNG_S 5
#define GAP_MAX_S 30
#define VMM_GAP_S 1

/* Where the descriptors cannot be read, the program's name has to do. Names are those of comm, which
 * is cut to 15 bytes, and of argv[0]. */
static bool is_qemu_name(const char *name)
{
	return strncmp(name, "qemu-system-", strlen("qemu-system-")) == 0 ||
	       strcmp(name, "qemu-kvm") == 0 || strcmp(name, "kvm") == 0;
}

static bool is_vmm_name(const char *name)
{
	static const char *const names[] = {
		"firecracker",
		"cloud-hyperviso",
		"cloud-hypervisor",
		"crosvm",
	};

	if (is_qemu_name(name))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* A VMM opens KVM some time after it was started: QEMU within a tenth of a second, Firecracker when
 * its API is told to. So young processes are looked at by every scan, and older ones after half their
 * age, up to 30 s: who opens KVM when t seconds old is seen at most t / 2 later. Programs that are
 * VMMs by name do not wait that long, until their VM is found. Between two looks a process costs no system call at all. That
 * misses a process that ends and whose pid is used again between two scans - it takes as many forks
 * as there are pids - until the next look finds another start time. */
static double age_of(const struct proc_stat *stat, double uptime_s)
{
	return uptime_s - (double)stat->start_ticks / (double)sysconf(_SC_CLK_TCK);
}

static uint64_t recheck_gap_ns(const struct proc_stat *stat, pid_t pid, bool is_vm, double uptime_s)
{
	double age_s = age_of(stat, uptime_s);
	double gap_s;

	if (age_s > -YOUNG_S && age_s < YOUNG_S)
		return 0;
	/* An uptime that is not known, or is that of a container, tells no age: not young, then. */
	gap_s = age_s > 0 && age_s < 2 * GAP_MAX_S ? age_s / 2 : GAP_MAX_S;
	if (gap_s > VMM_GAP_S && !is_vm && is_vmm_name(stat->name))
		gap_s = VMM_GAP_S;
	/* Spread them, or all that were there at the start are due in the same tick for ever. */
	return (uint64_t)(gap_s * (1 - pid % 16 / 32.0) * (double)NS_PER_S);
}

/* What the command line says about the VM; where it names none, comm is the VM's name. */
static void read_cmdline(struct proc_process *process, int root, const char *comm)
{
	struct cmdline_vm *vm = mem_calloc(1, sizeof(*vm));
	char *text = mem_calloc(CMDLINE_SIZE, 1);
	ssize_t read = proc_file_read_pid(root, process->id.pid, "cmdline", text, CMDLINE_SIZE);
	size_t length = read > 0 ? (size_t)read : 0;

	cmdline_parse(vm, text, length);
	cmdline_config_read(&process->config, text, length);
	memcpy(process->stack_id, process->config.stack_id, sizeof(process->stack_id));
	process->config.stack_id[0] = '\0';
	if (!vm->name[0])
		snprintf(vm->name, sizeof(vm->name), "%s", comm);
	free(text);
	process->cmdline = vm;
}

/* "-id 100" may stand in anybody's command line, and the number goes into commands that change VM 100: Proxmox VE's
 * own pid file says which process that is. */
static void confirm_stack_id(const struct proc_vms *v, struct proc_process *process)
{
	struct pid_file file;

	if (!v->qemu_server || !process->stack_id[0] || process->config.stack_id[0])
		return;
	if (!pid_file_read(&file, v->qemu_server, process->stack_id, v->qemu_server_owner) &&
		pid_file_is_of(&file, process->id))
		memcpy(process->config.stack_id, process->stack_id,
			sizeof(process->config.stack_id));
}

/* By the program's name, or by argv[0]: for VMMs that rename their first thread. */
static bool is_called(bool (*is_name)(const char *), int root, pid_t pid, const char *comm)
{
	const char *base;
	char text[512];

	if (is_name(comm))
		return true;
	if (proc_file_read_pid(root, pid, "cmdline", text, sizeof(text)) <= 0)
		return false;
	base = strrchr(text, '/');
	return is_name(base ? base + 1 : text);
}

/* QEMU without KVM emulates its guest, once it has had the time to open KVM. Of a process that has ended there are no
 * descriptors either. */
static bool is_emulator(const struct proc_stat *stat, int root, pid_t pid, double uptime_s)
{
	const double age_s = age_of(stat, uptime_s);

	return !(age_s > -YOUNG_S && age_s < YOUNG_S) && stat->state != 'Z' && stat->state != 'X' &&
	       is_called(is_qemu_name, root, pid, stat->name);
}

static bool is_wanted(const struct proc_vms *v, pid_t pid)
{
	for (size_t i = 0; i < v->only_count; i++) {
		if (v->only[i] == pid)
			return true;
	}
	return !v->only;
}

/* What libvirt starts to learn what a QEMU can do: "-machine none,accel=kvm -S". It has no vCPU, whatever else it says. */
static bool is_probe(const struct proc_process *process)
{
	return !strcmp(process->config.machine.machine, "none") &&
	       (process->denied || !process->descriptors.vcpus);
}

static enum proc_role process_role(
	struct proc_process *process, int root, const struct proc_stat *stat, double uptime_s)
{
	const enum proc_descriptors_look look = proc_descriptors_look(&process->descriptors, root,
		process->id.pid, is_vmm_name(stat->name) ? LOOK_MAX_OF_VMM : LOOK_MAX);

	if (look == PROC_DESCRIPTORS_UNKNOWN || look == PROC_DESCRIPTORS_ON)
		return process->role;
	process->denied = look == PROC_DESCRIPTORS_DENIED;
	process->kvm = process->denied               ? TRI_UNKNOWN
		       : look == PROC_DESCRIPTORS_VM ? TRI_YES
						     : TRI_NO;
	if (process->kvm == TRI_YES ||
		(process->denied && is_called(is_vmm_name, root, process->id.pid, stat->name)) ||
		(process->kvm == TRI_NO && is_emulator(stat, root, process->id.pid, uptime_s)))
		return PROC_ROLE_VM;
	return PROC_ROLE_NONE;
}

static enum proc_role kernel_thread_role(struct proc_process *process, const char *name)
{
	if (strcmp(name, "ksmd") == 0)
		return PROC_ROLE_KSMD;
	if (strncmp(name, "kswapd", strlen("kswapd")) == 0) /* one per NUMA node */
		return PROC_ROLE_KSWAPD;
	process->owner = proc_thread_owner(name, &process->kind);
	return process->owner ? PROC_ROLE_HELPER : PROC_ROLE_NONE;
}

static void drop_vm(struct proc_process *process)
{
	free(process->cmdline);
	domain_config_fini(&process->config);
	free(process->threads.items);
	process->cmdline = NULL;
	process->threads = (struct proc_threads){ 0 };
}

void proc_vm_forget(struct proc_process *process)
{
	drop_vm(process);
	*process = (struct proc_process){ .id.pid = process->id.pid,
		.scan = process->scan,
		.descriptors = PROC_DESCRIPTORS_NONE };
}

/* What is known of the VM goes to v->ended, unless nothing was told of it so far. */
static void move_ended(struct proc_vms *v, struct proc_process *process)
{
	struct proc_process *ended;

	if (process->role != PROC_ROLE_VM || !process->threads.count)
		return;
	ended = mem_calloc(1, sizeof(*ended));
	*ended = *process;
	process->cmdline = NULL;
	process->config = (struct domain_config){ 0 };
	process->threads = (struct proc_threads){ 0 };
	v->ended = mem_grow(
		v->ended, v->ended_count, &v->ended_capacity, sizeof(struct proc_process *));
	v->ended[v->ended_count++] = ended;
}

void proc_vm_end(struct proc_vms *v, struct proc_process *process)
{
	move_ended(v, process);
	proc_vm_forget(process);
}

void proc_vm_drop_ended(struct proc_vms *v)
{
	for (size_t i = 0; i < v->ended_count; i++) {
		proc_vm_forget(v->ended[i]);
		free(v->ended[i]);
	}
	v->ended_count = 0;
}

/* VMs are asked again like all others: a child that QEMU forked holds KVM's descriptor too, until its exec. */
void proc_vm_look(struct proc_vms *v, struct proc_process *process, int root, uint64_t now_ns,
	double uptime_s)
{
	const bool guessed = process->denied;
	enum proc_role role = PROC_ROLE_NONE;
	pid_t pid = process->id.pid;
	struct proc_stat stat;

	if (!proc_stat_read(&stat, root, pid)) {
		/* A VM's end shows in its threads, too: here kvmtop may just be out of descriptors. */
		if (process->role != PROC_ROLE_VM)
			proc_vm_forget(process);
		return;
	}
	if (stat.start_ticks != process->id.start_ticks)
		proc_vm_end(v, process);
	if (stat.kernel)
		role = kernel_thread_role(process, stat.name);
	else if (is_wanted(v, pid))
		role = process_role(process, root, &stat, uptime_s);
	if (role != PROC_ROLE_VM) {
		if (!guessed) /* a process that merely resembled a VM is not reported as ended */
			move_ended(v, process);
		drop_vm(process);
	} else {
		if (!process->cmdline)
			read_cmdline(process, root, stat.name);
		if (is_probe(process))
			role = PROC_ROLE_NONE;
	}
	process->role = role;
	process->id.start_ticks = stat.start_ticks;
	if (role == PROC_ROLE_VM)
		confirm_stack_id(v, process);
	process->due_ns =
		process->descriptors.at
			? now_ns
			: now_ns + recheck_gap_ns(&stat, pid, role == PROC_ROLE_VM, uptime_s);
}

static struct proc_process *find_or_add(struct proc_vms *v, pid_t pid)
{
	struct proc_process *process = map_get(&v->processes, (uint64_t)pid);

	if (!process) {
		process = mem_calloc(1, sizeof(*process));
		process->id.pid = pid;
		process->descriptors = PROC_DESCRIPTORS_NONE;
		map_put(&v->processes, (uint64_t)pid, process);
	}
	return process;
}

/* Removes the processes that the last scan did not meet. */
static void remove_gone(struct proc_vms *v)
{
	struct map left = { 0 };
	size_t at = 0;
	uint64_t pid;
	void *value;

	while (map_next(&v->processes, &at, &pid, &value)) {
		struct proc_process *process = value;

		if (process->scan == v->scan) {
			map_put(&left, pid, process);
		} else {
			proc_vm_end(v, process);
			free(process);
		}
	}
	map_fini(&v->processes);
	v->processes = left;
}

/* Backwards: each goes before those of its owner that are there. */
static void list_helpers(struct proc_vms *v)
{
	map_fini(&v->helpers);
	v->helpers = (struct map){ 0 };
	for (size_t i = v->found_count; i-- > 0;) {
		struct proc_process *p = v->found[i];

		if (p->role == PROC_ROLE_HELPER)
			p->next = map_put(&v->helpers, (uint64_t)p->owner, p);
	}
}

void proc_vm_scan(struct proc_vms *v, DIR *root, uint64_t now_ns, double uptime_s)
{
	const struct dirent *entry;
	size_t met = 0;

	v->scan++;
	v->found_count = 0;
	v->denied = v->guessed = false;
	rewinddir(root);
	while ((entry = readdir(root))) {
		pid_t pid = proc_file_pid(entry->d_name);
		struct proc_process *process;

		if (pid == 0)
			continue;
		process = find_or_add(v, pid);
		process->scan = v->scan;
		met++;
		if (now_ns >= process->due_ns)
			proc_vm_look(v, process, dirfd(root), now_ns, uptime_s);
		v->denied |= process->denied;
		v->guessed |= process->denied && process->role == PROC_ROLE_VM;
		if (process->role == PROC_ROLE_NONE)
			continue;
		v->found = mem_grow(v->found, v->found_count, &v->found_capacity,
			sizeof(struct proc_process *));
		v->found[v->found_count++] = process;
	}
	if (met != v->processes.count)
		remove_gone(v);
	list_helpers(v);
	/* Then not even the first process is there. */
	v->hidden = !v->only && geteuid() != 0 && !map_get(&v->processes, 1);
}

void proc_vm_fini(struct proc_vms *v)
{
	v->scan++; /* that has met nobody */
	remove_gone(v);
	proc_vm_drop_ended(v);
	map_fini(&v->processes);
	map_fini(&v->helpers);
	free(v->found);
	free(v->ended);
}
