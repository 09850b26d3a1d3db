/* model: what two samples say about the host and each VM: rates, shares, exit tables. The only
 * subtraction in the program is here. Unknown is NAN. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/map.h"
#include "model/devices.h"
#include "model/exit_table.h"
#include "model/halts.h"
#include "model/history.h"
#include "model/hot_symbols.h"
#include "model/irq_table.h"
#include "model/kernel_log.h"
#include "model/kvm_events.h"
#include "sample/sample.h"

/* Shares of CPU time, in percent of one CPU. */
struct cpu_shares {
	double cpu_pct; /* guest + user + system */
	double guest_pct;
	double user_pct; /* without guest time */
	double system_pct;
	double wait_pct; /* run delay: runnable, but not running */
};

struct thread {
	const struct vm *vm; /* whose it is; valid as long as it */
	pid_t tid;
	uint64_t start_ticks;
	char name[64]; /* cleaned; what QEMU leaves unnamed is "emulator" or "vCPU 0" */
	enum thread_kind kind;
	int vcpu; /* -1: none */
	struct cpu_shares cpu;
	uint64_t ran_ns;    /* when a reading last showed that it had run */
	double exits_per_s; /* vCPU threads; NAN: not traced, or not a vCPU */
	/* Of all threads together these are most of the memory: both hold THREAD_DETAILS_MAX details, and
	 * total has no latency buckets. */
	struct exit_table interval; /* this vCPU's exits of the last interval */
	struct exit_table total;    /* since model_zero() */
};

#define THREAD_DETAILS_MAX 32

/* How many past intervals a VM remembers for evidence, and how many details of each: a rule asks for
 * what comes often. */
#define VM_RECENT 8
#define VM_RECENT_DETAILS_MAX 32

/* What KVM's own counters say of the interval, per second, all vCPUs together; NAN: not known. */
struct vm_counters {
	double exits_per_s, io_exits_per_s, mmio_exits_per_s, halt_exits_per_s, irq_exits_per_s;
	double hypercalls_per_s, nested_runs_per_s, page_faults_per_s, directed_yields_per_s;
	double nx_splits_per_s;
	double irq_windows_per_s, nmi_windows_per_s, signals_per_s, irq_requests_per_s;
	double emulated_per_s;
	double halt_poll_pct;    /* time spent polling after halts, in percent of one CPU */
	double halt_wait_pct;    /* time asleep in halts */
	double main_wakes_per_s; /* of the emulator thread */
	double unhandled_msrs_per_s;
	double unhandled_msrs; /* since boot */
	uint32_t unhandled_msr;
};

/* Prefix of a VM's name that has the UUID or the name of a libvirt domain without being known to be it. */
#define VM_CLAIM_MARK "?"

struct vm {
	struct vm_id id;
	bool off;          /* it does not run: no figure of it is known (model/off.h) */
	char name[256];    /* cleaned; never empty; with a claim it begins with VM_CLAIM_MARK */
	char uuid[37];     /* "" when unknown */
	char claim[256];   /* the domain that it claims to be, cleaned; "": none */
	enum tristate kvm; /* TRI_NO: it is emulated, and has no exits */
	pid_t claim_pid;   /* with a claim: the process that is that domain; 0: unknown */
	enum domain_state state; /* DOMAIN_UNKNOWN: not libvirt's */
	int vcpus;               /* 0 when they cannot be told */
	struct cpu_shares cpu;   /* all threads */
	double exits_per_s;      /* NAN: not traced */
	struct thread *threads;  /* vCPUs by number, emulator, iothreads, the rest by name */
	size_t thread_count;
	struct exit_table interval; /* the last interval */
	struct exit_table total;    /* since model_zero() */
	struct exit_table
		recent; /* the last VM_EVIDENCE_S seconds or so: what rules look at; without buckets */
	struct irq_table interval_irqs, total_irqs; /* interrupt lines, as interval and total */
	struct irq_table recent_irqs;               /* as recent */
	struct vm_counters counters;
	struct vm_halts halts;
	struct vm_devices devices;    /* of libvirt, where somebody wants them */
	struct history cpu_history;   /* of cpu.cpu_pct; it outlives a restart of the guest */
	struct history exits_history; /* of exits_per_s, likewise */
	const struct domain_config
		*config;   /* of a running VM: libvirt's live one, or the command line's; of
					       another one its definition; NULL: not known. Valid until
					       the next model_update() */
	char top_exit[48]; /* "IO_INSTRUCTION 78.7%" of the last interval; "" without exits */
	const struct domain *domain; /* valid until the next model_update(); NULL: not libvirt's */
	bool ended; /* since the update before: listed for the last time, with its last exits. Its use of CPUs and devices
		       until then is not known, and its domain is NULL */
	enum tristate pending;                /* does the next start differ? domain/pending.h */
	const struct vm_placement *placement; /* where its threads run; NULL: not read */

	struct vm_history *history; /* the model's own */
};

/* The seconds a rule looks at. */
#define VM_EVIDENCE_S 5.0

