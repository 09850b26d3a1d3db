#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

static bool is_amd(const struct evidence *e)
{
	return !strcmp(e->platform->kvm_vendor, "amd");
}

/* The instructions of a hypervisor, or its entries by KVM's count where they are not traced. */
static double nested_per_s(const struct evidence *e)
{
	const double traced = e->groups[EXIT_GROUP_NESTED].per_s;

	if (isnan(traced) || e->counters.nested_runs_per_s > traced)
		return e->counters.nested_runs_per_s;
	return traced;
}

/* Windows 11 turns virtualization-based security on wherever the CPU has what it takes, and these modes pass on what the
 * host's has. Whoever wants VMs inside the VM asks for it. */
static bool gets_it_unasked(const struct evidence *e)
{
	const char *mode = e->config->machine.cpu_mode;

	return e->guest == GUEST_WINDOWS && e->config->machine.nested == TRI_UNKNOWN &&
	       (!strcmp(mode, "host-passthrough") || !strcmp(mode, "maximum"));
}

bool rule_nested(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double per_s = nested_per_s(e);
	const bool is_idle = evidence_is_idle(e);

	if (!(per_s >= NESTED_PER_S_MIN) || (!is_idle && !gets_it_unasked(e)))
		return false;
	/* A busy one may have VMs of its own. */
	if (!is_idle) {
		f->severity = SEVERITY_INFO;
		f->confidence = CONFIDENCE_LOW;
	}
	f->summary = arena_printf(arena, "nested hypervisor %s/s", text_rate(arena, per_s));
	f->diagnosis = arena_printf(arena,
		"The guest runs a hypervisor%s: Windows with virtualization-based security, memory "
		"integrity, WSL2 or the Hyper-V role, or VMs inside the VM. Each exit of its "
		"guests "
		"causes several exits on the host.",
		is_idle ? ", though it has little to do" : "");
	if (gets_it_unasked(e))
		finding_add(f, arena, "CPU mode %s exposes VMX or SVM to the guest",
			e->config->machine.cpu_mode);
	finding_add_rate(f, arena, "%s exits/s for instructions of a hypervisor",
		e->groups[EXIT_GROUP_NESTED].per_s);
	finding_add_rate(
		f, arena, "it enters guests of its own %s times/s", e->counters.nested_runs_per_s);
	finding_add_cost(f, arena, &e->groups[EXIT_GROUP_NESTED]);
	finding_add_guest(f, arena, e);
	/* Of Intel's VMX; QEMU does not start a guest with it on an AMD. */
	if (is_amd(e) || domain_hyperv_state(e->config, "evmcs") == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_EVMCS);
	finding_fit_guest(f, e);
	if (domain_hyperv_state(e->config, "stimer.direct") == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_TIMERS);
	return true;
}

/* Sums of what is known of them. */
static double known(double value)
{
	return isnan(value) ? 0 : value;
}

static double apic_per_s(const struct evidence *e)
{
	return e->groups[EXIT_GROUP_APIC].per_s + e->groups[EXIT_GROUP_WINDOW].per_s +
	       known(e->devices[DEVICE_APIC_EOI].per_s);
}

bool rule_apic(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double per_s = apic_per_s(e);
	const int hardware = e->platform->apicv;

	if (!(evidence_per_vcpu(e, per_s) >= APIC_PER_VCPU_MIN))
		return false;
	f->summary = arena_printf(arena, "APIC by software %s/s", text_rate(arena, per_s));
	f->diagnosis = arena_printf(arena,
		"Each interrupt of the guest takes several exits, because its interrupt controller "
		"is "
		"emulated%s.",
		hardware == 0 ? ": APICv or AVIC is off on this host"
		: hardware == 1
			? ", though the host has APICv or AVIC: something keeps KVM from using it "
			  "for this guest (a synthetic interrupt controller without hv-avic, the "
			  "PIT's reinjection on AMD, nesting)"
			: "");
	finding_add_rate(f, arena, "%s exits/s for the local APIC and its TPR",
		e->groups[EXIT_GROUP_APIC].per_s);
	finding_add_rate(f, arena, "%s exits/s because the guest could take an interrupt",
		e->groups[EXIT_GROUP_WINDOW].per_s);
	finding_add_rate(f, arena, "%s ends of interrupt by MSR or memory",
		e->devices[DEVICE_APIC_EOI].per_s);
	finding_add_cost(f, arena, &e->groups[EXIT_GROUP_APIC]);
	finding_add_guest(f, arena, e);
	if (hardware == 0)
		finding_drop(f, REMEDY_HYPERV_AVIC);
	if (domain_hyperv_state(e->config, "vapic") == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_FULL);
	finding_fit_guest(f, e);
	if (!is_amd(e) || hardware == 0)
		finding_drop(f, REMEDY_PIT_DISCARD);
	return true;
}

