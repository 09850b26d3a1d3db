/* sample: one instant as the system tells it. Sources fill it with totals (since boot, since the
 * thread's start); only the model subtracts. */
#ifndef SAMPLE_SAMPLE_H
#define SAMPLE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/arena.h"
#include "sample/domain.h"
#include "sample/domain_stats.h"
#include "sample/exit_key.h"
#include "sample/host_detail.h"
#include "sample/hot_symbols.h"
#include "sample/kernel_log.h"
#include "sample/kvm_events.h"
#include "sample/latency.h"
#include "sample/summary.h"
#include "sample/vcpu_halts.h"

/* A total that could not be read. */
#define SAMPLE_UNKNOWN UINT64_MAX

/* A VM is a process, and a pid can be used again: the start time (field 22 of /proc/PID/stat, clock
 * ticks since boot) makes it one. A VM of another host, or one that is shut off, has pid 0, and a start_ticks that is
 * made of its UUID and libvirt's id, which is a new one after each start. All zero is no VM. */
struct vm_id {
	pid_t pid;
	uint64_t start_ticks;
};

static inline bool vm_id_equal(struct vm_id a, struct vm_id b)
{
	return a.pid == b.pid && a.start_ticks == b.start_ticks;
}

/* For a map: two VMs have hardly ever the same, but they may. */
static inline uint64_t vm_id_key(struct vm_id id)
{
	return (uint64_t)(uint32_t)id.pid * 0x9e3779b97f4a7c15u ^ id.start_ticks;
}

static inline bool vm_id_is_none(struct vm_id id)
{
	return !id.pid && !id.start_ticks;
}

/* The identity of a VM that is no process here: different from that of any process, different after each start, and the
 * same as long as it is shut off. */
struct vm_id sample_domain_vm_id(const struct domain *domain);

enum thread_kind {
	THREAD_VCPU,
	THREAD_EMULATOR, /* QEMU's main loop */
	THREAD_IOTHREAD,
	THREAD_WORKER, /* thread pool, SPICE, VNC, migration */
	THREAD_VHOST,  /* kernel thread vhost-PID, or a vhost thread of QEMU's own */
	THREAD_PIT,    /* kernel thread kvm-pit/PID */
	THREAD_KERNEL, /* other kernel threads of the VM: kvm-nx-lpage-recovery-PID */
	THREAD_KIND__COUNT,
};

struct sample_thread {
	pid_t tid; /* below 0: a vCPU of another host, whose tid is not known */
	uint64_t start_ticks;
	char name[32]; /* comm as the kernel has it: not cleaned */
	enum thread_kind kind;
	int vcpu;             /* vCPU number, or -1 */
	uint64_t utime_ticks; /* user time, guest time included, in USER_HZ */
	uint64_t stime_ticks;
	uint64_t guest_ticks;
	uint64_t switches; /* voluntary context switches: its wake-ups; of the emulator thread, else
			      SAMPLE_UNKNOWN */
	uint64_t cpu_ns;   /* schedstat field 1, or SAMPLE_UNKNOWN */
	uint64_t wait_ns;  /* schedstat field 2, run delay, or SAMPLE_UNKNOWN */
	uint64_t time_ns;  /* CLOCK_MONOTONIC when these were read; 0: with the sample */
};

/* KVM's own counters of a VM, all vCPUs together, since its start (debugfs, or libvirt's vcpu.N.*);
 * SAMPLE_UNKNOWN where they cannot be read. They are not read at every sample: time_ns says when. */
struct sample_counters {
	uint64_t time_ns; /* CLOCK_MONOTONIC; 0: never, and nothing is known */
	uint64_t exits, io_exits, mmio_exits, halt_exits, irq_exits, hypercalls;
	uint64_t halt_poll_success_ns, halt_poll_fail_ns, halt_wait_ns;
	uint64_t nested_runs, page_faults, directed_yields;
	uint64_t irq_windows, nmi_windows; /* exits because the guest can take an interrupt now */
	uint64_t signals,
		irq_requests; /* returns to QEMU: a signal came, it wants to set an interrupt */
	uint64_t emulated;    /* instructions that KVM emulated */
	uint64_t nx_splits;   /* huge pages that are split now: goes down, too */
	uint64_t halt_wakeups, halt_polls,
		halt_polls_successful; /* by debugfs only with WANT_HALTS */
};

