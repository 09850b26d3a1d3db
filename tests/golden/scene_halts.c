#include "scene_halts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "model/halts.h"
#include "model/pair.h"

/* -- halts */

static struct halt_row make_row(const struct vm *vm, int vcpu, double success, double fail,
	double wait, double wakes, double polls, double hits, double system)
{
	struct halt_row row = {
		.vm = vm,
		.vcpu = vcpu,
		.poll_pct = success + fail,
		.poll_success_pct = success,
		.poll_fail_pct = fail,
		.wait_pct = wait,
		.wakes_per_s = wakes,
		.polls_per_s = polls,
		.success_pct = hits,
		.system_pct = system,
		.poll_of_system_pct = 100 * (success + fail) / system,
	};

	if (vcpu < 0)
		snprintf(row.name, sizeof row.name, "all %d", vm->vcpus);
	else
		snprintf(row.name, sizeof row.name, "vCPU %d", vcpu);
	return row;
}

static void name_rows(struct scene *s)
{
	for (size_t i = 0; i < s->model.vm_count; i++) {
		struct vm *vm = s->vms[i];

		vm->halts = halts_unknown();
		vm->halts.all.vm = vm;
		snprintf(vm->halts.all.name, sizeof vm->halts.all.name, "all %d", vm->vcpus);
	}
}

static void set_parameters(struct scene *s)
{
	s->model.platform.halt_poll_ns = 200000;
	s->model.platform.halt_poll_ns_grow = 2;
	s->model.platform.halt_poll_ns_grow_start = 10000;
	s->model.platform.halt_poll_ns_shrink = 0;
}

void scene_halts_unknown(struct scene *s)
{
	scene_storm(s);
	scene_blind(s);
	name_rows(s);
	s->model.platform.halt_poll_ns = -1;
	snprintf(s->model.platform.counters_why, sizeof s->model.platform.counters_why, "%s",
		"KVM's counters are in debugfs, which is not mounted: run `mount -t debugfs "
		"debugfs "
		"/sys/kernel/debug`");
}

void scene_halts_sums(struct scene *s)
{
	struct vm *win10;

	scene_storm(s);
	name_rows(s);
	set_parameters(s);
	win10 = s->vms[0];
	win10->halts.all = make_row(win10, -1, 12.1, 19.3, 95.2, 921, 1480, 63.1, 77.8);
	s->vms[1]->halts.all = make_row(s->vms[1], -1, 0.0, 0.1, 391.5, 250, 31, 2.9, 0.8);
}

void scene_halts(struct scene *s)
{
	struct vm *win10;
	struct finding *f;

	scene_halts_sums(s);
	win10 = s->vms[0];
	win10->halts.vcpus = arena_array(&s->arena, 2, sizeof *win10->halts.vcpus);
	win10->halts.count = 2;
	win10->halts.vcpus[0] = make_row(win10, 0, 7.0, 11.2, 31.0, 540, 912, 65.3, 39.8);
	win10->halts.vcpus[1] = make_row(win10, 1, 5.1, 8.1, 64.2, 381, 568, 59.7, 38.0);
	f = scene_add_finding(s, "R08");
	f->summary = "halt polling 31.4 % of a CPU";
	f->diagnosis = "After each halt of the guest the host spins for a while in case it wakes "
		       "up again: that takes 31.4 % of a CPU, and shows as system time of the vCPU "
		       "threads.";
	f->remedies[f->remedy_count++] = REMEDY_HALT_POLL;
}

/* -- the kernel's log */

static struct kernel_log_entry entry(const struct vm *vm, pid_t pid, enum kernel_log_kind kind,
	uint64_t count, uint64_t last_s, const char *text)
{
	struct kernel_log_entry e = {
		.pid = vm ? vm->id.pid : pid,
		.start_ticks = vm ? vm->id.start_ticks : 0,
		.kind = kind,
		.count = count,
		.first_us = 60000000,
		.last_us = last_s * 1000000,
	};

	snprintf(e.text, sizeof e.text, "%s", text);
	return e;
}

static struct kernel_log_entry msr_entry(const struct vm *vm, enum kernel_log_kind kind,
	enum kernel_log_direction direction, uint32_t msr, uint64_t count, uint64_t last_s,
	const char *text)
{
	struct kernel_log_entry e = entry(vm, 4000, kind, count, last_s, text);

	e.direction = direction;
	e.msr = msr;
	return e;
}

enum { ENTRIES = 10, UP_S = 18012 };

