#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

/* Hz: the fastest periodic interrupt of an MC146818. */
#define RTC_TICKS_PER_S_MAX 8192.0
/* Raised interrupts of the RTC per second from which it is a tick at all: Windows' slowest has 64 Hz. */
#define RTC_LINE_PER_S_MIN 60.0
/* A tick of the RTC is four port exits: index, register C, and an EOI to either PIC. Measured with
 * QEMU 7.2. */
#define RTC_EXITS_PER_TICK 4.0

static bool is_windows_like(const struct evidence *e)
{
	return e->guest == GUEST_WINDOWS || e->guest == GUEST_UNKNOWN;
}

/* Windows has better than the RTC. */
static bool has_better_tick(const struct evidence *e)
{
	return e->stimer == TRI_YES || e->hpet == TRI_YES || !is_windows_like(e);
}

static bool reads_rtc(const struct evidence *e)
{
	const double reads = e->devices[DEVICE_RTC_DATA_READ].per_s;
	const double writes = e->devices[DEVICE_RTC_INDEX_WRITE].per_s;

	return reads >= RTC_READS_PER_S_MIN && fabs(writes - reads) <= RTC_WRITES_TOLERANCE * reads;
}

/* Without ports: exits as many as ticks make, in an idle guest whose configuration has no better tick, and
 * a main thread that is woken as often. */
static bool seems_rtc_tick(const struct evidence *e)
{
	return !e->traced && e->is_x86 && e->config_known && evidence_is_idle(e) &&
	       e->counters.main_wakes_per_s >= RTC_READS_PER_S_MIN &&
	       e->groups[EXIT_GROUP_IO].per_s >= RTC_EXITS_PER_TICK * RTC_READS_PER_S_MIN;
}

bool rules_see_rtc_tick(const struct evidence *e)
{
	return !has_better_tick(e) && (reads_rtc(e) || seems_rtc_tick(e));
}

static void add_clock_config(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!e->config_known) {
		finding_add(
			f, arena, "its clock configuration is not known: libvirt does not tell it");
		return;
	}
	finding_add(f, arena, "%s",
		e->hpet == TRI_NO    ? "hpet: present='no'"
		: e->hpet == TRI_YES ? "hpet: present='yes'"
				     : "hpet: left to QEMU's default");
	if (e->stimer == TRI_NO)
		finding_add(f, arena, "no synthetic timer (stimer) in <hyperv>");
}

static const char *rtc_rate_text(const struct evidence *e, struct arena *arena)
{
	const struct exit_rate *rtc = &e->devices[DEVICE_RTC];
	const char *by = "";

	if (e->rtc_vcpus == 1)
		by = " by 1 vCPU";
	else if (e->rtc_vcpus > 1)
		by = arena_printf(arena, " by %d vCPUs", e->rtc_vcpus);
	return arena_printf(arena, "%s accesses/s to ports 0x70-0x71 (RTC)%s, %.1f %% of all exits",
		text_grouped(arena, rtc->per_s), by, rtc->samples_pct);
}

/* Figures that are not known are left out. */
static void add_rtc_evidence(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (reads_rtc(e))
		finding_add(f, arena, "%s", rtc_rate_text(e, arena));
	else
		finding_add_rate(f, arena,
			"%s accesses/s to I/O ports by KVM's count; which is not known",
			e->groups[EXIT_GROUP_IO].per_s);
	finding_add_cost(f, arena, &e->devices[DEVICE_RTC]);
	if (!isnan(e->vcpu_system_pct))
		finding_add(f, arena, "vCPU threads spend %.0f %% of their time in the host kernel",
			e->vcpu_system_pct);
	finding_add_pct(
		f, arena, "QEMU's main thread: %s % of a CPU", e->cpu[THREAD_EMULATOR].cpu_pct);
	finding_add_rate(
		f, arena, "QEMU's main thread wakes up %s times/s", e->counters.main_wakes_per_s);
	finding_add_rate(
		f, arena, "the RTC raises its interrupt line %s times/s", e->rtc_line_per_s);
	add_clock_config(e, f, arena);
}

