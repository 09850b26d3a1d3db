#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"

/* What Windows sets the RTC to for a program that wants a finer timer: 1024 or 2048 Hz. */
#define RTC_FINE_PER_S_MIN 900.0
#define RTC_FINE_PER_S_MAX 2200.0

/* A sleeping guest that takes an interrupt leaves a halt for it, so one that makes fewer exits than the line rises does not
 * take it, whatever it is. A busy one gets interrupts without an exit where APICv or AVIC delivers them. */
static bool takes_no_tick(const struct evidence *e)
{
	const bool must_exit = evidence_is_idle(e) || e->platform->apicv == 0;

	return must_exit && e->exits.per_s < e->timer_line_per_s;
}

/* A guest that has better than the HPET, or leaves its interrupt masked. */
static bool needs_no_hpet(const struct evidence *e)
{
	return e->guest == GUEST_LINUX || e->stimer == TRI_YES || takes_no_tick(e);
}

/* The line may be the HPET's, too: it counts only together with KVM's thread that drives the PIT. */
bool rules_see_pit(const struct evidence *e)
{
	return e->devices[DEVICE_PIT].per_s >= PIT_ACCESSES_PER_S_MIN ||
	       (e->pit_line_per_s >= PIT_LINE_PER_S_MIN &&
		       e->cpu[THREAD_PIT].cpu_pct >= PIT_CPU_PCT_MIN);
}

/* Without interrupt lines the wake-ups have to do. Where they are known they tell it of a main thread that wakes up
 * for several ticks at once, too, or is so busy that it does not sleep between one tick and the next. */
static bool hpet_ticks(const struct evidence *e)
{
	const double wakes_per_s = e->counters.main_wakes_per_s;

	if (isnan(e->timer_line_per_s))
		return wakes_per_s >= HPET_WAKES_PER_S_MIN;
	return e->timer_line_per_s >= HPET_LINE_PER_S_MIN &&
	       (wakes_per_s >= HPET_LATE_WAKES_PER_S_MIN ||
		       e->cpu[THREAD_EMULATOR].cpu_pct >= HPET_BUSY_CPU_PCT);
}

/* The guest uses it after all, or the line is the PIT's, which raises 0 as well. */
static bool is_explained(const struct evidence *e)
{
	return rules_see_hpet_clock(e) || rules_see_hpet_tick(e) || rules_see_pit(e);
}

bool rules_see_hpet_left_on(const struct evidence *e)
{
	return e->has_hpet == TRI_YES && needs_no_hpet(e) && hpet_ticks(e) && !is_explained(e) &&
	       e->cpu[THREAD_EMULATOR].cpu_pct >= HPET_MAIN_CPU_PCT &&
	       !(evidence_per_vcpu(e, e->exits.per_s) >= QUIET_EXITS_PER_VCPU);
}

bool rule_hpet_left_on(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!rules_see_hpet_left_on(e))
		return false;
	if (isnan(e->timer_line_per_s))
		f->confidence = CONFIDENCE_MEDIUM;
	f->summary = arena_printf(
		arena, "unused HPET takes %.1f %% of a CPU", e->cpu[THREAD_EMULATOR].cpu_pct);
	f->diagnosis = arena_printf(arena,
		"QEMU's main thread emulates an HPET that nobody uses: it wakes up %s times/s, "
		"while "
		"the guest itself does little.",
		text_grouped(arena, e->counters.main_wakes_per_s));
	finding_add_pct(
		f, arena, "QEMU's main thread: %s % of a CPU", e->cpu[THREAD_EMULATOR].cpu_pct);
	finding_add_rate(
		f, arena, "QEMU's main thread wakes up %s times/s", e->counters.main_wakes_per_s);
	finding_add_rate(
		f, arena, "the HPET raises its interrupt line %s times/s", e->timer_line_per_s);
	if (takes_no_tick(e))
		finding_add_rate(f, arena,
			"the guest makes only %s exits/s: too few to take that interrupt",
			e->exits.per_s);
	finding_add(f, arena, "%s",
		e->hpet == TRI_YES ? "hpet: present='yes'"
				   : "hpet: not mentioned, so QEMU's default: present");
	finding_add_guest(f, arena, e);
	/* Without the HPET, Windows' next tick would be the RTC's. */
	if (e->guest == GUEST_WINDOWS && e->stimer != TRI_YES) {
		finding_offer(f, REMEDY_HYPERV_TIMERS);
		finding_drop(f, REMEDY_HPET_OFF);
	} else if (e->guest == GUEST_UNKNOWN && e->stimer != TRI_YES) {
		finding_offer(f, REMEDY_HYPERV_TIMERS);
		finding_add_cases(f, arena, e,
			"enable Hyper-V synthetic timers, which also turns the HPET off",
			"turn the HPET off");
	}
	if (isnan(e->timer_line_per_s) && e->usb > DOMAIN_USB_NOTHING)
		finding_add(f, arena,
			"a USB device on a UHCI, OHCI or EHCI controller would look the same");
	return true;
}

