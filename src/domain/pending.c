#include "domain/pending.h"

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
	       !strcmp(a->start, b->start) && timers_in(a, b) && timers_in(b, a);
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
static const char *mode_of(const struct domain_hyperv *hyperv)
{
	return hyperv->mode[0] ? hyperv->mode : "custom";
}

/* mode='host-model' is a list of what the host has by the time the guest runs. Every host that has
 * enlightenments at all has these. */
static bool is_expanded(const struct domain_config *live)
{
	return domain_hyperv_state(live, "vpindex") == TRI_YES &&
	       domain_hyperv_state(live, "synic") == TRI_YES &&
	       domain_hyperv_state(live, "stimer") == TRI_YES;
}

static bool same_hyperv(const struct domain_config *live, const struct domain_config *next)
{
	if (!strcmp(mode_of(&next->hyperv), "host-model") &&
		!strcmp(mode_of(&live->hyperv), "custom"))
		return is_expanded(live) && enlightenments_in(next, live);
	return !strcmp(mode_of(&live->hyperv), mode_of(&next->hyperv)) &&
	       enlightenments_in(live, next) && enlightenments_in(next, live);
}

/* A text that the next start leaves to libvirt is what libvirt made of it. */
static bool same_text(const char *live, const char *next)
{
	return !next[0] || !strcmp(live, next);
}

static bool is_yes(enum tristate state)
{
	return state == TRI_YES;
}

/* host-model and a model that is filled up are in the live XML as a custom one with many features. */
static bool same_cpu(const struct domain_machine *live, const struct domain_machine *next)
{
	const bool is_literal =
		!strcmp(live->cpu_mode, next->cpu_mode) && strcmp(next->cpu_mode, "custom") != 0;

	if (is_yes(live->invtsc) != is_yes(next->invtsc))
		return false;
	if ((is_literal || next->nested != TRI_UNKNOWN) && live->nested != next->nested)
		return false;
	if (!strcmp(next->cpu_mode, "host-model"))
		return !strcmp(live->cpu_mode, "custom") || is_literal;
	return same_text(live->cpu_mode, next->cpu_mode) &&
	       same_text(live->cpu_model, next->cpu_model);
}

/* Off where nothing is said. */
static bool same_features(const struct domain_machine *live, const struct domain_machine *next)
{
	return is_yes(live->cpu_pm) == is_yes(next->cpu_pm) &&
	       is_yes(live->kvm_hidden) == is_yes(next->kvm_hidden) &&
	       is_yes(live->hint_dedicated) == is_yes(next->hint_dedicated) &&
	       is_yes(live->poll_control) == is_yes(next->poll_control) &&
	       is_yes(live->dirty_ring) == is_yes(next->dirty_ring) &&
	       is_yes(live->rapl) == is_yes(next->rapl);
}

/* A controller whose model is left to libvirt is any. Hot-plugged ones come last, so order tells. */
static bool same_usb(const struct domain_machine *live, const struct domain_machine *next)
{
	if (live->usb_count != next->usb_count || live->usb_tablet != next->usb_tablet)
		return false;
	for (size_t i = 0; i < live->usb_count; i++)
		if (live->usb[i][0] && next->usb[i][0] && strcmp(live->usb[i], next->usb[i]) != 0)
			return false;
	return true;
}

static bool same_machine(const struct domain_machine *live, const struct domain_machine *next)
{
	return same_cpu(live, next) && same_features(live, next) && same_usb(live, next) &&
	       live->pv_ipi == next->pv_ipi && live->pvspinlock == next->pvspinlock &&
	       live->apic_eoi == next->apic_eoi && live->pmu == next->pmu &&
	       live->vmport == next->vmport && live->hugepages == next->hugepages &&
	       live->nosharepages == next->nosharepages && live->ovmf == next->ovmf &&
	       same_text(live->type, next->type) && same_text(live->machine, next->machine) &&
	       !strcmp(live->ioapic, next->ioapic);
}

enum tristate pending_between(const struct domain_config *live, const struct domain_config *next)
{
	if (!live->parsed || !next->parsed)
		return TRI_UNKNOWN;
	return same_clock(&live->clock, &next->clock) && same_hyperv(live, next) &&
			       same_machine(&live->machine, &next->machine)
		       ? TRI_NO
		       : TRI_YES;
}