/* Windows reads register C once for each tick, so reads are ticks unless there are too many. */
static const char *rtc_diagnosis(const struct evidence *e, struct arena *arena)
{
	const double reads = e->devices[DEVICE_RTC_DATA_READ].per_s;
	const char *who =
		e->config_known
			? "The guest has no synthetic timer and takes the emulated RTC as its tick"
			: "The guest probably has no synthetic timer and takes the emulated RTC as "
			  "its tick";

	if (!reads_rtc(e))
		return arena_printf(arena,
			"%s: about %s times/s. Each tick wakes QEMU's main thread and is "
			"acknowledged by a trip from the guest to QEMU and back.",
			who, text_grouped(arena, e->counters.main_wakes_per_s));
	if (e->rtc_line_per_s < RTC_LINE_PER_S_MIN)
		return arena_printf(arena,
			"The guest reads the emulated RTC %s times/s without being woken by it: it "
			"polls it. Each read is a trip from the guest to QEMU and back.",
			text_grouped(arena, reads));
	if (reads > RTC_TICKS_PER_S_MAX)
		return arena_printf(arena,
			"%s: it reads it %s times/s, more than the %s ticks/s an "
			"RTC can make, so it polls it too. Each read is a trip "
			"from the guest to QEMU and back.",
			who, text_grouped(arena, reads), text_grouped(arena, RTC_TICKS_PER_S_MAX));
	return arena_printf(arena,
		"%s: about %s ticks/s. Each wakes QEMU's main thread and is "
		"acknowledged by a trip from the guest to QEMU and back.",
		who, text_grouped(arena, reads));
}

bool rule_rtc_tick(const struct evidence *e, struct finding *f, struct arena *arena)
{
	double cost_pct = e->devices[DEVICE_RTC].cpu_pct;

	if (!rules_see_rtc_tick(e))
		return false;
	/* Each tick wakes the main thread: its time is the other half of the price. */
	if (!isnan(e->cpu[THREAD_EMULATOR].cpu_pct))
		cost_pct += e->cpu[THREAD_EMULATOR].cpu_pct;
	if (cost_pct >= RTC_CRITICAL_CPU_PCT)
		f->severity = SEVERITY_CRITICAL;
	if (reads_rtc(e)) {
		f->summary = arena_printf(
			arena, "RTC polling %s/s", text_rate(arena, e->devices[DEVICE_RTC].per_s));
	} else {
		f->confidence = CONFIDENCE_MEDIUM;
		f->summary = arena_printf(
			arena, "RTC tick %s/s", text_rate(arena, e->counters.main_wakes_per_s));
	}
	f->diagnosis = rtc_diagnosis(e, arena);
	if (e->guest == GUEST_UNKNOWN)
		finding_offer(f, REMEDY_GUEST_TIMER_RESOLUTION);
	finding_add_cases(f, arena, e, "enable Hyper-V synthetic timers",
		"find and stop the program in it that reads the RTC");
	add_rtc_evidence(e, f, arena);
	finding_fit_hpet(f, e);
	return true;
}

/* -- clocks that are read -------------------------------------------------------------------------- */

/* With KVM's counters only: what ticks of the RTC do not explain, in a guest that has no TSC page. */
static double likely_pm_reads_per_s(const struct evidence *e)
{
	const double ticks = e->counters.main_wakes_per_s;
	const double rest = e->groups[EXIT_GROUP_IO].per_s - RTC_EXITS_PER_TICK * ticks;

	return !e->traced && e->is_x86 && evidence_is_idle(e) && e->hypervclock == TRI_NO ? rest
											  : NAN;
}

/* What Windows has can be had already. */
static void drop_what_is_there(const struct evidence *e, struct finding *f)
{
	if (e->vpindex == TRI_YES && e->hypervclock == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_VPINDEX);
	if (e->stimer == TRI_YES && e->vpindex == TRI_YES && e->hypervclock == TRI_YES)
		finding_drop(f, REMEDY_HYPERV_TIMERS);
	if (e->config->machine.invtsc == TRI_YES)
		finding_drop(f, REMEDY_INVTSC);
	if (!strcmp(e->platform->clocksource, "tsc"))
		finding_drop(f, REMEDY_CLOCKSOURCE);
}

/* Each system has a clock that needs no exit. */
static void offer_by_guest(const struct evidence *e, struct finding *f, struct arena *arena)
{
	finding_fit_guest(f, e);
	if (e->guest == GUEST_UNKNOWN)
		finding_offer(f, domain_hides_kvmclock(e->config) ? REMEDY_KVMCLOCK
								  : REMEDY_GUEST_CLOCKSOURCE);
	finding_add_cases(f, arena, e, "enable the Hyper-V reference clock and synthetic timers",
		domain_hides_kvmclock(e->config) ? "let it see kvm-clock"
						 : "switch it to kvm-clock or the TSC");
}