/* -- how often the guest wants to be woken ------------------------------------------------------------ */

static double timers_per_s(const struct evidence *e)
{
	const double stimer = e->devices[DEVICE_HV_STIMER].per_s;
	const double apic = e->devices[DEVICE_APIC_TIMER].per_s;

	return stimer >= apic || isnan(apic) ? stimer : apic;
}

static bool has_fine_rtc(const struct evidence *e)
{
	return e->rtc_line_per_s >= RTC_FINE_PER_S_MIN && e->rtc_line_per_s <= RTC_FINE_PER_S_MAX &&
	       !rules_see_rtc_tick(e);
}

bool rule_timer_rate(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double timers = timers_per_s(e);
	const bool sets_many = evidence_per_vcpu(e, timers) >= TIMERS_PER_VCPU_MIN;

	if (!evidence_is_idle(e) || (!sets_many && !has_fine_rtc(e)))
		return false;
	f->summary = arena_printf(arena, "guest timers %s/s",
		text_rate(arena, sets_many ? timers : e->rtc_line_per_s));
	f->diagnosis = arena_printf(arena,
		"The guest has little to do, but wants to be woken %s times/s: a program in it "
		"asked "
		"for a fine timer (1 ms or less).",
		text_grouped(arena, sets_many ? timers : e->rtc_line_per_s));
	finding_add_rate(f, arena, "%s synthetic timers set/s", e->devices[DEVICE_HV_STIMER].per_s);
	finding_add_rate(
		f, arena, "%s timers of the local APIC set/s", e->devices[DEVICE_APIC_TIMER].per_s);
	finding_add_rate(
		f, arena, "the RTC raises its interrupt line %s times/s", e->rtc_line_per_s);
	finding_add_rate(f, arena, "%s halts/s", e->groups[EXIT_GROUP_HALT].per_s);
	finding_add_guest(f, arena, e);
	return true;
}

bool rule_pit_tick(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *pit = &e->devices[DEVICE_PIT];
	const bool is_accessed = pit->per_s >= PIT_ACCESSES_PER_S_MIN;

	if (!rules_see_pit(e))
		return false;
	f->summary =
		is_accessed
			? arena_printf(arena, "PIT accessed %s/s", text_rate(arena, pit->per_s))
			: arena_printf(arena, "PIT tick %s/s", text_rate(arena, e->pit_line_per_s));
	f->diagnosis =
		"The guest uses the PIT, the timer of the first PCs: an old system or boot "
		"loader, a kernel started with noapic or notsc, or a loop that measures the TSC.";
	finding_add_rate(f, arena, "%s accesses/s to ports 0x40-0x43 and 0x61 (PIT)", pit->per_s);
	finding_add_cost(f, arena, pit);
	finding_add_pct(f, arena, "KVM's PIT thread: %s % of a CPU", e->cpu[THREAD_PIT].cpu_pct);
	finding_add_rate(
		f, arena, "the PIT raises its interrupt line %s times/s", e->pit_line_per_s);
	finding_add_guest(f, arena, e);
	if (e->guest == GUEST_WINDOWS)
		finding_drop(f, REMEDY_GUEST_CLOCKSOURCE);
	return true;
}

bool rules_see_rtc_catchup(const struct evidence *e)
{
	const struct domain_timer *rtc = domain_clock_timer(&e->config->clock, "rtc");

	return rtc && !strcmp(rtc->tickpolicy, "catchup") &&
	       e->rtc_line_per_s >= RTC_CATCHUP_PER_S_MIN;
}

bool rule_rtc_catchup(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!rules_see_rtc_catchup(e))
		return false;
	f->summary =
		arena_printf(arena, "RTC catches up, %s/s", text_rate(arena, e->rtc_line_per_s));
	f->diagnosis = arena_printf(arena,
		"QEMU sends the ticks of the RTC that the guest missed while it was stopped, moved "
		"or "
		"its host's clock was set: %s/s, more than a guest programs. It ends by itself "
		"when "
		"all are delivered.",
		text_grouped(arena, e->rtc_line_per_s));
	finding_add_rate(
		f, arena, "the RTC raises its interrupt line %s times/s", e->rtc_line_per_s);
	finding_add(f, arena, "rtc: tickpolicy='catchup'");
	return true;
}
