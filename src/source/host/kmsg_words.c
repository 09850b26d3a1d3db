#include "source/host/kmsg_words.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

enum { LEVEL_WARNING = 4 };

/* A line as a text of its own: the record may go on behind it. */
struct words {
	char text[512];
	unsigned level;
};

static const char *after(const char *text, const char *start)
{
	const size_t length = strlen(start);

	return strncmp(text, start, length) ? NULL : text + length;
}

/* The last time a text comes: what is before it may hold a thread's name, which may be anything. */
static const char *last_of(const char *text, const char *wanted)
{
	const char *found = NULL;

	for (const char *at = text; (at = strstr(at, wanted)); at++)
		found = at;
	return found;
}

/* The number that begins there, as a process' or thread's id; 0: there is none. */
static pid_t pid_at(const char *text)
{
	long value = 0;

	for (; isdigit((unsigned char)*text); text++) {
		if (value > (INT_MAX - (*text - '0')) / 10)
			return 0;
		value = 10 * value + (*text - '0');
	}
	return (pid_t)value;
}

/* The id that ends before end, behind a mark: "CPU 0/KVM:21716", "CPU 0/KVM/21716". */
static pid_t pid_before(const char *start, const char *end, char mark)
{
	const char *at = end;

	while (at > start && isdigit((unsigned char)at[-1]))
		at--;
	return at > start && at < end && at[-1] == mark ? pid_at(at) : 0;
}

/* Is the thread of that name, which begins there, a vCPU or another one of QEMU's? "CPU 0/KVM:21716" */
static bool is_vm_thread(const char *name)
{
	static const char *const starts[] = { "CPU ", "qemu", "kvm", "fc_vcpu", "firecracker",
		"cloud-hyper", "crosvm", "vcpu" };

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (after(name, starts[i]))
			return true;
	return false;
}

/* watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [CPU 0/KVM:21716]
 * NMI watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [qemu-system-x86:21715] */
static bool is_soft_lockup(struct kmsg_line *line, const struct words *w)
{
	const char *at = strstr(w->text, "BUG: soft lockup - CPU#"), *name, *end;

	if (!at)
		return false;
	name = strstr(at, "! [");
	end = strrchr(at, ']');
	if (name && end && end > name) {
		line->pid = pid_before(name + 3, end, ':');
		line->of_vm = is_vm_thread(name + 3);
	}
	return true;
}

/* watchdog: Watchdog detected hard LOCKUP on cpu 3
 * NMI watchdog: Watchdog detected hard LOCKUP on cpu 3 */
static bool is_hard_lockup(struct kmsg_line *line, const struct words *w)
{
	(void)line;
	return strstr(w->text, "Watchdog detected hard LOCKUP on cpu ") != NULL;
}

/* INFO: task CPU 0/KVM:21716 blocked for more than 120 seconds. */
static bool is_hung_task(struct kmsg_line *line, const struct words *w)
{
	const char *name = after(w->text, "INFO: task "),
		   *end = name ? last_of(name, " blocked ") : NULL;

	if (!end || !strstr(end, " more than "))
		return false;
	line->pid = pid_before(name, end, ':');
	line->of_vm = is_vm_thread(name);
	return true;
}

/* x86/split lock detection: #AC: CPU 0/KVM/21716 took a split_lock trap at address: 0xfffff8010465701c
 * x86/split lock detection: #DB: CPU 0/KVM/21716 took a bus_lock trap at address: 0x401231
 * x86/split lock detection: #AC: EMT-3/187133 took a split_lock trap at address: 0x7f0d2c3e1a55
 * Newer kernels say "(guest)" or "(user)" behind the thread. Others than VMs do it, too: not our business. */
static bool is_split_lock(struct kmsg_line *line, const struct words *w)
{
	const char *name = after(w->text, "x86/split lock detection: #"), *end;

	name = name ? strstr(name, ": ") : NULL;
	end = name ? last_of(name, "_lock trap at ") : NULL;
	while (end && end > name && !after(end, " took a "))
		end--;
	if (!end || end == name)
		return false;
	if (end[-1] == ')')
		while (end > name && !after(end, " ("))
			end--;
	line->pid = pid_before(name, end, '/');
	line->of_vm = is_vm_thread(name + 2);
	line->if_vm = !line->of_vm;
	return line->of_vm || line->pid > 0;
}

/* Out of memory: Killed process 21715 (qemu-system-x86) total-vm:8912345kB, anon-rss:...
 * Memory cgroup out of memory: Killed process 21715 (qemu-kvm) total-vm:...
 * Killed process 21715 (kvm) total-vm:...
 * Kernels before 5 say "Kill process" first and then, of the same, "Killed process". */
