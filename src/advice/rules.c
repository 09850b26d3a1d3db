#include "advice/rules.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advice/findings.h"
#include "core/number.h"

/* A tick has at least 64 Hz, and Windows asks for 1,024 or more when a program wants short timers:
 * from 200 on it costs percents of a CPU, and nothing but a tick or a polling loop reads a clock of
 * seconds that often. */
#define RTC_READS_PER_S_MIN 200.0
/* Each access writes the index, then reads the data: other ratios are something else. */
#define RTC_WRITES_TOLERANCE 0.2
/* Hz: the fastest periodic interrupt of an MC146818. */
#define RTC_TICKS_PER_S_MAX 8192.0
/* Percent of one CPU. A fifth of a CPU for an idle guest's clock is what makes people look for kvmtop;
 * an idle Windows with synthetic timers needs less than 5 for all. */
#define RTC_CRITICAL_CPU_PCT 20.0

static void add_evidence(struct finding *f, const char *text)
{
	assert(f->evidence_count < FINDING_EVIDENCE_MAX);
	f->evidence[f->evidence_count++] = text;
}

/* "17,903" */
static const char *grouped(struct arena *arena, double value)
{
	char digits[32], *out;
	size_t length, used = 0;

	snprintf(digits, sizeof digits, "%.0f", value);
	length = strlen(digits);
	out = arena_alloc(arena, length + length / 3 + 1);
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	return out;
}

static void add_config_evidence(const struct evidence *e, struct finding *f)
{
	if (!e->config_known) {
		add_evidence(f, "its clock configuration is not known: libvirt does not tell it");
		return;
	}
	add_evidence(f, e->hpet == TRI_NO ? "hpet: present='no'" : "hpet: left to QEMU's default");
	add_evidence(f, "no synthetic timer (stimer) in <hyperv>");
}

static const char *rtc_rate_text(const struct evidence *e, struct arena *arena)
{
	const char *by = "";

	if (e->rtc_vcpus == 1)
		by = " by 1 vCPU";
	else if (e->rtc_vcpus > 1)
		by = arena_printf(arena, " by %d vCPUs", e->rtc_vcpus);
	return arena_printf(arena, "%s accesses/s to ports 0x70-0x71 (RTC)%s, %.1f %% of all exits",
		grouped(arena, e->rtc_accesses_per_s), by, e->rtc_samples_pct);
}

/* Figures that are not known are left out. */
static void add_rtc_evidence(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const char *text;

	add_evidence(f, rtc_rate_text(e, arena));
	if (!isnan(e->rtc_cpu_pct)) {
		text = arena_printf(arena,
			"handling them takes %.1f %% of a CPU, %.1f %% of the exits' time",
			e->rtc_cpu_pct, e->rtc_time_pct);
		add_evidence(f, text);
	}
	if (!isnan(e->vcpu_system_pct)) {
		text = arena_printf(arena,
			"vCPU threads spend %.0f %% of their time in the host kernel",
			e->vcpu_system_pct);
		add_evidence(f, text);
	}
	if (!isnan(e->emulator_cpu_pct)) {
		text = arena_printf(
			arena, "QEMU's main thread: %.1f %% of a CPU", e->emulator_cpu_pct);
		add_evidence(f, text);
	}
	add_config_evidence(e, f);
}

/* Windows reads register C once for each tick, so reads are ticks unless there are too many. */
static const char *rtc_diagnosis(const struct evidence *e, struct arena *arena)
{
	const char *reads = grouped(arena, e->rtc_data_reads_per_s);
	const char *who =
		e->config_known
			? "The guest has no synthetic timer and takes the emulated RTC as its tick"
			: "The guest probably has no synthetic timer and takes the emulated RTC as "
			  "its tick";

	if (e->rtc_data_reads_per_s > RTC_TICKS_PER_S_MAX)
		return arena_printf(arena,
			"%s: it reads it %s times/s, more than the %s ticks/s an "
			"RTC can make, so it polls it too. Each read is a trip "
			"from the guest to QEMU and back.",
			who, reads, grouped(arena, RTC_TICKS_PER_S_MAX));
	return arena_printf(arena,
		"%s: about %s ticks/s. Each wakes QEMU's main thread and is "
		"acknowledged by a trip from the guest to QEMU and back.",
		who, reads);
}

static bool test_rtc_tick(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double reads = e->rtc_data_reads_per_s, writes = e->rtc_index_writes_per_s;
	double cost_pct = e->rtc_cpu_pct;
	char rate[16];

	if (e->stimer == TRI_YES || e->hpet == TRI_YES)
		return false;
	if (!(reads >= RTC_READS_PER_S_MIN) ||
		!(fabs(writes - reads) <= RTC_WRITES_TOLERANCE * reads))
		return false;
	/* Each tick wakes the main thread: its time is the other half of the price. */
	if (!isnan(e->emulator_cpu_pct))
		cost_pct += e->emulator_cpu_pct;
	if (cost_pct >= RTC_CRITICAL_CPU_PCT)
		f->severity = SEVERITY_CRITICAL;
	number_format(rate, sizeof rate, e->rtc_accesses_per_s, NUMBER_RATE, 5);
	f->summary = arena_printf(arena, "RTC polling %s/s", rate);
	f->diagnosis = rtc_diagnosis(e, arena);
	add_rtc_evidence(e, f, arena);
	return true;
}

/* clang-format off */
const struct rule rules[] = {
	{
		.id = "R01",
		.name = "rtc-tick",
		.title = "The guest uses the RTC as its tick",
		.severity = SEVERITY_WARNING,
		.needs = NEEDS_EXITS,
		.test = test_rtc_tick,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HPET_ON },
		.help = "200 or more reads of port 0x71 a second, with as many writes to port 0x70 (a fifth "
			"more or less), in a VM that has neither stimer nor an HPET: Windows without "
			"synthetic timers uses the emulated CMOS clock as its tick. Critical when handling "
			"the accesses and QEMU's main thread together take 20 % of a CPU.",
		.source = "QEMU manual, Hyper-V Enlightenments, hv-stimer: without it \"certain Windows "
			"versions revert to using HPET (or even RTC when HPET is unavailable) extensively\", "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html",
	},
};
/* clang-format on */

const size_t rule_count = sizeof rules / sizeof *rules;

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY__COUNT] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[severity];
}
