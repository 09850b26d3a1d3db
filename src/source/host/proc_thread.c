#include "source/host/proc_thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/host/proc_file.h"

/* More than the 43 fields that matter can take. */
#define STAT_SIZE 1024

/* PF_KTHREAD of linux/sched.h, in field 9: part of the interface in practice, as ps and top use it. */
#define FLAG_KERNEL_THREAD 0x00200000

static void copy_text(char *out, size_t size, const char *text, size_t length)
{
	if (length >= size)
		length = size - 1;
	memcpy(out, text, length);
	out[length] = '\0';
}

/* "21718 (CPU 0/KVM) S 1 21715 21715 0 -1 4194368 1 0 0 0 6102 3981 0 0 20 ...": the name may hold
 * anything, blanks, parentheses and newlines too, so that only the last ')' ends it. */
bool proc_stat_parse(struct proc_stat *out, const char *text)
{
	uint64_t flags;
	uint64_t *const wanted[] = {
		[9] = &flags,
		[14] = &out->utime_ticks,
		[15] = &out->stime_ticks,
		[20] = &out->thread_count,
		[22] = &out->start_ticks,
		[43] = &out->guest_ticks,
	};
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	const char *p;

	if (!open || !close || close < open || close[1] != ' ' || close[2] < 'A' || close[3] != ' ')
		return false;
	copy_text(out->name, sizeof(out->name), open + 1, (size_t)(close - open - 1));
	out->state = close[2];
	p = close + 3;
	for (size_t field = 4; field < sizeof(wanted) / sizeof(wanted[0]); field++) {
		if (wanted[field] ? !proc_file_number(&p, wanted[field]) : !proc_file_skip(&p))
			return false;
	}
	out->kernel = flags & FLAG_KERNEL_THREAD;
	return true;
}

bool proc_stat_read(struct proc_stat *out, int dirfd, pid_t pid)
{
	char text[STAT_SIZE];

	return proc_file_read_pid(dirfd, pid, "stat", text, sizeof(text)) > 0 &&
	       proc_stat_parse(out, text);
}

/* "71543210987 234567 8901": ns on CPU, ns of run delay, time slices. */
bool proc_schedstat_read(int dirfd, pid_t pid, uint64_t *cpu_ns, uint64_t *wait_ns)
{
	char text[128];
	const char *p = text;

	return proc_file_read_pid(dirfd, pid, "schedstat", text, sizeof(text)) > 0 &&
	       proc_file_number(&p, cpu_ns) && proc_file_number(&p, wait_ns);
}

/* "voluntary_ctxt_switches:	150\n" among some sixty lines; the one of the involuntary ones comes
 * after it and ends alike. */
uint64_t proc_switches_parse(const char *text)
{
	static const char key[] = "\nvoluntary_ctxt_switches:";
	const char *p = strstr(text, key);
	uint64_t switches;

	if (!p)
		return SAMPLE_UNKNOWN;
	p += sizeof(key) - 1;
	return proc_file_number(&p, &switches) ? switches : SAMPLE_UNKNOWN;
}

uint64_t proc_switches_read(int dirfd, pid_t pid)
{
	char path[32], *text;
	uint64_t switches;

	snprintf(path, sizeof(path), "%d/status", (int)pid);
	text = proc_file_read_whole(dirfd, path);
	switches = text ? proc_switches_parse(text) : SAMPLE_UNKNOWN;
	free(text);
	return switches;
}

void proc_thread_fill(struct sample_thread *t, pid_t tid, const struct proc_stat *stat,
	uint64_t cpu_ns, uint64_t wait_ns)
{
	t->tid = tid;
	t->start_ticks = stat->start_ticks;
	copy_text(t->name, sizeof(t->name), stat->name, strlen(stat->name));
	t->utime_ticks = stat->utime_ticks;
	t->stime_ticks = stat->stime_ticks;
	t->guest_ticks = stat->guest_ticks;
	t->switches = SAMPLE_UNKNOWN;
	t->cpu_ns = cpu_ns;
	t->wait_ns = wait_ns;
	t->time_ns = 0;
}

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* The number at the start of s when exactly rest follows it, else -1. */
static int number_before(const char *s, const char *rest)
{
	int number = 0;
	int digits = 0;

	for (; *s >= '0' && *s <= '9'; s++, digits++) {
		if (digits == 6)
			return -1;
		number = number * 10 + (*s - '0');
	}
	return digits > 0 && strcmp(s, rest) == 0 ? number : -1;
}

/* QEMU: "CPU 0/KVM", emulated "CPU 0/TCG"; Firecracker: "fc_vcpu 0"; kvmtool: "kvm-vcpu-0"; cloud-hypervisor:
 * "vcpu0"; crosvm: "crosvm_vcpu0". QEMU's iothreads have names of somebody's choice behind "IO ". */
static int vcpu_number(const char *name)
{
	const char *p;
	int number;

	if (starts_with(name, "CPU ")) {
		number = number_before(name + 4, "/KVM");
		return number >= 0 ? number : number_before(name + 4, "/TCG");
	}
	p = starts_with(name, "IO ") ? NULL : strstr(name, "vcpu");
	if (!p)
		return -1;
	p += strlen("vcpu");
	return number_before(*p == ' ' || *p == '-' ? p + 1 : p, "");
}

enum thread_kind proc_thread_kind(const char *name, bool leader, int *vcpu)
{
	*vcpu = -1;
	if (leader)
		return THREAD_EMULATOR;
	*vcpu = vcpu_number(name);
	/* QEMU's -accel tcg,thread=single has one thread for all. */
	if (*vcpu >= 0 || starts_with(name, "ALL CPUs/TCG"))
		return THREAD_VCPU;
	if (starts_with(name, "IO "))
		return THREAD_IOTHREAD;
	/* Newer kernels make these threads of the VMM's process. */
	if (starts_with(name, "vhost-"))
		return THREAD_VHOST;
	if (starts_with(name, "kvm-nx-lpage-re"))
		return THREAD_KERNEL;
	return THREAD_WORKER;
}

pid_t proc_thread_owner(const char *name, enum thread_kind *kind)
{
	static const struct {
		const char *prefix;
		enum thread_kind kind;
	} prefixes[] = {
		{ "vhost-", THREAD_VHOST },
		{ "kvm-pit/", THREAD_PIT },
		{ "kvm-nx-lpage-recovery-", THREAD_KERNEL },
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (starts_with(name, prefixes[i].prefix)) {
			*kind = prefixes[i].kind;
			return proc_file_pid(name + strlen(prefixes[i].prefix));
		}
	}
	return 0;
}
