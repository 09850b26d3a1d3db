#include "sample/domain.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct domain_set *domain_set_new(size_t count)
{
	struct domain_set *set = mem_calloc(1, sizeof *set);

	atomic_init(&set->references, 1);
	set->items = mem_calloc(count, sizeof *set->items);
	set->count = count;
	return set;
}

struct domain_set *domain_set_ref(struct domain_set *set)
{
	if (set)
		atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
	return set;
}

static void domain_fini(struct domain *d)
{
	free(d->name);
	free(d->live_xml);
	free(d->inactive_xml);
	domain_config_fini(&d->live);
	domain_config_fini(&d->inactive);
}

void domain_set_unref(struct domain_set *set)
{
	if (!set || atomic_fetch_sub_explicit(&set->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < set->count; i++)
		domain_fini(&set->items[i]);
	free(set->items);
	free(set);
}

const struct domain *domain_set_find(const struct domain_set *set, const char *uuid)
{
	for (size_t i = 0; set && i < set->count; i++)
		if (!strcmp(set->items[i].uuid, uuid))
			return &set->items[i];
	return NULL;
}

const struct domain_timer *domain_clock_timer(const struct domain_clock *clock, const char *name)
{
	for (size_t i = 0; i < clock->timer_count; i++)
		if (!strcmp(clock->timers[i].name, name))
			return &clock->timers[i];
	return NULL;
}

enum tristate domain_hyperv_state(const struct domain_config *config, const char *name)
{
	const struct domain_hyperv *hv = &config->hyperv;

	if (!config->parsed)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < hv->count; i++)
		if (!strcmp(hv->items[i].name, name) && hv->items[i].state != TRI_UNKNOWN)
			return hv->items[i].state;
	/* These two take what the host offers, which for the timers means all of it. */
	if (!strcmp(hv->mode, "passthrough") || !strcmp(hv->mode, "host-model"))
		return TRI_YES;
	return TRI_NO;
}

enum tristate domain_caps_hyperv(const struct domain_caps *caps, const char *name)
{
	if (!caps || !caps->hyperv_known)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < caps->hyperv_count; i++)
		if (!strcmp(caps->hyperv[i], name))
			return TRI_YES;
	return TRI_NO;
}

void domain_config_fini(struct domain_config *config)
{
	free(config->clock.timers);
	free(config->hyperv.items);
	*config = (struct domain_config){ 0 };
}