struct sample_vm {
	struct vm_id id;
	const char *name; /* of the command line or of libvirt, not cleaned; NULL: unknown */
	const char *uuid; /* lower case; NULL: unknown */
	struct sample_thread *threads;
	size_t thread_count;
	const struct domain
		*domain;    /* libvirt's, valid as long as the sample; NULL: not libvirt's */
	const char *claim;  /* the domain whose UUID or name its command line has, not confirmed
			       by libvirt; not cleaned; NULL: none */
	pid_t claim_pid;    /* with a claim: the process that is the domain; 0: unknown */
	enum tristate kvm;  /* TRI_NO: it is emulated, and has no exits */
	int vcpus;          /* that KVM made for it so far, by its descriptors; 0: not known */
	uint64_t kvm_exits; /* KVM's own count since the VM's start, or SAMPLE_UNKNOWN */
	const struct domain_config *config; /* of the command line; NULL: not to be had */
	struct sample_counters counters;
	uint64_t
		unhandled_msrs; /* lines of the kernel's log about it since boot, or SAMPLE_UNKNOWN */
	struct sample_placement *placements; /* of those threads of which it was read */
	size_t placement_count;
	struct sample_cgroup *cgroups; /* of these threads, each once */
	size_t cgroup_count;
	struct sample_halts halts; /* of each vCPU, with WANT_HALTS, where libvirt tells them */
	uint32_t unhandled_msr;    /* the last one's number */
	struct sample_domain_cpu
		cpu; /* of a VM that is no process here; time_ns 0: its threads tell */
	struct sample_devices devices;
	bool ended; /* since the sample before: listed for the last time, with the exits that it made up to its end. Its
		       threads are those it had then, and their totals are no longer known */
};

/* What one CPU, or all of them, did since boot, in USER_HZ: a cpu line of /proc/stat. user and nice are without
 * guest time, as shares need them. All are known, or all are SAMPLE_UNKNOWN. */
struct sample_cpu {
	int number; /* as the kernel counts them: there are gaps where CPUs are offline */
	uint64_t user_ticks, nice_ticks, system_ticks, idle_ticks, iowait_ticks;
	uint64_t irq_ticks, softirq_ticks, steal_ticks, guest_ticks;
};

/* The ticks are those of all CPUs, as in struct sample_cpu. Of a remote host guest_ticks are not known, and are in
 * user_ticks. */
struct sample_host {
	char name[65];
	bool remote;                /* not this one: looked at through libvirt */
	int cpus;                   /* online */
	uint64_t time_ns;           /* when the ticks were read; 0: with the sample */
	struct sample_cpu *per_cpu; /* of those that are online, by number; NULL: unknown */
	size_t per_cpu_count;
	double uptime_s;
	double load[3];
	uint64_t user_ticks, nice_ticks, system_ticks, idle_ticks, iowait_ticks;
	uint64_t irq_ticks, softirq_ticks, steal_ticks, guest_ticks;
	uint64_t memory_kib, memory_available_kib, swap_kib, swap_free_kib;
	uint64_t ksmd_ticks,
		kswapd_ticks; /* of the kernel threads; SAMPLE_UNKNOWN when there is none */
};

/* The host as far as rules need it: read once, and now and then again. Texts are "" and numbers -1
 * where they are not known. */
struct sample_platform {
	char clocksource[24]; /* tsc, hpet, acpi_pm, kvm-clock */
	char arch[16];        /* as uname -m prints it: x86_64, aarch64 */
	char kvm_vendor[8];   /* intel, amd */
	long halt_poll_ns;    /* parameters of kvm, kvm_intel, kvm_amd */
	long halt_poll_ns_grow, halt_poll_ns_grow_start, halt_poll_ns_shrink;
	int ignore_msrs, report_ignored_msrs;
	int apicv; /* enable_apicv or avic: 0, 1 */
	int nested;
	char nx_huge_pages[8];                         /* Y, N, auto, force, never */
	int ksm_run;                                   /* /sys/kernel/mm/ksm/run */
	int64_t ksm_shared, ksm_sharing, ksm_unshared; /* pages */
	char kernel[65];                               /* release */
	char counters_why
		[160]; /* why debugfs does not tell KVM's counters, with the fix; "": it does, or nobody says */
	unsigned long libvirt_version,
		qemu_version; /* 1000000 * major + 1000 * minor + micro; 0: unknown */
};

/* One kind of exit of one thread, since the last collect. A reason with details is booked only
 * under its details: the reason is the merge of them. */
struct sample_exit {
	struct exit_key key;
	const char *
		name; /* of the reason, from the running kernel's format: "IO_INSTRUCTION", "0x99" */
	struct summary durations;
	struct latency_span latency;
};

/* What a thread did to an interrupt line of its VM (a PC's PIC or IOAPIC, a GIC's SPIs) since the last collect
 * (kvm_set_irq): the device behind it need not be touched by the guest at all. */
