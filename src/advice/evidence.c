#include "advice/evidence.h"

#include <math.h>

/* All accesses to the RTC: an index is written to port 0x70, then data pass through port 0x71. */
static struct summary rtc_accesses(const struct exit_table *t)
{
	struct summary all = { 0 };

	for (int port = EXIT_PORT_RTC_INDEX; port <= EXIT_PORT_RTC_DATA; port++) {
		const struct summary in = exit_table_port(t, EXIT_DETAIL_PORT_IN, (uint16_t)port);
		const struct summary out = exit_table_port(t, EXIT_DETAIL_PORT_OUT, (uint16_t)port);

		summary_merge(&all, &in);
		summary_merge(&all, &out);
	}
	return all;
}

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : NAN;
}

static void collect_rtc(struct evidence *e, const struct exit_table *recent)
{
	const struct summary all = exit_table_total(recent), rtc = rtc_accesses(recent);
	const struct summary index =
		exit_table_port(recent, EXIT_DETAIL_PORT_OUT, EXIT_PORT_RTC_INDEX);
	const struct summary data =
		exit_table_port(recent, EXIT_DETAIL_PORT_IN, EXIT_PORT_RTC_DATA);
	const double seconds = recent->seconds > 0 ? recent->seconds : NAN;

	e->seconds = seconds;
	e->rtc_index_writes_per_s = (double)index.count / seconds;
	e->rtc_data_reads_per_s = (double)data.count / seconds;
	e->rtc_accesses_per_s = (double)rtc.count / seconds;
	e->rtc_samples_pct = percent((double)rtc.count, (double)all.count);
	e->rtc_time_pct = percent((double)rtc.total_ns, (double)all.total_ns);
	e->rtc_cpu_pct = percent((double)rtc.total_ns, seconds * 1e9);
}

static void collect_threads(struct evidence *e, const struct vm *vm)
{
	double vcpu_cpu_pct = 0, vcpu_system_pct = 0;

	e->emulator_cpu_pct = NAN;
	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct thread *t = &vm->threads[i];

		if (rtc_accesses(&t->interval).count)
			e->rtc_vcpus++;
		if (t->kind == THREAD_EMULATOR)
			e->emulator_cpu_pct = t->cpu.cpu_pct;
		if (t->kind == THREAD_VCPU) {
			vcpu_cpu_pct += t->cpu.cpu_pct;
			vcpu_system_pct += t->cpu.system_pct;
		}
	}
	e->vcpu_system_pct = percent(vcpu_system_pct, vcpu_cpu_pct);
}

static enum tristate timer_present(
	const struct domain_clock *clock, const char *name, enum tristate by_default)
{
	const struct domain_timer *timer = domain_clock_timer(clock, name);

	if (!timer || timer->present == TRI_UNKNOWN)
		return by_default;
	return timer->present;
}

/* What the VM runs with: its live configuration, whatever its next start will have. */
static void collect_config(struct evidence *e, const struct domain *domain)
{
	if (!domain || !domain->live.parsed)
		return;
	e->config_known = true;
	e->hpet = timer_present(&domain->live.clock, "hpet", TRI_UNKNOWN);
	e->hypervclock = timer_present(&domain->live.clock, "hypervclock", TRI_NO);
	e->stimer = domain_hyperv_state(&domain->live, "stimer");
}

void evidence_collect(struct evidence *e, const struct vm *vm)
{
	*e = (struct evidence){ .vm = vm };
	collect_rtc(e, &vm->recent);
	collect_threads(e, vm);
	collect_config(e, vm->domain);
}
