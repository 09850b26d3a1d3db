#include "model/config_lint.h"

#include <assert.h>
#include <string.h>

#include "model/lint.h"

const struct domain_timer *lint_timer(const struct domain_config *config, const char *name)
{
	static const struct domain_timer none;
	const struct domain_timer *timer = domain_clock_timer(&config->clock, name);

	return timer ? timer : &none;
}

static enum tristate state_of(const struct domain_config *config, const char *name)
{
	const struct domain_timer *timer;

	if (strcmp(name, "hypervclock") != 0)
		return domain_hyperv_state(config, name);
	timer = lint_timer(config, name);
	if (timer->present != TRI_UNKNOWN)
		return timer->present;
	if (!strcmp(config->hyperv.mode, "passthrough"))
		return TRI_YES;
	/* Whether it brings the clock along depends on libvirt. */
	return strcmp(config->hyperv.mode, "host-model") ? TRI_NO : TRI_UNKNOWN;
}

/* By its name: of what mode passthrough brings along nothing is missing anything. */
static bool is_on(const struct domain_config *config, const char *name)
{
	for (size_t i = 0; i < config->hyperv.count; i++)
		if (!strcmp(config->hyperv.items[i].name, name))
			return config->hyperv.items[i].state == TRI_YES;
	return lint_timer(config, name)->present == TRI_YES;
}

static bool applies(const struct lint *lint, const struct domain_config *config,
	const struct sample_platform *host)
{
	if (lint->machines != LINT_ON_ALL &&
		domain_is_x86_on(&config->machine, host->arch) != (lint->machines == LINT_ON_X86))
		return false;
	if (lint->on && !is_on(config, lint->on))
		return false;
	if (lint->without && state_of(config, lint->without) != TRI_NO)
		return false;
	if (lint->qemu_since && (!host->qemu_version || host->qemu_version >= lint->qemu_since))
		return false;
	return !lint->test || lint->test(config, host);
}

/* The row with that number of all tables, or NULL. */
static const struct lint *lint_at(size_t number)
{
	if (number < lint_hyperv_count)
		return &lint_hyperv[number];
	number -= lint_hyperv_count;
	return number < lint_machine_count ? &lint_machine[number] : NULL;
}

size_t config_lint(const struct domain_config *config, const struct sample_platform *host,
	const struct lint_item **items)
{
	const struct lint *lint;
	size_t count = 0;

	if (!config->parsed)
		return 0;
	for (int severity = LINT_ERROR; severity >= LINT_NOTE; severity--)
		for (size_t i = 0; (lint = lint_at(i)); i++)
			if ((int)lint->item.severity == severity && applies(lint, config, host)) {
				assert(count < CONFIG_LINT_MAX);
				items[count++] = &lint->item;
			}
	return count;
}

const struct lint_item *config_lint_item(size_t number)
{
	const struct lint *lint = lint_at(number);

	return lint ? &lint->item : NULL;
}
