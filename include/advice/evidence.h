/* evidence: what the rules look at: figures of one VM over the last VM_EVIDENCE_S seconds or so, its
 * configuration, and what of the host bears on it. NAN and TRI_UNKNOWN are unknown; a comparison with
 * them is false. */
#ifndef ADVICE_EVIDENCE_H
#define ADVICE_EVIDENCE_H

#include <stdbool.h>

#include "domain/lint.h"
#include "kvm/exit_groups.h"
#include "model/model.h"

/* Exits that belong together. */
struct exit_rate {
	double per_s;
	double samples_pct; /* of all exits */
	double time_pct;    /* of the time of all exits, halts included */
	double cpu_pct;     /* their time, in percent of one CPU */
};

/* A device by its memory, on a machine that is not a PC. */
struct mmio_device {
	const char *name;      /* "PL011 UART"; NULL: not known */
	struct exit_key key;   /* its most frequent access */
	struct exit_rate rate; /* NAN: addresses are not traced, or none is accessed */
};

enum guest_os { GUEST_UNKNOWN, GUEST_WINDOWS, GUEST_LINUX, GUEST_OTHER };

struct evidence {
	const struct vm *vm;
	double age_s; /* of the VM's process */
	int vcpus;    /* 0: not known */

	/* CPU time. A kind of which there is no thread is NAN, as is one with a thread that is not known
	 * yet. */
	struct cpu_shares cpu[THREAD_KIND__COUNT];
	double vcpu_system_pct;     /* host kernel's share of the vCPU threads' time */
	double display_cpu_pct;     /* threads of SPICE and VNC */
	double nx_recovery_cpu_pct; /* kvm-nx-lpage-recovery-PID */

	/* Exits. Without tracing there are no devices, and the rates of some groups come from KVM's own
	 * counters, without shares of time. */
	bool traced;            /* exits are traced */
	bool details;           /* MSRs, MMIO addresses and interrupt lines, too */
	double seconds;         /* that the exit figures cover; NAN or 0: there are none */
	struct exit_rate exits; /* all of them */
	struct exit_rate groups[EXIT_GROUP__COUNT];
	struct exit_rate devices[DEVICE_GROUP__COUNT];
	struct mmio_device mmio;
	double halt_mean_us; /* how long a halt lasts */
	int rtc_vcpus;       /* vCPUs that accessed the RTC in the last interval */

	/* Interrupt lines raised per second: 8, and 0 with 2. */
	double rtc_line_per_s, timer_line_per_s;
	double pit_line_per_s; /* 0 alone: KVM's PIT raises no other, the HPET either */

	double split_locks; /* lines of the kernel's log about split locks of its threads since boot */
	struct vm_counters counters; /* KVM's own, the main thread's wake-ups, the kernel's log */

	/* Configuration of what runs. */
	enum exit_board board;
	const struct domain_config *config; /* never NULL: parsed is false when it is not known */
	bool config_known;
	bool is_x86; /* by its configuration, or else by the host; true where neither tells */
	enum tristate hpet;     /* as the configuration says; TRI_UNKNOWN: it leaves it to QEMU */
	enum tristate has_hpet; /* with QEMU's default where it is left to it */
	enum tristate stimer, vpindex, hypervclock;
	enum domain_usb_polled usb; /* what its USB controllers poll */
	enum guest_os guest;
	const char *guest_why; /* what tells it: "its libosinfo id"; NULL when GUEST_UNKNOWN */

	/* The host. */
	const struct sample_platform *platform; /* never NULL */
	double host_idle_pct;
	double ksmd_pct;   /* of one CPU */
	double overcommit; /* vCPUs of all running VMs for each CPU of the host */
};

/* Nothing is known of anything. */
void evidence_init(struct evidence *e);

/* Collects the evidence of one VM of m. Pure; e points into m. */
void evidence_collect(struct evidence *e, const struct model *m, const struct vm *vm);

/* A figure for each vCPU; NAN when their number is not known. */
double evidence_per_vcpu(const struct evidence *e, double value);

/* Has the guest little to do: less than EVIDENCE_IDLE_PCT of guest time on each vCPU? False when that is
 * not known. */
bool evidence_is_idle(const struct evidence *e);

#define EVIDENCE_IDLE_PCT 10.0

/* Reads of the ACPI PM timer per second, at the port where this machine has it. */
double evidence_pm_timer_per_s(const struct evidence *e);

/* What lints need to know of the host. */
struct lint_host evidence_lint_host(const struct evidence *e);

/* Sets guest and guest_why from the configuration and the MSRs that were accessed. */
void evidence_guess_guest(struct evidence *e);

#endif