static bool is_oom_kill(struct kmsg_line *line, const struct words *w)
{
	static const char *const starts[] = { "Out of memory: Killed process ",
		"Memory cgroup out of memory: Killed process ", "Killed process " };
	const char *at = NULL, *name;

	for (size_t i = 0; i < sizeof starts / sizeof *starts && !at; i++)
		at = after(w->text, starts[i]);
	name = at ? strstr(at, " (") : NULL;
	if (!name)
		return false;
	line->pid = pid_at(at);
	line->of_vm = is_vm_thread(name + 2);
	line->if_vm = !line->of_vm;
	return line->of_vm || line->pid > 0;
}

/* WARNING: CPU: 3 PID: 21716 at arch/x86/kvm/x86.c:1234 kvm_arch_vcpu_ioctl_run+0x1/0x2 [kvm]
 * WARNING: arch/x86/kvm/mmu/mmu.c:6789 at kvm_mmu_page_fault+0x1/0x2 [kvm], CPU#3: CPU 0/KVM/21716 */
static bool is_kvm_warning(struct kmsg_line *line, const struct words *w)
{
	const char *text = after(w->text, "WARNING: "), *at;

	if (!text || (!strstr(text, "arch/x86/kvm/") && !strstr(text, "virt/kvm/") &&
			     !strstr(text, "arch/arm64/kvm/")))
		return false;
	at = strstr(text, " PID: ");
	if (at)
		line->pid = pid_at(at + strlen(" PID: "));
	else if (strstr(text, ", CPU#"))
		line->pid = pid_before(text, text + strlen(text), '/');
	line->of_vm = line->pid > 0;
	return true;
}

/* kvm [21715]: vcpu0, guest rIP: 0xfffff80312345678 ... */
static bool is_of_kvm_vm(struct kmsg_line *line, const struct words *w)
{
	static const char *const modules[] = { "", "kvm: ", "kvm_intel: ", "kvm_amd: ", "SVM: " };

	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
		const char *at = after(w->text, modules[i]);
		const char *number = at ? after(at, "kvm [") : NULL;

		if (!number || !pid_at(number) ||
			!after(number + strspn(number, "0123456789"), "]: "))
			continue;
		line->pid = pid_at(number);
		/* kvm [1]: IPA Size Limit: 40 bits: KVM itself, when it begins, in the kernel's first process. */
		line->pid = line->pid == 1 ? 0 : line->pid;
		line->of_vm = line->pid > 0;
		return true;
	}
	return false;
}

/* kvm: SMP vm created on host with unstable TSC; guest TSC will not be reliable
 * kvm_intel: VMX not supported by CPU 3
 * Below a warning it is what a module says of itself when it is loaded; "kvm-clock: " and "kvm-guest: " is said by
 * a host that is a guest itself. */
static bool is_of_kvm(struct kmsg_line *line, const struct words *w)
{
	const char *at = w->text;

	/* What the rate limit swallowed: "kvm_set_msr_common: 12 callbacks suppressed" */
	if (strstr(at, " callbacks suppressed"))
		return false;
	if (is_of_kvm_vm(line, w))
		return true;
	/* kvm: vcpu 0: requested 26128 ns lapic timer period limited to 200000 ns; of level 6 */
	if (w->level > LEVEL_WARNING && !strstr(at, "lapic timer period limited"))
		return false;
	if (!(at = after(at, "kvm")))
		return false;
	at += strspn(at, "_abcdefghijklmnopqrstuvwxyz");
	return *at == ':';
}

/* clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable because the skew is too large:
 * tsc: Marking TSC unstable due to clocksource watchdog
 * Clocksource tsc unstable (delta = 4686853 ns) */
static bool is_clock(struct kmsg_line *line, const struct words *w)
{
	(void)line;
	return (after(w->text, "clocksource: ") && strstr(w->text, "unstable")) ||
	       after(w->text, "tsc: Marking TSC unstable") ||
	       (after(w->text, "Clocksource ") && strstr(w->text, " unstable "));
}

bool kmsg_words_parse(struct kmsg_line *line, unsigned level)
{
	static const struct {
		enum kernel_log_kind kind;
		bool (*is)(struct kmsg_line *line, const struct words *w);
	} kinds[] = {
		{ KERNEL_LOG_SOFT_LOCKUP, is_soft_lockup },
		{ KERNEL_LOG_HARD_LOCKUP, is_hard_lockup },
		{ KERNEL_LOG_HUNG_TASK, is_hung_task },
		{ KERNEL_LOG_SPLIT_LOCK, is_split_lock },
		{ KERNEL_LOG_OOM_KILL, is_oom_kill },
		{ KERNEL_LOG_KVM_WARNING, is_kvm_warning },
		{ KERNEL_LOG_KVM, is_of_kvm },
		{ KERNEL_LOG_CLOCK, is_clock },
	};
	struct words w = { .level = level };
	const size_t length = line->length < sizeof w.text ? line->length : sizeof w.text - 1;

	memcpy(w.text, line->text, length);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct kmsg_line found = *line;

		if (!kinds[i].is(&found, &w))
			continue;
		*line = found;
		line->kind = kinds[i].kind;
		return true;
	}
	return false;
}
