/* exits: counts VM exits in the kernel, on the arguments of KVM's tracepoints themselves (typed raw tracepoints): no
 * record is made for it, and whoever else watches these events sees them all the same. What is counted, and how, is
 * in exit_count.h; here is only what differs by kernel and processor. exits_bpf.c loads the programs that suit. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#include "bpf/exit_count.h"
#include "bpf/kernel_types.h"

char terms[] SEC("license") = "GPL";

const volatile struct bpf_config config SEC(".rodata.config");

struct bpf_control control;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BPF_ALL_BOOKINGS);
	__type(key, uint32_t);
	__type(value, struct bpf_booking);
} bookings SEC(".maps");

/* An array's entries take a multiple of 8 bytes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BPF_ALL_BOOKINGS);
	__type(key, uint32_t);
	__type(value, uint64_t);
} used SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_OTHER_THREADS);
	__type(key, uint32_t);
	__type(value, struct bpf_thread);
} other_threads SEC(".maps");

static struct bpf_control *control_of(void)
{
	return &control;
}

static struct bpf_booking *booking_at(uint32_t at)
{
	return bpf_map_lookup_elem(&bookings, &at);
}

static uint64_t *used_at(uint32_t at)
{
	return bpf_map_lookup_elem(&used, &at);
}

static struct bpf_thread *other_thread(uint32_t tid, bool add)
{
	struct bpf_thread *t = bpf_map_lookup_elem(&other_threads, &tid);

	if (!t && add) {
		const struct bpf_thread none = { .tid = tid };

		bpf_map_update_elem(&other_threads, &tid, &none, BPF_NOEXIST);
		t = bpf_map_lookup_elem(&other_threads, &tid);
	}
	return t;
}

/* PID namespaces are at most so deep (MAX_PID_NS_LEVEL). */
#define LEVELS 32

/* A thread has a number in its own PID namespace and in each that this one is within. */
static uint32_t own_tid_of(uint32_t tid)
{
	struct task_struct *task;
	struct pid *pid;
	uint32_t level, inode;
	struct upid *number;

	if (!config.pid_namespace)
		return tid;
	task = (struct task_struct *)bpf_get_current_task();
	pid = BPF_CORE_READ(task, thread_pid);
	level = BPF_CORE_READ(pid, level);
	for (uint32_t i = 0; i <= LEVELS && i <= level; i++) {
		number = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
			 i * bpf_core_type_size(struct upid);
		inode = BPF_CORE_READ(number, ns, ns.inum);
		if (inode == config.pid_namespace)
			return (uint32_t)BPF_CORE_READ(number, nr);
	}
	return 0;
}

static int32_t vcpu_id_of(const struct kvm_vcpu *vcpu)
{
	return vcpu ? vcpu->vcpu_id : -1;
}

static __always_inline uint32_t current_tid(void)
{
	return (uint32_t)bpf_get_current_pid_tgid();
}

/* What is read of the exit comes after this: it need not be kept over the calls then. */
static __always_inline struct bpf_thread *begin_exit(void)
{
	struct bpf_thread *t = count_thread(current_tid(), true);

	if (t)
		t->open_ns = bpf_ktime_get_ns();
	return t;
}

/* SVM: the reason is what the processor left in the VMCB, of which KVM looks at the low half; info1 beside it tells
 * something of an I/O exit only. */
struct svm_exit {
	uint32_t code, code_high;
	uint64_t info1;
};

/* Where the VMCB of a thread's vCPU is, which need not be read again and again. A kernel's address is nothing for kvmtop:
 * this map is not in its memory. */
struct vmcb_place {
	const struct kvm_vcpu *vcpu;
	const void *vmcb;
	uint64_t exit_ns; /* of the last exit */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_THREADS);
	__type(key, uint32_t);
	__type(value, struct vmcb_place);
} vmcbs SEC(".maps");

/* Between two exits so near to each other nobody has ended a VM and made another one, whose vCPU might have the same address. */
#define SAME_VCPU_NS 100000

