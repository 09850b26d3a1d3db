#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

/* KVM cannot run a guest for another kind of processor than the host's. Recordings of older versions do not tell the
 * host's; kvm_vendor is an x86 processor's. */
static bool could_be_kvm(const struct evidence *e)
{
	const char *guest = e->config->machine.arch, *host = e->platform->arch;

	if (!*guest)
		return true;
	if (!*host)
		return domain_arch_is_x86(guest) || !e->platform->kvm_vendor[0];
	if (!strncmp(guest, "ppc64", 5)) /* ppc64le, as uname has it */
		return !strncmp(host, "ppc64", 5);
	return domain_arch_is_x86(guest) ? domain_arch_is_x86(host) : !strcmp(guest, host);
}

bool rule_tcg(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct domain_machine *machine = &e->config->machine;

	/* Exits are KVM's: a guest that has some is not emulated, whatever is said of it; nor is one with a VM of
	 * KVM's. */
	if (e->exits.per_s > 0 || e->vm->kvm == TRI_YES || !could_be_kvm(e) ||
		(strcmp(machine->type, "qemu") != 0 && e->vm->kvm != TRI_NO))
		return false;
	if (e->cpu[THREAD_VCPU].cpu_pct >= EMULATED_CRITICAL_CPU_PCT)
		f->severity = SEVERITY_CRITICAL;
	f->summary = "emulated, without KVM";
	f->diagnosis =
		"QEMU emulates this guest's processor in software (TCG) instead of running it "
		"on the host's by KVM. That is ten times slower or worse, and nothing else "
		"here explains its CPU time.";
	finding_add(f, arena, "%s",
		e->vm->kvm == TRI_NO           ? "QEMU has no kvm-vm descriptor open"
		: e->config->from_command_line ? "QEMU runs without -accel kvm or -enable-kvm"
					       : "<domain type='qemu'>");
	finding_add_pct(
		f, arena, "its vCPU threads take %s % of a CPU", e->cpu[THREAD_VCPU].cpu_pct);
	return true;
}

/* -- halts -------------------------------------------------------------------------------------------- */

static bool polls_much(const struct evidence *e)
{
	const double each = evidence_per_vcpu(e, e->counters.halt_poll_pct);
	const double share = 100 * e->counters.halt_poll_pct / e->cpu[THREAD_VCPU].system_pct;

	return each >= POLL_PER_VCPU_PCT ||
	       (each >= POLL_SHARE_PER_VCPU_MIN_PCT && share >= POLL_SHARE_PCT);
}

/* Where the counter cannot be read: halts so short that they end while the host polls. */
static bool seems_to_poll(const struct evidence *e)
{
	return isnan(e->counters.halt_poll_pct) && e->platform->halt_poll_ns > 0 &&
	       e->groups[EXIT_GROUP_HALT].per_s >= SHORT_HALTS_PER_S_MIN &&
	       e->halt_mean_us < (double)e->platform->halt_poll_ns / 1e3;
}

bool rule_halt_polling(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double poll_pct = e->counters.halt_poll_pct;
	const bool likely = seems_to_poll(e);

	/* With cpu-pm halts do not leave the guest. */
	if (e->platform->halt_poll_ns == 0 || e->config->machine.cpu_pm == TRI_YES ||
		(!polls_much(e) && !likely))
		return false;
	if (likely) {
		f->confidence = CONFIDENCE_MEDIUM;
		f->summary = "halt polling";
		f->diagnosis = "After each halt of the guest the host spins for a while in case it "
			       "wakes up again, and this guest's halts are short enough to be spun "
			       "through. It shows as system time of the vCPU threads.";
	} else {
		if (evidence_per_vcpu(e, poll_pct) >= POLL_PER_VCPU_CRITICAL_PCT)
			f->severity = SEVERITY_CRITICAL;
		f->summary = arena_printf(arena, "halt polling %.1f %% of a CPU", poll_pct);
		f->diagnosis = arena_printf(arena,
			"After each halt of the guest the host spins for a while in case it wakes "
			"up "
			"again: that takes %.1f %% of a CPU, and shows as system time of the vCPU "
			"threads.%s",
			poll_pct,
			e->host_idle_pct >= 50 ? " The host is mostly idle: it costs power, not "
						 "other guests' time."
					       : "");
	}
	finding_add_pct(f, arena, "polling after halts: %s % of a CPU", poll_pct);
	finding_add_rate(f, arena, "%s halts/s", e->groups[EXIT_GROUP_HALT].per_s);
	if (!isnan(e->halt_mean_us))
		finding_add(f, arena, "a halt lasts %.0f us in the mean", e->halt_mean_us);
	if (e->platform->halt_poll_ns > 0)
		finding_add(f, arena, "kvm.halt_poll_ns is %ld", e->platform->halt_poll_ns);
	finding_add_pct(f, arena, "vCPU threads: %s % of a CPU in the host kernel",
		e->cpu[THREAD_VCPU].system_pct);
	return true;
}