/* Shares of one CPU's time, in percent: guest, user, system, idle and steal add up to 100. All are NAN at the
 * first look at a CPU: at the first sample, and when it has come online between two. */
struct host_cpu {
	int number;      /* as the kernel counts them: there are gaps where CPUs are offline */
	double busy_pct; /* all but idle: what a thread would not get. Steal is in it. */
	double guest_pct, user_pct, system_pct, idle_pct, iowait_pct, steal_pct; /* as the host's */
};

/* Shares of all CPUs together, in percent: guest, user, system, idle and steal add up to 100. */
struct host {
	char name[65]; /* cleaned */
	bool remote;   /* not this one: looked at through libvirt */
	int cpus;
	double uptime_s;
	double load[3];
	struct host_cpu *per_cpu; /* the model's own; those online, by number */
	size_t per_cpu_count;     /* 0: they are not known */
	double guest_pct;
	double user_pct;   /* nice included */
	double system_pct; /* interrupts included */
	double idle_pct;   /* iowait included: the CPU does nothing then */
	double iowait_pct; /* the part of idle in which a task waited for a disk */
	double steal_pct;  /* taken by the hypervisor below, where the host is a guest itself */
	double memory_kib, memory_used_kib, swap_kib, swap_used_kib;
	double ksmd_pct, kswapd_pct; /* of one CPU */
	double exits_per_s;          /* of all VMs whose exits are known */
	double own_cpu_pct;          /* kvmtop itself, of one CPU */
	double lost;                 /* events lost since start; NAN: not tracing */
	bool lost_unknown;           /* at least that many */
	double unattributed;    /* exits of threads that belong to no known VM; NAN: not tracing */
	bool bpf;               /* exits are counted in the kernel, by BPF */
	bool details;           /* MSRs, MMIO addresses and interrupt lines are traced */
	enum tracing_shed shed; /* what the budget does not allow */
	pid_t only_pid;         /* of the one VM that is traced then, or 0 */
	double budget_cpu_pct;  /* what shedding keeps to */
	double budget_events_per_s;
	double duty; /* the share of the time in which it is; NAN: not tracing */
};

/* What VMs were before (model/baseline.h). */
struct baselines {
	struct baseline *items;
	size_t count, capacity;
};

/* VMs that are gone (model/past.h). */
struct past {
	struct past_vm *vms; /* the one that went last is last */
	size_t count, capacity;
};

/* A change that kvmtop made to a VM's definition and whose effect is not known yet. */
struct open_change {
	char uuid[37];
	uint64_t real_ns; /* when it was made; 0: not known */
};

/* VMs that are shut off (model/off.h). */
struct off {
	struct vm **vms; /* those that are listed, by name */
	size_t count;
	size_t all;                  /* with those that are not listed */
	bool wants_all;              /* all are listed, */
	struct open_change *changes; /* or only the VMs of these */
	size_t change_count;
};

struct model {
	uint64_t time_ns, real_ns;
	double interval_s; /* between the last two samples; NAN after the first */
	uint64_t updates;
	struct host host;
	struct sample_platform platform; /* cleaned */
	struct host_detail *detail;      /* model/host_detail.h; NULL: not read */
	struct vm **vms; /* those that run, in the order of discovery; views sort their own copy */
	size_t vm_count;
	struct map by_id;  /* the same by vm_id_key(), but for one that has another's key */
	int running_vcpus; /* of those that neither are paused nor have ended */
	struct off off;
	size_t left_out; /* VMs of the host that are not among them: model/vm_match.h */
	struct kernel_log kernel_log;
	struct sample_source sources[SOURCE__COUNT];
	struct sample_recording recording; /* its length is interval_s */
	struct baselines baselines;
	struct hot_symbols hot_symbols; /* while they are wanted */
	struct kvm_events kvm_events;

	struct past past;    /* the model's own */
	struct sample *last; /* likewise */
	struct map
		untaken; /* likewise: struct sample_exit_thread of last by tid, of threads that no VM had */
	double untaken_s; /* the time that these cover */
};

struct model *model_new(void) __attribute__((returns_nonnull));
void model_free(struct model *m);

/* Folds s into m and takes it. Rates are NAN until a VM or thread was seen twice. VMs that are gone
 * from s are gone from m; pointers to VMs stay valid as long as the VM is in m. */
void model_update(struct model *m, struct sample *s);

/* The part of it about the kernel's log: m's VMs are those of pair->now already. */
void model_update_log(struct model *m, const struct sample_pair *pair);

/* Starts the cumulative exit tables anew. */
void model_zero(struct model *m);

/* How many of its VMs have not ended. */
size_t model_running(const struct model *m);

/* How many vCPUs those have that neither are paused nor have ended; model_update() keeps it as running_vcpus. */
int model_count_vcpus(const struct model *m);

/* The VM with that identity, or NULL; of those that are shut off, one that is listed. */
struct vm *model_find(const struct model *m, struct vm_id id);

/* The VM with that UUID, likewise; one that runs before one that does not. */
struct vm *model_find_uuid(const struct model *m, const char *uuid);

#endif