/* HF_GUEST_MASK: a nested guest runs, on a VMCB of its own. Bit 5, until the flags before it went to other places
 * (Linux 6.3; guest_gif is where the first one went). */
static __always_inline bool is_nested(const struct kvm_vcpu *vcpu)
{
	const uint32_t flag = bpf_core_field_exists(struct vcpu_svm, guest_gif) ? 1 << 0 : 1 << 5;

	return vcpu->arch.hflags & flag;
}

static __always_inline const void *read_vmcb(const struct kvm_vcpu *vcpu)
{
	const void *vmcb;

	bpf_probe_read_kernel(&vmcb, sizeof vmcb,
		(const void *)vcpu + bpf_core_field_offset(struct vcpu_svm, vmcb));
	return vmcb;
}

static __always_inline const void *find_vmcb(
	struct vmcb_place *place, const struct kvm_vcpu *vcpu, uint64_t now_ns)
{
	if (is_nested(vcpu))
		return read_vmcb(vcpu);
	if (place->vcpu != vcpu || now_ns - place->exit_ns >= SAME_VCPU_NS) {
		place->vmcb = read_vmcb(vcpu);
		place->vcpu = vcpu;
	}
	place->exit_ns = now_ns;
	return place->vmcb;
}

static __always_inline struct exit_key read_svm_key(const void *vmcb)
{
	struct svm_exit e;

	bpf_probe_read_kernel(
		&e, sizeof e, vmcb + bpf_core_field_offset(struct vmcb, control.exit_code));
	return exit_key_make(e.code, EXIT_ISA_SVM, e.info1);
}

SEC("tp_btf/kvm_exit")
int exit_svm(uint64_t *context)
{
	const struct kvm_vcpu *vcpu = (const void *)context[0];
	const uint32_t tid = current_tid(), slot = tid & (BPF_THREADS - 1);
	struct bpf_thread *t = &control.threads[slot];
	struct vmcb_place *place = NULL;

	/* The place is of the one thread that has this place in the array. */
	if (t->tid == tid)
		place = bpf_map_lookup_elem(&vmcbs, &slot);
	else
		t = count_find_thread(tid, true);
	if (!t || !vcpu)
		return 0;
	t->open_ns = bpf_ktime_get_ns();
	count_exit(t, read_svm_key(place ? find_vmcb(place, vcpu, t->open_ns) : read_vmcb(vcpu)));
	return 0;
}

/* Before Linux 5.16 kvm_exit is told the reason. */
SEC("tp_btf/kvm_exit")
int exit_svm_reason(uint64_t *context)
{
	const uint32_t reason = (uint32_t)context[0];
	const struct kvm_vcpu *vcpu = (const void *)context[1];
	struct bpf_thread *t = begin_exit();

	if (t)
		count_exit(t, reason == EXIT_KEY_SVM_IOIO ? read_svm_key(read_vmcb(vcpu))
							  : exit_key_make(reason, EXIT_ISA_SVM, 0));
	return 0;
}

/* VMX: what KVM has read of it. Flags lie above the reason's 16 bits. */
static __always_inline struct exit_key vmx_key(uint32_t reason)
{
	return (struct exit_key){ .reason = reason & 0xffff, .isa = EXIT_ISA_VMX };
}

static __always_inline uint32_t vmx_reason_offset(void)
{
	if (bpf_core_field_exists(struct vcpu_vmx, exit_reason))
		return bpf_core_field_offset(struct vcpu_vmx, exit_reason);
	return bpf_core_field_offset(struct vcpu_vmx___vt, vt) +
	       bpf_core_field_offset(struct vcpu_vt, exit_reason);
}

SEC("tp_btf/kvm_exit")
int exit_vmx(uint64_t *context)
{
	struct bpf_thread *t = begin_exit();
	uint32_t reason;

	if (!t)
		return 0;
	bpf_probe_read_kernel(
		&reason, sizeof reason, (const void *)context[0] + vmx_reason_offset());
	count_exit(t, vmx_key(reason));
	return 0;
}