/* What makes a Linux guest poll instead of halting: cpuidle-haltpoll comes with the hint, and may turn
 * the host's polling off by poll-control. */
static bool is_set_to_poll(const struct domain_machine *machine)
{
	return machine->hint_dedicated == TRI_YES || machine->poll_control == TRI_YES;
}

bool rule_guest_polling(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct domain_machine *machine = &e->config->machine;
	const double guest_pct = evidence_per_vcpu(e, e->cpu[THREAD_VCPU].guest_pct);
	const bool cpu_pm = machine->cpu_pm == TRI_YES;

	if (!(guest_pct >= BUSY_GUEST_PCT) || !(cpu_pm || is_set_to_poll(machine)) ||
		!(evidence_per_vcpu(e, e->groups[EXIT_GROUP_HALT].per_s) < NO_HALTS_PER_VCPU) ||
		evidence_per_vcpu(e, e->exits.per_s) >= FEW_EXITS_PER_VCPU)
		return false;
	if (cpu_pm) {
		f->confidence = CONFIDENCE_HIGH;
		f->summary = "cpu-pm: idle looks busy";
		f->diagnosis = "This guest's halts do not leave it (cpu-pm), so the host sees its "
			       "vCPUs at 100 % all the time: its CPU time says nothing about its "
			       "work. That is what cpu-pm does, and not a fault.";
		finding_add(f, arena, "-overcommit cpu-pm=on");
		/* CPUs of its own are what cpu-pm is for. */
		if (machine->pinned)
			f->remedy_count = 0;
	} else {
		f->summary = "guest polls while idle";
		f->diagnosis =
			"The vCPUs run all the time and never halt. The guest is told to poll "
			"before it halts, so it may have nothing to do.";
		finding_drop(f, REMEDY_CPU_PM_OFF);
		finding_add(f, arena, "%s",
			machine->hint_dedicated == TRI_YES ? "hint-dedicated is on"
							   : "poll-control is on");
	}
	finding_add_pct(f, arena, "each vCPU spends %s % of its time in the guest", guest_pct);
	finding_add_rate(f, arena, "%s halts/s", e->groups[EXIT_GROUP_HALT].per_s);
	return true;
}

/* -- CPUs that are missing ------------------------------------------------------------------------------ */

/* Where pauses are not traced, KVM's count of the times it gave the CPU to another vCPU stands in. */
static double pauses_per_vcpu(const struct evidence *e)
{
	const double traced = evidence_per_vcpu(e, e->groups[EXIT_GROUP_PAUSE].per_s);

	return isnan(traced) ? evidence_per_vcpu(e, e->counters.directed_yields_per_s) : traced;
}

static const char *pause_diagnosis(bool spins, bool waits)
{
	if (spins && waits)
		return "vCPUs spin on locks whose holders wait for a CPU of the host: there are "
		       "more "
		       "vCPUs that want to run than CPUs.";
	if (waits)
		return "vCPUs wait for a CPU of the host: there are more vCPUs than CPUs, and they "
		       "want to run at the same time.";
	return "vCPUs spin on locks of the guest.";
}

/* Spinning without waiting is the guest's own affair; waiting where there are CPUs enough is a matter of
 * pinning or of the scheduler, and short. */
