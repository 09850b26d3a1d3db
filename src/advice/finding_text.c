#include "advice/finding_text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"

static void add(struct finding *f, const char *text)
{
	if (f->evidence_count < FINDING_EVIDENCE_MAX)
		f->evidence[f->evidence_count++] = text;
}

void finding_add(struct finding *f, struct arena *arena, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	add(f, arena_strdup(arena, text));
}

/* The text with figure in the place of its %s. */
static void add_figure(struct finding *f, struct arena *arena, const char *text, const char *figure)
{
	const char *gap = strstr(text, "%s");

	assert(gap);
	add(f, arena_printf(arena, "%.*s%s%s", (int)(gap - text), text, figure, gap + 2));
}

void finding_add_pct(struct finding *f, struct arena *arena, const char *text, double pct)
{
	if (!isnan(pct))
		add_figure(f, arena, text, arena_printf(arena, "%.1f", pct));
}

void finding_add_rate(struct finding *f, struct arena *arena, const char *text, double per_s)
{
	if (!isnan(per_s))
		add_figure(f, arena, text, text_grouped(arena, per_s));
}

void finding_add_cost(struct finding *f, struct arena *arena, const struct exit_rate *rate)
{
	if (!isnan(rate->cpu_pct) && !isnan(rate->time_pct))
		finding_add(f, arena,
			"handling them takes %.1f %% of a CPU, %.1f %% of the exits' time",
			rate->cpu_pct, rate->time_pct);
}

void finding_add_guest(struct finding *f, struct arena *arena, const struct evidence *e)
{
	static const char *const names[] = {
		[GUEST_UNKNOWN] = "",
		[GUEST_WINDOWS] = "Windows",
		[GUEST_LINUX] = "Linux",
		[GUEST_OTHER] = "neither Windows nor Linux",
	};

	if (e->guest != GUEST_UNKNOWN)
		finding_add(f, arena, "the guest is %s: %s", names[e->guest], e->guest_why);
}

void finding_add_cases(struct finding *f, struct arena *arena, const struct evidence *e,
	const char *windows, const char *linux_guest)
{
	if (e->guest == GUEST_UNKNOWN)
		f->diagnosis =
			arena_printf(arena, "%s If the guest is Windows, %s; if it is Linux, %s.",
				f->diagnosis, windows, linux_guest);
}

static size_t find(const struct finding *f, enum remedy_id id)
{
	size_t at = 0;

	while (at < f->remedy_count && f->remedies[at] != id)
		at++;
	return at;
}

void finding_drop(struct finding *f, enum remedy_id id)
{
	size_t at = find(f, id);

	if (at == f->remedy_count)
		return;
	for (f->remedy_count--; at < f->remedy_count; at++)
		f->remedies[at] = f->remedies[at + 1];
	f->remedies[f->remedy_count] = REMEDY_NONE;
}

void finding_offer(struct finding *f, enum remedy_id id)
{
	const size_t last = find(f, REMEDY_LOOK_DEEPER);

	if (find(f, id) < f->remedy_count || f->remedy_count == FINDING_REMEDY_MAX)
		return;
	if (last < f->remedy_count)
		f->remedies[f->remedy_count] = REMEDY_LOOK_DEEPER;
	f->remedies[last] = id;
	f->remedy_count++;
}

void finding_fit_guest(struct finding *f, const struct evidence *e)
{
	const bool is_windows = e->guest == GUEST_WINDOWS;

	for (size_t i = f->remedy_count; i > 0 && e->guest != GUEST_UNKNOWN; i--) {
		const struct remedy *remedy = remedy_find(f->remedies[i - 1]);

		if (is_windows ? remedy->is_kvms : remedy->hyperv != NULL)
			finding_drop(f, remedy->number);
	}
}

void finding_lead(struct finding *f, enum remedy_id id)
{
	size_t at = find(f, id);

	if (at == f->remedy_count)
		return;
	for (; at > 0; at--)
		f->remedies[at] = f->remedies[at - 1];
	f->remedies[0] = id;
}

void finding_fit_hpet(struct finding *f, const struct evidence *e)
{
	const bool is_nova = e->config_known && e->config->stack == DOMAIN_STACK_NOVA;

	finding_drop(f, is_nova ? REMEDY_HPET_ON : REMEDY_NOVA_HPET);
	if (e->has_hpet == TRI_YES) {
		finding_drop(f, REMEDY_NOVA_HPET);
		finding_drop(f, REMEDY_HPET_ON);
	}
	/* QEMU would not start. */
	if (e->config_known && domain_lacks_hpet(&e->config->machine)) {
		finding_drop(f, REMEDY_NOVA_HPET);
		finding_drop(f, REMEDY_HPET_ON);
	}
	finding_lead(f, REMEDY_NOVA_HPET);
}

const char *text_grouped(struct arena *arena, double value)
{
	char text[48];

	number_group(text, sizeof text, value);
	return arena_strdup(arena, text);
}

const char *text_rate(struct arena *arena, double per_s)
{
	char rate[16];

	number_format(rate, sizeof rate, per_s, NUMBER_RATE, 5);
	return arena_strdup(arena, rate);
}