/* A Linux guest that reads these is another rule's: its remedies are others. */
bool rule_pm_timer(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const bool is_known = e->traced;
	const double reads = is_known ? evidence_pm_timer_per_s(e) : likely_pm_reads_per_s(e);

	if (e->guest == GUEST_LINUX || !(reads >= CLOCK_READS_PER_S_MIN))
		return false;
	if (!is_known)
		f->confidence = CONFIDENCE_MEDIUM;
	if (reads >= CLOCK_READS_PER_S_CRITICAL)
		f->severity = SEVERITY_CRITICAL;
	f->summary = arena_printf(arena, "PM timer read %s/s", text_rate(arena, reads));
	f->diagnosis = arena_printf(arena,
		"The guest takes the ACPI PM timer as its clock and reads it %s times/s. Each read "
		"is "
		"a trip from the guest to QEMU and back, where a page shared with the hypervisor, "
		"or "
		"the TSC, would need none.",
		text_grouped(arena, reads));
	finding_add_rate(f, arena,
		is_known ? "%s reads/s of the ACPI PM timer's port"
			 : "%s accesses/s to I/O ports by KVM's count that ticks do not explain",
		reads);
	finding_add_cost(f, arena, &e->devices[DEVICE_PM_TIMER]);
	finding_add_guest(f, arena, e);
	if (e->hypervclock != TRI_UNKNOWN)
		finding_add(f, arena, "hypervclock is %s, vpindex %s",
			e->hypervclock == TRI_YES ? "on" : "off",
			e->vpindex == TRI_YES ? "on" : "off");
	drop_what_is_there(e, f);
	offer_by_guest(e, f, arena);
	if (!e->platform->clocksource[0])
		finding_drop(f, REMEDY_CLOCKSOURCE);
	return true;
}

/* The HPET is the guest's clock. */
bool rules_see_hpet_clock(const struct evidence *e)
{
	return e->has_hpet != TRI_NO && e->devices[DEVICE_HPET_READ].per_s >= CLOCK_READS_PER_S_MIN;
}

/* The HPET is the guest's tick. */
bool rules_see_hpet_tick(const struct evidence *e)
{
	return e->has_hpet != TRI_NO && e->devices[DEVICE_HPET_TICK].per_s >= HPET_TICKS_PER_S_MIN;
}

static bool seems_hpet_clock(const struct evidence *e)
{
	return !e->traced && evidence_is_idle(e) && e->has_hpet == TRI_YES &&
	       e->groups[EXIT_GROUP_MMIO].per_s >= CLOCK_READS_PER_S_MIN;
}

bool rule_hpet_reads(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double reads = e->devices[DEVICE_HPET_READ].per_s;
	const double ticks = e->devices[DEVICE_HPET_TICK].per_s;
	const bool reads_it = rules_see_hpet_clock(e);
	const bool likely = seems_hpet_clock(e);

	if (e->guest == GUEST_LINUX || (!reads_it && !rules_see_hpet_tick(e) && !likely))
		return false;
	if (likely) {
		f->confidence = CONFIDENCE_MEDIUM;
		f->summary = arena_printf(arena, "HPET used %s/s",
			text_rate(arena, e->groups[EXIT_GROUP_MMIO].per_s));
		finding_add_rate(f, arena,
			"%s accesses/s to devices' memory by KVM's count; which is not known",
			e->groups[EXIT_GROUP_MMIO].per_s);
	} else {
		f->summary =
			reads_it ? arena_printf(arena, "HPET read %s/s", text_rate(arena, reads))
				 : arena_printf(arena, "HPET tick %s/s", text_rate(arena, ticks));
		finding_add_rate(f, arena, "%s reads/s of the HPET's counter", reads);
		finding_add_rate(f, arena, "%s writes/s to the HPET's comparators", ticks);
	}
	if (reads >= CLOCK_READS_PER_S_CRITICAL)
		f->severity = SEVERITY_CRITICAL;
	f->diagnosis = arena_printf(arena,
		"The guest takes the emulated HPET as its %s. Each access leaves the guest, and "
		"the "
		"host decodes the instruction before QEMU answers it.",
		reads_it || likely ? "clock" : "tick");
	finding_add_cost(f, arena, &e->devices[DEVICE_HPET_READ]);
	finding_add_pct(
		f, arena, "QEMU's main thread: %s % of a CPU", e->cpu[THREAD_EMULATOR].cpu_pct);
	finding_add_guest(f, arena, e);
	if (e->stimer == TRI_YES || e->guest == GUEST_OTHER)
		finding_lead(f, REMEDY_HPET_OFF);
	else
		finding_drop(
			f, REMEDY_HPET_OFF); /* alone it would only move Windows' tick to the RTC */
	drop_what_is_there(e, f);
	offer_by_guest(e, f, arena);
	return true;
}