bool rule_pause_loop(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double pauses = pauses_per_vcpu(e);
	const double wait_pct = evidence_per_vcpu(e, e->cpu[THREAD_VCPU].wait_pct);
	const bool spins = pauses >= PAUSES_PER_VCPU_MIN, waits = wait_pct >= WAIT_PER_VCPU_PCT;

	if (!spins && !(waits && e->overcommit > 1))
		return false;
	if (wait_pct >= WAIT_PER_VCPU_CRITICAL_PCT)
		f->severity = SEVERITY_CRITICAL;
	else if (spins && wait_pct < WAIT_PER_VCPU_PCT)
		f->severity = SEVERITY_INFO;
	f->confidence = spins && waits ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
	f->summary =
		spins ? arena_printf(arena, "spinning %s/s on each vCPU", text_rate(arena, pauses))
		      : arena_printf(arena, "vCPUs wait %.0f %% for a CPU", wait_pct);
	f->diagnosis = pause_diagnosis(spins, waits);
	finding_add_rate(f, arena, "%s exits/s of each vCPU for long spins", pauses);
	finding_add_pct(f, arena, "each vCPU waits for a CPU %s % of the time", wait_pct);
	finding_add_rate(f, arena, "KVM gives the CPU to another vCPU %s times/s",
		e->counters.directed_yields_per_s);
	if (!isnan(e->overcommit))
		finding_add(f, arena, "%.1f vCPUs run for each CPU of the host", e->overcommit);
	if (e->config->machine.pvspinlock == TRI_YES)
		finding_drop(f, REMEDY_PVSPINLOCK);
	finding_fit_guest(f, e);
	if (!waits)
		finding_drop(f, REMEDY_PIN_VCPUS);
	if (spins)
		finding_add_cases(f, arena, e, "let it report long spins to KVM (hyperv-spinlocks)",
			"let it sleep while it waits for a lock (pvspinlock)");
	return true;
}

bool rule_host_interrupts(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *irqs = &e->groups[EXIT_GROUP_INTERRUPT];
	const double each = evidence_per_vcpu(e, irqs->per_s);

	if (!(each >= INTERRUPTS_PER_VCPU_MIN))
		return false;
	f->summary =
		arena_printf(arena, "host interrupts %s/s on each vCPU", text_rate(arena, each));
	f->diagnosis =
		"Interrupts of the host throw the guest out: of devices whose interrupts go to "
		"the CPUs the vCPUs run on, of the host's own timer, or sent by other CPUs.";
	finding_add_rate(f, arena, "%s exits/s of each vCPU for interrupts of the host", each);
	finding_add_cost(f, arena, irqs);
	finding_add_pct(f, arena, "vhost threads: %s % of a CPU", e->cpu[THREAD_VHOST].cpu_pct);
	if (e->config->machine.pinned)
		finding_drop(f, REMEDY_PIN_VCPUS);
	return true;
}

/* "6.1.0-28-amd64": from 5.19 on. True where the release is not known. */
static bool slows_split_locks(const char *release)
{
	int major, minor;

	return sscanf(release, "%d.%d", &major, &minor) != 2 || major > 5 ||
	       (major == 5 && minor >= 19);
}

/* Linux slows down a thread that locks the bus by an access across two cache lines: it sleeps 10 ms and takes turns with
 * others, for each such access (handle_guest_split_lock() of arch/x86/kernel/cpu/bus_lock.c). */
bool rule_split_locks(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!(e->split_locks >= 1) || !slows_split_locks(e->platform->kernel))
		return false;
	if (e->split_locks >= SPLIT_LOCKS_WARNING)
		f->severity = SEVERITY_WARNING;
	f->summary = "slowed down for split locks";
	f->diagnosis =
		"A program in this guest makes split locks: locked accesses across two cache "
		"lines, which stall all CPUs of the host. Linux 5.19 and later puts the vCPU "
		"to sleep for 10 ms when it traps one, unless kernel.split_lock_mitigate is "
		"0: the guest stutters while its vCPUs look idle.";
	finding_add_rate(f, arena,
		"%s split lock lines in the kernel log (one for each thread, however many split "
		"locks follow)",
		e->split_locks);
	finding_add_guest(f, arena, e);
	return true;
}