static bool has_tsc_frequency(const struct evidence *e)
{
	const struct domain_timer *tsc = domain_clock_timer(&e->config->clock, "tsc");

	return tsc && tsc->frequency_hz;
}

bool rule_instructions(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *cpuid = &e->groups[EXIT_GROUP_CPUID];
	const struct exit_rate *tsc = &e->groups[EXIT_GROUP_TSC];
	const bool reads_tsc = tsc->per_s >= TSC_READS_PER_S_MIN;

	if (!reads_tsc && !(cpuid->per_s >= CPUIDS_PER_S_MIN))
		return false;
	f->summary = arena_printf(arena, "%s %s/s", reads_tsc ? "TSC emulated," : "CPUID",
		text_rate(arena, reads_tsc ? tsc->per_s : cpuid->per_s));
	f->diagnosis =
		reads_tsc ? "Reading the TSC leaves the guest, which it does not do on a host that "
			    "has the frequency the guest was started with, or can scale it: the "
			    "guest came from another host, or was given a frequency."
			  : "The guest executes CPUID in a loop, and each leaves the guest: "
			    "benchmarks, copy protection and anti-cheat programs do that.";
	finding_add_rate(f, arena, "%s exits/s for RDTSC and RDTSCP", tsc->per_s);
	finding_add_rate(f, arena, "%s exits/s for CPUID", cpuid->per_s);
	finding_add_cost(f, arena, reads_tsc ? tsc : cpuid);
	if (has_tsc_frequency(e))
		finding_add(f, arena, "its configuration sets the TSC's frequency");
	return true;
}

bool rule_ipi_storm(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double icr = e->devices[DEVICE_APIC_ICR].per_s;
	const double calls = e->groups[EXIT_GROUP_HYPERCALL].per_s;
	const double ipis = known(icr) + known(e->groups[EXIT_GROUP_IPI].per_s);
	const bool storms = ipis >= IPIS_PER_S_MIN;

	/* A vCPU alone has nobody to send them to. */
	if (e->vcpus == 1 || (!storms && !(calls >= IPIS_PER_S_MIN)))
		return false;
	f->summary = storms ? arena_printf(arena, "IPIs %s/s", text_rate(arena, ipis))
			    : arena_printf(arena, "hypercalls %s/s", text_rate(arena, calls));
	f->diagnosis =
		"The guest's vCPUs interrupt one another all the time, to wake each other or to "
		"flush TLBs: the more vCPUs, the more of it.";
	finding_add_rate(f, arena, "%s writes/s to the APIC's command register", icr);
	finding_add_rate(f, arena, "%s exits/s for IPIs that AVIC could not deliver",
		e->groups[EXIT_GROUP_IPI].per_s);
	finding_add_rate(f, arena, "%s hypercalls/s", calls);
	if (e->vcpus)
		finding_add(f, arena, "%d vCPUs", e->vcpus);
	finding_add_guest(f, arena, e);
	if (domain_hyperv_state(e->config, "ipi") == TRI_YES &&
		domain_hyperv_state(e->config, "tlbflush") == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_SPINLOCKS);
	finding_fit_guest(f, e);
	if (e->guest == GUEST_UNKNOWN)
		finding_lead(f, REMEDY_LOOK_DEEPER);
	finding_add_cases(f, arena, e, "enable Hyper-V's IPIs and TLB flushes (hyperv-spinlocks)",
		"find out what wakes its vCPUs");
	return true;
}