SEC("tp_btf/kvm_exit")
int exit_vmx_reason(uint64_t *context)
{
	struct bpf_thread *t = begin_exit();

	if (t)
		count_exit(t, vmx_key((uint32_t)context[0]));
	return 0;
}

/* Linux 6.2 and later read memory without a helper: an address is cast to a type. Types of modules are refused,
 * so it is one of the kernel's, with two words in it. */
void *bpf_rdonly_cast(const void *address, uint32_t btf_id) __ksym __weak;

static __always_inline const struct timespec64 *two_words(uint64_t address)
{
	return bpf_rdonly_cast((const void *)address, bpf_core_type_id_kernel(struct timespec64));
}

SEC("raw_tp/kvm_exit")
int exit_svm_cast(uint64_t *context)
{
	struct bpf_thread *t = begin_exit();
	const struct timespec64 *at;
	uint32_t code;

	if (!t)
		return 0;
	at = two_words(context[0] + bpf_core_field_offset(struct vcpu_svm, vmcb));
	at = two_words(
		(uint64_t)at->tv_sec + bpf_core_field_offset(struct vmcb, control.exit_code));
	code = (uint32_t)at->tv_sec;
	count_exit(t, exit_key_make(code, EXIT_ISA_SVM,
			      code == EXIT_KEY_SVM_IOIO ? (uint64_t)at->tv_nsec : 0));
	return 0;
}

SEC("raw_tp/kvm_exit")
int exit_vmx_cast(uint64_t *context)
{
	struct bpf_thread *t = begin_exit();

	if (t)
		count_exit(
			t, vmx_key((uint32_t)two_words(context[0] + vmx_reason_offset())->tv_sec));
	return 0;
}

/* arm64: kvm_exit(ret, esr_ec, pc), kvm_entry(pc). ret may have a flag above (ARM_EXIT_WITH_SERROR_BIT). */
SEC("tp_btf/kvm_exit")
int exit_arm64(uint64_t *context)
{
	struct bpf_thread *t = begin_exit();

	if (t)
		count_exit(t,
			exit_key_make_arm((uint32_t)context[0] & INT32_MAX, (uint32_t)context[1]));
	return 0;
}

SEC("tp_btf/kvm_entry")
int entry_x86(uint64_t *context)
{
	struct bpf_thread *t = count_thread(current_tid(), false);

	if (t)
		count_entry(t, (const void *)context[0], bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/kvm_entry")
int entry_arm64(uint64_t *context)
{
	struct bpf_thread *t = count_thread(current_tid(), false);

	(void)context;
	if (t)
		count_entry(t, NULL, bpf_ktime_get_ns());
	return 0;
}

/* kvm_pio(write, port, size, count, data) */
SEC("tp_btf/kvm_pio")
int pio(uint64_t *context)
{
	struct bpf_thread *t = count_thread(current_tid(), false);

	if (t)
		count_port(t, (uint32_t)context[0], (uint32_t)context[1]);
	return 0;
}

/* kvm_msr(write, number, value, exception) */
SEC("tp_btf/kvm_msr")
int msr(uint64_t *context)
{
	struct bpf_thread *t = count_thread(current_tid(), false);

	if (t)
		count_detail(t, (uint32_t)context[0] ? EXIT_DETAIL_MSR_WRITE : EXIT_DETAIL_MSR_READ,
			(uint32_t)context[1]);
	return 0;
}

/* kvm_mmio(type, size, address, value) */
SEC("tp_btf/kvm_mmio")
int mmio(uint64_t *context)
{
	const enum exit_detail detail = exit_key_mmio((uint32_t)context[0]);
	struct bpf_thread *t = detail ? count_thread(current_tid(), false) : NULL;

	if (t)
		count_detail(t, detail, context[2]);
	return 0;
}

/* kvm_set_irq(gsi, level, source) */
SEC("tp_btf/kvm_set_irq")
int irq(uint64_t *context)
{
	count_irq(current_tid(), (uint32_t)context[0], (uint32_t)context[1]);
	return 0;
}
