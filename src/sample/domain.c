#include "sample/domain.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

const char *const domain_state_names[DOMAIN_STATE__COUNT] = {
	[DOMAIN_UNKNOWN] = "unknown",
	[DOMAIN_RUNNING] = "running",
	[DOMAIN_BLOCKED] = "blocked",
	[DOMAIN_PAUSED] = "paused",
	[DOMAIN_SHUTDOWN] = "shutdown",
	[DOMAIN_SHUTOFF] = "shutoff",
	[DOMAIN_CRASHED] = "crashed",
	[DOMAIN_PMSUSPENDED] = "pmsuspended",
};

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