/* Why KVM or the guest does not use the page, most likely first. */
static const char *time_page_cause(const struct evidence *e)
{
	const char *clocksource = e->platform->clocksource;

	if (*clocksource && strcmp(clocksource, "tsc") != 0)
		return "the host's own clock is not the TSC, and then KVM does not fill the page";
	if (e->vpindex == TRI_NO)
		return "vpindex is off, and Windows wants it before it uses the page";
	return "TSCs may differ between vCPUs or hosts since a restore or a migration: stop the "
	       "guest "
	       "and start it";
}

bool rule_hv_time_msr(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *reads = &e->devices[DEVICE_HV_TIME];

	if (!(reads->per_s >= CLOCK_READS_PER_S_MIN))
		return false;
	if (reads->per_s >= CLOCK_READS_PER_S_CRITICAL)
		f->severity = SEVERITY_CRITICAL;
	f->summary =
		arena_printf(arena, "Hyper-V clock by MSR %s/s", text_rate(arena, reads->per_s));
	f->diagnosis = arena_printf(arena,
		"The guest reads Hyper-V's reference counter by MSR %s times/s, because the page "
		"that "
		"should hold it cannot be used: %s.",
		text_grouped(arena, reads->per_s), time_page_cause(e));
	finding_add_rate(
		f, arena, "%s reads/s of MSR 0x40000020 (time reference count)", reads->per_s);
	finding_add_cost(f, arena, reads);
	if (e->vpindex != TRI_UNKNOWN)
		finding_add(f, arena, "vpindex is %s", e->vpindex == TRI_YES ? "on" : "off");
	if (e->platform->clocksource[0])
		finding_add(f, arena, "the host's clock is %s", e->platform->clocksource);
	if (e->platform->clocksource[0] && strcmp(e->platform->clocksource, "tsc") != 0)
		finding_lead(f, REMEDY_CLOCKSOURCE);
	drop_what_is_there(e, f);
	if (f->remedy_count > 1)
		finding_drop(f, REMEDY_LOOK_DEEPER);
	return true;
}

bool rule_linux_clocksource(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double pm = evidence_pm_timer_per_s(e), hpet = e->devices[DEVICE_HPET_READ].per_s;
	const bool reads_pm = pm >= CLOCK_READS_PER_S_MIN;
	const bool reads_hpet = rules_see_hpet_clock(e) || rules_see_hpet_tick(e);
	const struct domain_timer *kvmclock = domain_clock_timer(&e->config->clock, "kvmclock");
	const bool is_hidden = domain_hides_kvmclock(e->config);

	if (e->guest != GUEST_LINUX || (!reads_pm && !reads_hpet))
		return false;
	f->summary = arena_printf(arena, "Linux clock by %s", reads_pm ? "PM timer" : "HPET");
	f->diagnosis = arena_printf(arena,
		"This Linux guest takes %s as its clock, which leaves the guest at every look, "
		"instead of kvm-clock or the TSC%s.",
		reads_pm ? "the ACPI PM timer" : "the HPET",
		is_hidden ? ": its configuration hides kvm-clock from it" : "");
	finding_add_rate(f, arena, "%s reads/s of the ACPI PM timer's port", pm);
	finding_add_rate(f, arena, "%s reads/s of the HPET's counter", hpet);
	finding_add_guest(f, arena, e);
	if (e->config->machine.kvm_hidden == TRI_YES)
		finding_add(f, arena, "<kvm><hidden state='on'/> takes kvm-clock from it");
	if (kvmclock && kvmclock->present == TRI_NO)
		finding_add(f, arena, "kvmclock: present='no'");
	if (!is_hidden)
		finding_drop(f, REMEDY_KVMCLOCK);
	if (!reads_hpet)
		finding_drop(f, REMEDY_HPET_OFF);
	drop_what_is_there(e, f);
	return true;
}

/* "tsc" is what should be; "kvm-clock" is what a host that is itself a guest has. */
bool rule_host_clocksource(const struct evidence *e, struct finding *f, struct arena *arena)
{
	static const char *const bad[] = { "hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit" };
	const char *clocksource = e->platform->clocksource;
	bool is_bad = false;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_bad |= !strcmp(clocksource, bad[i]);
	if (!is_bad)
		return false;
	f->summary = arena_printf(arena, "host clock is %s", clocksource);
	f->diagnosis = arena_printf(arena,
		"The host keeps time by %s instead of the TSC. Then KVM cannot give guests a clock "
		"they can read without leaving the guest: kvm-clock becomes slow, and Hyper-V's "
		"reference page stays empty. This touches every guest of this host.",
		clocksource);
	finding_add(f, arena, "the host's current_clocksource is %s", clocksource);
	return true;
}
