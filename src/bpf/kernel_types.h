/* kernel_types: what the programs read of the kernel's types, and no more. Where a member lies on the running kernel
 * libbpf puts in when it loads a program (CO-RE), from the kernel's own description of itself (BTF). */
#ifndef BPF_KERNEL_TYPES_H
#define BPF_KERNEL_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#define KERNEL_TYPE __attribute__((preserve_access_index))

/* include/linux/kvm_host.h */
struct kvm_vcpu_arch {
	uint32_t hflags; /* x86 */
} KERNEL_TYPE;

struct kvm_vcpu {
	int vcpu_id;
	struct kvm_vcpu_arch arch;
} KERNEL_TYPE;

/* arch/x86/include/asm/svm.h; the processor has these side by side (AMD APM vol. 2, appendix B):
 * exit_code at 0x70, exit_info_1 at 0x78. */
struct vmcb_control_area {
	uint32_t exit_code;
} KERNEL_TYPE;

struct vmcb {
	struct vmcb_control_area control;
} KERNEL_TYPE;

/* arch/x86/kvm/svm/svm.h; its first member is the struct kvm_vcpu. */
struct vcpu_svm {
	struct vmcb *vmcb;
	bool guest_gif;
} KERNEL_TYPE;

/* arch/x86/kvm/vmx/vmx.h, before Linux 6.16; the struct kvm_vcpu is first, too. */
union vmx_exit_reason {
	uint32_t full;
} KERNEL_TYPE;

struct vcpu_vmx {
	union vmx_exit_reason exit_reason;
} KERNEL_TYPE;

/* arch/x86/kvm/vmx/common.h: since then vcpu_vmx and vcpu_tdx have one of these. */
struct vcpu_vt {
	union vmx_exit_reason exit_reason;
} KERNEL_TYPE;

struct vcpu_vmx___vt {
	struct vcpu_vt vt;
} KERNEL_TYPE;

/* include/linux/time64.h: two words that may be read anywhere. */
struct timespec64 {
	int64_t tv_sec;
	long tv_nsec;
} KERNEL_TYPE;

/* include/linux/pid.h, ns_common.h, pid_namespace.h, sched.h */
struct ns_common {
	unsigned int inum;
} KERNEL_TYPE;

struct pid_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct upid {
	int nr;
	struct pid_namespace *ns;
} KERNEL_TYPE;

struct pid {
	unsigned int level;
	struct upid numbers[1];
} KERNEL_TYPE;

/* include/linux/sched.h; the last two have no members where the kernel's configuration leaves them out. */
struct sched_entity {
	uint64_t sum_exec_runtime;
} KERNEL_TYPE;

struct sched_info {
	unsigned long long run_delay;
} KERNEL_TYPE;

struct prev_cputime {
	uint64_t utime, stime;
} KERNEL_TYPE;

struct vtime {
	int state; /* enum vtime_state */
} KERNEL_TYPE;

struct task_struct {
	struct pid *thread_pid;
	unsigned int flags;
	int exit_state;
	int pid, tgid;
	uint64_t utime, stime, gtime;
	struct prev_cputime prev_cputime;
	struct vtime vtime;
	unsigned long nvcsw;
	uint64_t start_boottime;
	struct sched_entity se;
	struct sched_info sched_info;
	char comm[16];
} KERNEL_TYPE;

/* include/linux/bpf.h, kernel/bpf/task_iter.c */
struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL_TYPE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} KERNEL_TYPE;

#endif