static void set_entries(struct scene *s, struct sample_kernel_log *log)
{
	const struct vm *win10 = s->vms[0], *web1 = s->vms[1];
	const struct kernel_log_entry entries[ENTRIES] = {
		msr_entry(win10, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_READ, 0x611, 1284, UP_S - 1,
			"kvm [21715]: vcpu1, guest rIP: 0xfffff8031f3d1a5c unhandled rdmsr: 0x611"),
		msr_entry(win10, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_READ, 0x606, 12, UP_S - 2400,
			"kvm [21715]: vcpu0, guest rIP: 0xfffff8031f3d1a5c unhandled rdmsr: 0x606"),
		msr_entry(win10, KERNEL_LOG_MSR_IGNORED, KERNEL_LOG_WRITE, 0x1d9, 2, UP_S - 9000,
			"kvm_intel: kvm [21715]: vcpu0, guest rIP: 0x1 ignored wrmsr: 0x1d9 data "
			"0x1"),
		entry(web1, 0, KERNEL_LOG_SOFT_LOCKUP, 3, UP_S - 310,
			"watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [CPU 0/KVM:3072]"),
		entry(web1, 0, KERNEL_LOG_HUNG_TASK, 1, UP_S - 290,
			"INFO: task CPU 1/KVM:3073 blocked for more than 120 seconds."),
		entry(web1, 0, KERNEL_LOG_KVM_WARNING, 1, UP_S - 40000 + 22000,
			"WARNING: CPU: 3 PID: 3072 at arch/x86/kvm/x86.c:10841 "
			"kvm_arch_vcpu_ioctl_run+0x1ac/0x700 [kvm]"),
		entry(win10, 0, KERNEL_LOG_SPLIT_LOCK, 7, UP_S - 7000,
			"x86/split lock detection: #AC: CPU 0/KVM/21716 took a split_lock trap at "
			"address: 0xfffff80104613be8"),
		entry(NULL, 5000, KERNEL_LOG_OOM_KILL, 1, UP_S - 6000,
			"Out of memory: Killed process 5000 (qemu-system-x86) total-vm:8912345kB, "
			"anon-rss:8100000kB, file-rss:0kB, shmem-rss:4kB, UID:64055 "
			"pgtables:17000kB oom_score_adj:0"),
		msr_entry(NULL, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_READ, 0x150, 3, UP_S - 15000,
			"kvm [4000]: vcpu0, guest rIP: 0x1 unhandled rdmsr: 0x150"),
		entry(NULL, 0, KERNEL_LOG_CLOCK, 1, 88,
			"clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as "
			"unstable because the skew is too large:"),
	};

	log->entries = arena_array(&s->arena, ENTRIES, sizeof *log->entries);
	memcpy(log->entries, entries, sizeof entries);
	log->count = ENTRIES;
	log->known = true;
}

static struct sample *log_sample(void)
{
	struct sample *s = sample_new();

	s->time_ns = UP_S * NS_PER_S;
	s->real_ns = 1535897251 * NS_PER_S; /* 2018-09-02T14:07:31Z */
	return s;
}

/* As the model makes it of two looks, between which there were so many lines more about the first entry. */
static void set_log(struct scene *s, const struct sample_kernel_log *log, uint64_t more)
{
	struct sample *before = log_sample(), *now = log_sample();
	struct sample_pair pair;

	before->time_ns -= 3 * NS_PER_S;
	now->kernel_log = before->kernel_log = *log;
	if (log->count) {
		before->kernel_log.entries =
			arena_array(&before->arena, log->count, sizeof *log->entries);
		memcpy(before->kernel_log.entries, log->entries, log->count * sizeof *log->entries);
		before->kernel_log.entries[0].count -= more;
	}
	pair_init(&pair, before, now);
	model_update_log(&s->model, &pair);
	pair_fini(&pair);
	sample_free(before);
	sample_free(now);
}

void scene_log(struct scene *s)
{
	struct sample_kernel_log log = { 0 };
	struct finding *f;

	scene_storm(s);
	set_entries(s, &log);
	set_log(s, &log, 12);
	f = scene_add_finding(s, "R18");
	f->summary = "asks for MSRs that KVM has not";
	f->diagnosis = "A program in the guest watches the processor's power.";
	f->remedies[f->remedy_count++] = REMEDY_MSR_QUIET;
}

void scene_log_gaps(struct scene *s)
{
	struct sample_kernel_log log = { .lost = 12345, .before = 98765, .left_out = 17 };

	scene_storm(s);
	set_entries(s, &log);
	set_log(s, &log, 0);
}

void scene_log_quiet(struct scene *s)
{
	scene_storm(s);
	set_log(s, &(struct sample_kernel_log){ .known = true }, 0);
}

void scene_log_denied(struct scene *s)
{
	scene_storm(s);
	scene_blind(s);
	set_log(s,
		&(struct sample_kernel_log){
			.why = "the kernel's log is shown to root alone: run `sudo kvmtop`, or let "
			       "all "
			       "users read it with `sudo sysctl kernel.dmesg_restrict=0`" },
		0);
}

void scene_log_host(struct scene *s)
{
	struct sample_kernel_log log = { 0 };

	scene_empty(s);
	log.known = true;
	log.count = 1;
	log.entries = arena_array(&s->arena, 1, sizeof *log.entries);
	log.entries[0] = entry(NULL, 0, KERNEL_LOG_CLOCK, 1, 88,
		"clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable");
	set_log(s, &log, 0);
}
