#include "model/config.h"

#include <string.h>

/* The timers a guest can take its ticks and its time from. QEMU has the first three unless it is told
 * not to. */
static const struct {
	const char *name, *when_absent;
} main_timers[] = {
	{ "rtc", "default" },
	{ "pit", "default" },
	{ "hpet", "default" },
	{ "hypervclock", "no" },
};

enum { MAIN_TIMER_COUNT = sizeof main_timers / sizeof *main_timers };

static bool is_main_timer(const char *name)
{
	for (size_t i = 0; i < MAIN_TIMER_COUNT; i++)
		if (!strcmp(main_timers[i].name, name))
			return true;
	return false;
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

void config_describe_clock(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_clock *clock = &config->clock;

	if (!config->parsed) {
		strbuf_add(out, "-");
		return;
	}
	add_word(out, "", clock->offset[0] ? clock->offset : "utc");
	if (clock->timezone[0])
		add_word(out, " ", clock->timezone);
	for (size_t i = 0; i < MAIN_TIMER_COUNT; i++) {
		const struct domain_timer *timer = domain_clock_timer(clock, main_timers[i].name);

		if (timer)
			describe_timer(out, timer);
		else
			strbuf_addf(
				out, "  %s %s", main_timers[i].name, main_timers[i].when_absent);
	}
	for (size_t i = 0; i < clock->timer_count; i++)
		if (!is_main_timer(clock->timers[i].name))
			describe_timer(out, &clock->timers[i]);
}

void config_describe_hyperv(struct strbuf *out, const struct domain_config *config)
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

void config_describe_missing(struct strbuf *out, const struct domain_config *config)
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

static bool same_timer(const struct domain_timer *a, const struct domain_timer *b)
{
	return a->present == b->present && !strcmp(a->tickpolicy, b->tickpolicy) &&
	       !strcmp(a->track, b->track) && !strcmp(a->mode, b->mode) &&
	       a->frequency_hz == b->frequency_hz;
}

/* Is each timer of a the same in b? */
static bool timers_in(const struct domain_clock *a, const struct domain_clock *b)
{
	for (size_t i = 0; i < a->timer_count; i++) {
		const struct domain_timer *other = domain_clock_timer(b, a->timers[i].name);

		if (!other || !same_timer(&a->timers[i], other))
			return false;
	}
	return true;
}

/* basis and adjustment are not compared: libvirt keeps the running guest's own there. */
static bool same_clock(const struct domain_clock *a, const struct domain_clock *b)
{
	return !strcmp(a->offset, b->offset) && !strcmp(a->timezone, b->timezone) &&
	       timers_in(a, b) && timers_in(b, a);
}

static const char *value_of(const struct domain_hyperv *hyperv, const char *name)
{
	for (size_t i = 0; i < hyperv->count; i++)
		if (!strcmp(hyperv->items[i].name, name))
			return hyperv->items[i].value;
	return "";
}

/* Is each enlightenment of a the same in b? One that is not mentioned is off. */
static bool enlightenments_in(const struct domain_config *a, const struct domain_config *b)
{
	for (size_t i = 0; i < a->hyperv.count; i++) {
		const char *name = a->hyperv.items[i].name;

		if (domain_hyperv_state(a, name) != domain_hyperv_state(b, name) ||
			strcmp(value_of(&a->hyperv, name), value_of(&b->hyperv, name)) != 0)
			return false;
	}
	return true;
}

/* libvirt writes mode='custom' where the XML it was given said nothing. */
static bool same_mode(const struct domain_hyperv *a, const struct domain_hyperv *b)
{
	const char *x = a->mode[0] ? a->mode : "custom", *y = b->mode[0] ? b->mode : "custom";

	return !strcmp(x, y);
}

enum tristate config_pending(const struct domain *domain)
{
	const struct domain_config *live, *next;

	if (!domain || !domain->live.parsed || !domain->inactive.parsed)
		return TRI_UNKNOWN;
	live = &domain->live;
	next = &domain->inactive;
	if (same_clock(&live->clock, &next->clock) && same_mode(&live->hyperv, &next->hyperv) &&
		enlightenments_in(live, next) && enlightenments_in(next, live))
		return TRI_NO;
	return TRI_YES;
}
