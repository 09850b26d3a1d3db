#include "domain/describe.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The timers a guest on x86 can take its ticks and its time from. A PC of QEMU's has the first three unless it is told
 * not to. */
static const char *const main_timers[] = { "rtc", "pit", "hpet", "hypervclock" };

enum { MAIN_TIMER_COUNT = sizeof main_timers / sizeof *main_timers };

static bool is_main_timer(const char *name)
{
	for (size_t i = 0; i < MAIN_TIMER_COUNT; i++)
		if (!strcmp(main_timers[i], name))
			return true;
	return false;
}

/* What of a main timer of which nothing is said. */
static const char *word_of_default(const struct domain_config *config, const char *name)
{
	if (!strcmp(name, "hypervclock"))
		return domain_hypervclock(config) == TRI_YES ? "yes" : "no";
	return domain_has_timer_by_default(&config->machine, name) ? "default" : "no";
}

/* Adds a word of the XML after gap. */
static void add_word(struct strbuf *out, const char *gap, const char *word)
{
	char clean[64];

	text_clean(clean, sizeof clean, word);
	strbuf_add(out, gap);
	strbuf_add(out, clean);
}

static void describe_timer(struct strbuf *out, const struct domain_timer *timer)
{
	add_word(out, "  ", timer->name);
	if (timer->present == TRI_NO) {
		strbuf_add(out, " no");
		return;
	}
	if (timer->tickpolicy[0])
		add_word(out, " ", timer->tickpolicy);
	else if (timer->mode[0])
		add_word(out, " ", timer->mode);
	else if (!timer->frequency_hz)
		strbuf_add(out, " yes");
	if (timer->track[0])
		add_word(out, " track ", timer->track);
	if (timer->frequency_hz)
		strbuf_addf(out, " %.0f MHz", (double)timer->frequency_hz / 1e6);
}

/* Seconds since 1970, as long as a date can be made of them. */
static void describe_start(struct strbuf *out, const char *start)
{
	const time_t seconds = (time_t)strtoll(start, NULL, 10);
	char text[40];
	struct tm date;

	if (gmtime_r(&seconds, &date) && strftime(text, sizeof text, " %F %T", &date))
		strbuf_add(out, text);
}

/* "variable utc 3599 s", "absolute 2006-06-17 16:01:21" */
static void describe_offset(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_clock *clock = &config->clock;

	if (!clock->known && config->from_command_line)
		strbuf_add(out, "offset default");
	else
		add_word(out, "", clock->offset[0] ? clock->offset : "utc");
	if (clock->timezone[0])
		add_word(out, " ", clock->timezone);
	if (clock->basis[0])
		add_word(out, " ", clock->basis);
	if (clock->adjustment[0])
		add_word(out, " ", clock->adjustment);
	if (clock->adjustment[0] && strcmp(clock->adjustment, "reset") != 0)
		strbuf_add(out, " s");
	if (clock->start[0])
		describe_start(out, clock->start);
}

void describe_clock(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_clock *clock = &config->clock;

	if (!config->parsed) {
		strbuf_add(out, "-");
		return;
	}
	describe_offset(out, config);
	for (size_t i = 0; i < MAIN_TIMER_COUNT; i++) {
		const struct domain_timer *timer = domain_clock_timer(clock, main_timers[i]);

		if (timer)
			describe_timer(out, timer);
		else if (domain_is_x86(&config->machine))
			strbuf_addf(out, "  %s %s", main_timers[i],
				word_of_default(config, main_timers[i]));
	}
	for (size_t i = 0; i < clock->timer_count; i++)
		if (!is_main_timer(clock->timers[i].name))
			describe_timer(out, &clock->timers[i]);
}

void describe_hyperv(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_hyperv *hyperv = &config->hyperv;
	const char *gap = "";

	if (!config->parsed) {
		strbuf_add(out, "-");
		return;
	}
	if (hyperv->mode[0] && strcmp(hyperv->mode, "custom") != 0) {
		add_word(out, "mode ", hyperv->mode);
		gap = " ";
	}
	for (size_t i = 0; i < hyperv->count; i++) {
		const struct domain_enlightenment *item = &hyperv->items[i];

		if (item->state != TRI_YES)
			continue;
		add_word(out, gap, item->name);
		if (item->value[0])
			add_word(out, " ", item->value);
		gap = " ";
	}
	if (!*gap)
		strbuf_add(out, "none");
}

void describe_missing(struct strbuf *out, const struct domain_config *config)
{
	static const char *const needed[] = { "vpindex", "synic", "stimer" };
	const char *gap = "";
	bool any_on = false;

	for (size_t i = 0; i < config->hyperv.count; i++)
		any_on |= config->hyperv.items[i].state == TRI_YES;
	for (size_t i = 0; any_on && i < sizeof needed / sizeof *needed; i++) {
		if (domain_hyperv_state(config, needed[i]) != TRI_NO)
			continue;
		add_word(out, gap, needed[i]);
		gap = " ";
	}
}

/* Each but the first one after a gap. */
static void add_setting(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "%s%s", out->length ? "  " : "", text);
}

void describe_machine(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_machine *m = &config->machine;
	const struct {
		bool is_set;
		const char *text;
	} unusual[] = {
		{ !strcmp(m->type, "qemu"), "emulated without KVM" },
		{ m->cpu_pm == TRI_YES, "cpu-pm on" },
		{ m->kvm_hidden == TRI_YES, "hidden" },
		{ m->hint_dedicated == TRI_YES, "hint-dedicated" },
		{ m->poll_control == TRI_YES, "poll-control" },
		{ m->pv_ipi == TRI_NO, "pv-ipi off" },
		{ m->dirty_ring == TRI_YES, "dirty-ring" },
		{ m->pvspinlock == TRI_NO, "pvspinlock off" },
		{ m->apic_eoi == TRI_NO, "eoi off" },
		{ m->pmu == TRI_NO, "pmu off" },
		{ m->rapl == TRI_YES, "rapl" },
		{ !strcmp(m->ioapic, "qemu"), "ioapic qemu" },
		{ m->invtsc == TRI_YES, "invtsc" },
		{ m->nested == TRI_YES, "nested" },
		{ m->overrides != 0, "changed by <qemu:commandline>" },
	};
	struct strbuf text = { 0 };

	for (size_t i = 0; config->parsed && i < sizeof unusual / sizeof *unusual; i++)
		if (unusual[i].is_set)
			add_setting(&text, unusual[i].text);
	strbuf_add(out, strbuf_text(&text));
	strbuf_fini(&text);
}
