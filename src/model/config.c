#include "model/config.h"

#include <string.h>

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

enum tristate config_pending(const struct domain *domain)
{
	const struct domain_config *live, *next;

	if (!domain || !domain->live.parsed || !domain->inactive.parsed)
		return TRI_UNKNOWN;
	live = &domain->live;
	next = &domain->inactive;
	if (same_clock(&live->clock, &next->clock) && enlightenments_in(live, next) &&
		enlightenments_in(next, live))
		return TRI_NO;
	return TRI_YES;
}
