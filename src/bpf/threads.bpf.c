/* threads: lists the threads of the wanted processes, a struct bpf_thread_row each, to whoever reads the iterator's
 * descriptor. threads_bpf.c loads and reads it. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#include "bpf/kernel_types.h"
#include "bpf/thread_rows.h"

char terms[] SEC("license") = "GPL";

struct bpf_thread_control control;

/* include/linux/sched.h */
#define PF_KTHREAD 0x00200000
#define VTIME_SYS 2

static __always_inline bool is_wanted(uint32_t pid)
{
	uint32_t word = pid / 32;

	/* The verifier is to see the limit just before the access, where the compiler finds it needless. */
	asm volatile("%0 &= %1" : "+r"(word) : "i"(BPF_PIDS / 32 - 1));
	return control.wanted[word] & 1u << pid % 32;
}

static __always_inline uint32_t flags_of(const struct task_struct *t)
{
	uint32_t flags = t->flags & PF_KTHREAD ? BPF_THREAD_KERNEL : 0;

	if (bpf_core_field_exists(t->vtime.state) && t->vtime.state >= VTIME_SYS)
		flags |= BPF_THREAD_PENDING;
	if (!bpf_core_field_exists(t->prev_cputime.utime))
		flags |= BPF_THREAD_EXACT;
	return flags;
}

SEC("iter/task")
int list_threads(struct bpf_iter__task *context)
{
	struct task_struct *t = context->task;
	struct bpf_thread_row row;

	if (!t)
		return 0;
	control.walked++;
	if (!is_wanted((uint32_t)t->tgid))
		return 0;
	row.tid = (uint32_t)t->pid;
	row.pid = (uint32_t)t->tgid;
	row.flags = flags_of(t);
	row.exit_state = (uint32_t)t->exit_state;
	row.time_ns = bpf_ktime_get_ns();
	row.start_ns = t->start_boottime;
	row.cpu_ns = t->se.sum_exec_runtime;
	row.wait_ns = t->sched_info.run_delay;
	row.utime_ns = t->utime;
	row.stime_ns = t->stime;
	row.guest_ns = t->gtime;
	row.told_utime_ns = row.told_stime_ns = 0;
	if (bpf_core_field_exists(t->prev_cputime.utime)) {
		row.told_utime_ns = t->prev_cputime.utime;
		row.told_stime_ns = t->prev_cputime.stime;
	}
	row.switches = t->nvcsw;
	if (bpf_probe_read_kernel(row.name, sizeof row.name, &t->comm))
		row.name[0] = '\0';
	bpf_seq_write(context->meta->seq, &row, sizeof row);
	return 0;
}
