#include "domain/cmdline_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* QEMU's value for "the guest never tells of a long wait for a spinlock". */
#define SPINLOCKS_NEVER 0xffffffffu

/* Enlightenments whose names are not the same in the XML with "_" for "-". */
static const struct {
	const char *option, *element;
} other_names[] = {
	{ "hv-stimer-direct", "stimer.direct" },
	{ "hv-tlbflush-direct", "tlbflush.direct" },
	{ "hv-tlbflush-ext", "tlbflush.extended" },
	{ "hv-apicv", "avic" },
};

static const char *const same_names[] = { "relaxed", "vapic", "spinlocks", "vpindex", "runtime",
	"synic", "stimer", "reset", "vendor_id", "frequencies", "reenlightenment", "tlbflush",
	"ipi", "evmcs", "avic", "emsr_bitmap", "xmm_input", "crash", "syndbg", "enforce_cpuid",
	"no_nonarch_coresharing" };

/* The XML's name of "hv-vendor-id", or NULL when it is not an enlightenment that is known. */
static const char *element_of(const char *option)
{
	char name[48];

	for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
		if (!strcmp(other_names[i].option, option))
			return other_names[i].element;
	text_clean(name, sizeof name, option + strlen("hv-"));
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	for (size_t i = 0; i < sizeof same_names / sizeof *same_names; i++)
		if (!strcmp(same_names[i], name))
			return same_names[i];
	return NULL;
}

/* "0x1fff", "8191" */
static void apply_spinlocks(struct domain_enlightenment *e, const char *value)
{
	char *end;
	unsigned long long retries;

	errno = 0;
	retries = strtoull(value, &end, 0);
	if (errno || end == value || *end)
		return;
	e->state = retries >= SPINLOCKS_NEVER ? TRI_NO : TRI_YES;
	if (e->state == TRI_YES)
		snprintf(e->value, sizeof e->value, "%llu", retries);
}

/* hv-time=on, hv-spinlocks=0x1fff, hv-vendor-id=KVM Hv */
static void apply_enlightenment(
	struct domain_config *config, const struct qemu_item *item, enum tristate state)
{
	const char *element = element_of(item->key);
	struct domain_enlightenment *e;

	if (!strcmp(item->key, "hv-time")) {
		domain_clock_add(&config->clock, "hypervclock")->present = state;
		return;
	}
	if (!strcmp(item->key, "hv-passthrough")) {
		config->hyperv.known = true;
		snprintf(config->hyperv.mode, sizeof config->hyperv.mode, "%s",
			state == TRI_YES ? "passthrough" : "");
		return;
	}
	if (!element)
		return;
	config->hyperv.known = true;
	e = domain_hyperv_add(&config->hyperv, element);
	e->state = state;
	if (!strcmp(element, "spinlocks") && !item->bare) {
		apply_spinlocks(e, item->value);
	} else if (!strcmp(element, "vendor_id") && !item->bare) {
		e->state = TRI_YES;
		text_clean(e->value, sizeof e->value, item->value);
	}
}

/* "2593994000"; with tsc-freq also "2.5G" */
static void apply_frequency(struct domain_config *config, const char *value)
{
	static const char suffixes[] = "KMGT";
	char *end;
	double hz = strtod(value, &end);

	for (const char *s = suffixes; *s; s++)
		if (*end == *s || *end == *s + ('a' - 'A'))
			for (const char *step = suffixes; step <= s; step++)
				hz *= 1000;
	if (hz >= 1 && hz < 1e18)
		domain_clock_add(&config->clock, "tsc")->frequency_hz = (uint64_t)hz;
}

static void apply_feature(
	struct domain_config *config, const struct qemu_item *item, enum tristate state)
{
	struct domain_machine *m = &config->machine;
	const struct {
		const char *key;
		enum tristate *to;
	} features[] = {
		{ "kvm-hint-dedicated", &m->hint_dedicated },
		{ "kvm-poll-control", &m->poll_control },
		{ "kvm-pv-unhalt", &m->pvspinlock },
		{ "kvm-pv-eoi", &m->apic_eoi },
		{ "kvm-pv-ipi", &m->pv_ipi },
		{ "pmu", &m->pmu },
		{ "invtsc", &m->invtsc },
		{ "vmx", &m->nested },
		{ "svm", &m->nested },
	};

	if (!strncmp(item->key, "hv-", strlen("hv-")))
		apply_enlightenment(config, item, state);
	else if (!strcmp(item->key, "kvmclock"))
		domain_clock_add(&config->clock, "kvmclock")->present = state;
	else if (!strcmp(item->key, "kvm") && state != TRI_UNKNOWN)
		m->kvm_hidden = state == TRI_YES ? TRI_NO : TRI_YES;
	else if (!strcmp(item->key, "tsc-frequency") || !strcmp(item->key, "tsc-freq"))
		apply_frequency(config, item->value);
	for (size_t i = 0; i < sizeof features / sizeof *features; i++)
		if (!strcmp(features[i].key, item->key))
			*features[i].to = state;
}

static void forget_timer(struct domain_clock *clock, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < clock->timer_count; i++)
		if (strcmp(clock->timers[i].name, name) != 0)
			clock->timers[kept++] = clock->timers[i];
	clock->timer_count = kept;
}

static void forget(struct domain_config *config)
{
	struct domain_machine *m = &config->machine;

	config->hyperv.known = false;
	config->hyperv.mode[0] = '\0';
	config->hyperv.count = 0;
	forget_timer(&config->clock, "hypervclock");
	forget_timer(&config->clock, "kvmclock");
	forget_timer(&config->clock, "tsc");
	m->cpu_mode[0] = m->cpu_model[0] = '\0';
	m->kvm_hidden = m->hint_dedicated = m->poll_control = m->pv_ipi = TRI_UNKNOWN;
	m->pvspinlock = m->apic_eoi = m->pmu = m->invtsc = m->nested = TRI_UNKNOWN;
}

static void apply_model(struct domain_machine *m, const char *model)
{
	const char *mode = !strcmp(model, "host")  ? "host-passthrough"
			   : !strcmp(model, "max") ? "maximum"
						   : "custom";

	text_clean(m->cpu_mode, sizeof m->cpu_mode, mode);
	if (!strcmp(mode, "custom"))
		text_clean(m->cpu_model, sizeof m->cpu_model, model);
}

/* QEMU sets "name" and "name=value" as they come, then what has a "+", then what has a "-". */
static void apply_features(struct domain_config *config, struct span items, char sign)
{
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&items, &item); first = false) {
		const bool is_signed = item.bare && (item.value[0] == '+' || item.value[0] == '-');

		if (first || (is_signed ? item.value[0] : '=') != sign)
			continue;
		if (is_signed)
			memmove(item.key, item.key + 1, strlen(item.key));
		apply_feature(config, &item, sign == '-' ? TRI_NO : qemu_option_switch(&item));
	}
}

void cmdline_cpu_apply(struct domain_config *config, struct span value)
{
	struct span rest = value;
	struct qemu_item model;

	forget(config);
	if (!qemu_option_item(&rest, &model))
		return;
	apply_model(&config->machine, model.value);
	apply_features(config, value, '=');
	apply_features(config, value, '+');
	apply_features(config, value, '-');
}