struct sample_irq {
	uint32_t gsi; /* 8: RTC; 0 and 2: PIT or HPET */
	uint64_t raised, lowered;
};

/* A thread without exits need not be a vCPU: QEMU's main loop and kvm-pit/PID set interrupt lines. */
struct sample_exit_thread {
	pid_t tid;
	int vcpu; /* from kvm_exit, or -1 */
	struct sample_exit *exits;
	size_t count;
	struct sample_irq *irqs;
	size_t irq_count;
};

/* What is not traced because it would cost more than the budget: each level includes those before. */
enum tracing_shed {
	TRACING_SHED_NOTHING,
	TRACING_SHED_DETAILS, /* MSRs, MMIO addresses and interrupt lines */
	TRACING_SHED_VMS,     /* all VMs but one */
	TRACING_SHED_TIME,    /* that one most of the time, too */
	TRACING_SHED__COUNT,
};

struct sample_tracing {
	uint64_t events; /* records read since start */
	uint64_t lost;   /* records lost since start; with lost_unknown at least so many */
	bool lost_unknown;
	uint64_t horizon_ns; /* all exits up to this moment are booked; 0: tracing is off */
	bool bpf;            /* events are not records but exits, which the kernel counted */
	bool details; /* MSRs, MMIO addresses and interrupt lines were traced since the last collect */
	enum tracing_shed shed; /* the most that was shed since then */
	pid_t only_pid; /* from TRACING_SHED_VMS on: the one VM whose exits are traced, else 0 */
	double duty; /* share of the time since the last collect in which it was traced: 0 to 1 */
	double budget_cpu_pct, budget_events_per_s; /* what shedding keeps to; 0: tracing is off */
};

enum source_id { SOURCE_PROC, SOURCE_TRACING, SOURCE_LIBVIRT, SOURCE__COUNT };

struct sample_source {
	bool ok;
	bool harmless; /* off because this host does not need it: why holds no fix */
	char why[200]; /* one sentence with the fix in it; "" when ok. Cleaned. */
};

/* What is read instead of this host. */
struct sample_recording {
	char file[64];  /* its name, cleaned; "": this host is what is looked at */
	char note[200]; /* a sentence on what is wrong with it, cleaned; "" when nothing is */
	bool is_replay; /* kvmtop's own: samples as they were taken, one by one; all below is of it */
	bool is_over;   /* this is its last tick */
	uint64_t tick;          /* which one this is, from 0 on, as it was recorded */
	uint64_t start_real_ns; /* CLOCK_REALTIME when it begins */
	char host[65];          /* where it was recorded, cleaned */
};

struct sample {
	struct arena arena; /* owns everything below that is pointed to */
	uint64_t time_ns;   /* CLOCK_MONOTONIC */
	uint64_t real_ns;   /* CLOCK_REALTIME */
	struct sample_host host;
	struct sample_vm *vms;
	size_t vm_count;
	struct sample_exit_thread *exit_threads;
	size_t exit_thread_count;
	struct sample_hot_symbols
		*hot_symbols; /* while they are wanted (sample/wants.h): one, else none */
	size_t hot_symbols_count;
	struct sample_tracing tracing;
	struct sample_platform platform;
	struct sample_kvm_events kvm_events;
	uint64_t own_cpu_ns;                    /* kvmtop's own CPU time since its start */
	struct sample_host_detail *host_detail; /* one, or none where it is not asked for */
	size_t host_detail_count;
	struct sample_kernel_log kernel_log;
	struct sample_source sources[SOURCE__COUNT];
	struct sample_recording recording;
	struct domain_set *domains; /* a reference, or NULL */
};

/* Counters of which none is known. */
struct sample_counters sample_counters_unknown(void);

/* A CPU of which nothing but its number is known. */
struct sample_cpu sample_cpu_unknown(int number);

/* A VM of which nothing but its identity is known. */
struct sample_vm sample_vm_unknown(struct vm_id id);

/* A platform of which nothing is known. */
struct sample_platform sample_platform_unknown(void);

/* A sample of this moment with nothing known yet: totals are SAMPLE_UNKNOWN, figures NAN. */
struct sample *sample_new(void) __attribute__((returns_nonnull));
void sample_free(struct sample *s);

/* Says that a source is off, or on when format is NULL. The text is cleaned. */
void sample_set_source(struct sample *s, enum source_id id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "proc", "tracing", "libvirt". */
const char *source_name(enum source_id id);

/* "vcpu", "emulator", ... as in the JSON. */
const char *thread_kind_name(enum thread_kind kind);
extern const char *const thread_kind_names[THREAD_KIND__COUNT];

#endif
