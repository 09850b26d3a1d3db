#include "view/view_config.h"

#include <string.h>

/* Adds a word of the XML, cleaned, after gap. */
static void add(struct strbuf *out, const char *gap, const char *word)
{
	char clean[64];

	text_clean(clean, sizeof clean, word);
	strbuf_addf(out, "%s%s", gap, clean);
}

static void add_timer(struct strbuf *out, const struct domain_timer *timer)
{
	add(out, "  ", timer->name);
	if (timer->present == TRI_NO) {
		strbuf_add(out, " no");
		return;
	}
	if (timer->tickpolicy[0])
		add(out, " ", timer->tickpolicy);
	else if (timer->mode[0])
		add(out, " ", timer->mode);
	else if (!timer->frequency_hz)
		strbuf_add(out, " yes");
	if (timer->track[0])
		add(out, " track ", timer->track);
	if (timer->frequency_hz)
		strbuf_addf(out, " %.0f MHz", (double)timer->frequency_hz / 1e6);
}

void view_config_clock(struct strbuf *out, const struct domain_config *config)
{
	/* In this order, and shown even where the XML does not mention them: their absence matters.
	 * QEMU has the first three unless it is told not to. */
	static const struct {
		const char *name, *when_absent;
	} usual[] = {
		{ "rtc", "default" },
		{ "pit", "default" },
		{ "hpet", "default" },
		{ "hypervclock", "no" },
	};
	const size_t usual_count = sizeof usual / sizeof *usual;
	const struct domain_clock *clock = &config->clock;

	if (!config->parsed) {
		strbuf_add(out, "-");
		return;
	}
	add(out, "", clock->offset[0] ? clock->offset : "utc");
	if (clock->timezone[0])
		add(out, " ", clock->timezone);
	for (size_t i = 0; i < usual_count; i++) {
		const struct domain_timer *timer = domain_clock_timer(clock, usual[i].name);

		if (timer)
			add_timer(out, timer);
		else
			strbuf_addf(out, "  %s %s", usual[i].name, usual[i].when_absent);
	}
	for (size_t i = 0; i < clock->timer_count; i++) {
		bool is_usual = false;

		for (size_t k = 0; k < usual_count; k++)
			is_usual |= strcmp(clock->timers[i].name, usual[k].name) == 0;
		if (!is_usual)
			add_timer(out, &clock->timers[i]);
	}
}

void view_config_hyperv(struct strbuf *out, const struct domain_config *config)
{
	const struct domain_hyperv *hyperv = &config->hyperv;
	const char *gap = "";

	if (!config->parsed) {
		strbuf_add(out, "-");
		return;
	}
	if (hyperv->mode[0] && strcmp(hyperv->mode, "custom") != 0) {
		add(out, "mode ", hyperv->mode);
		gap = "  ";
	}
	for (size_t i = 0; i < hyperv->count; i++) {
		const struct domain_enlightenment *item = &hyperv->items[i];

		if (item->state != TRI_YES)
			continue;
		add(out, gap, item->name);
		if (item->value[0])
			add(out, " ", item->value);
		gap = " ";
	}
	if (!*gap)
		strbuf_add(out, "none");
}

void view_config_missing(struct strbuf *out, const struct domain_config *config)
{
	static const char *const needed[] = { "vpindex", "synic", "stimer" };
	bool any_on = false;

	for (size_t i = 0; i < config->hyperv.count; i++)
		any_on |= config->hyperv.items[i].state == TRI_YES;
	if (!any_on)
		return;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (domain_hyperv_state(config, needed[i]) == TRI_NO)
			strbuf_addf(out, "%s%s", out->length ? " " : "", needed[i]);
}
