/* config_settings: configurations in short, for tests. */
#ifndef TESTS_CONFIG_SETTINGS_H
#define TESTS_CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "domain/config.h"

/* clang-format off */
#define RTC { .name = "rtc", .tickpolicy = "catchup" }
#define PIT { .name = "pit", .tickpolicy = "delay" }
#define HPET(is_present) { .name = "hpet", .present = (is_present) }
#define ON(what) { .name = what, .state = TRI_YES }
/* clang-format on */

/* A configuration whose lists end with the first element without a name. */
struct settings {
	bool unread;
	const char *offset, *mode;
	struct domain_timer timers[6];
	struct domain_enlightenment items[6];
};

/* The configuration, which borrows s. */
static inline struct domain_config config_of(struct settings *s)
{
	struct domain_config c = { .parsed = !s->unread };

	c.clock.timers = s->timers;
	c.hyperv.items = s->items;
	while (s->timers[c.clock.timer_count].name[0])
		c.clock.timer_count++;
	while (s->items[c.hyperv.count].name[0])
		c.hyperv.count++;
	if (s->offset)
		snprintf(c.clock.offset, sizeof c.clock.offset, "%s", s->offset);
	if (s->mode)
		snprintf(c.hyperv.mode, sizeof c.hyperv.mode, "%s", s->mode);
	return c;
}

#endif
