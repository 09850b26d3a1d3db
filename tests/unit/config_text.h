/* config_text: a configuration in one line, for the tests of those who read one. */
#ifndef TESTS_CONFIG_TEXT_H
#define TESTS_CONFIG_TEXT_H

#include <inttypes.h>

#include "core/text.h"
#include "domain/config.h"

static inline void config_text_field(struct strbuf *b, const char *label, const char *value)
{
	if (value[0])
		strbuf_addf(b, " %s=%s", label, value);
}

static inline void config_text_state(struct strbuf *b, const char *label, enum tristate state)
{
	static const char *const names[] = {
		[TRI_UNKNOWN] = "", [TRI_NO] = " no", [TRI_YES] = " yes"
	};

	if (state != TRI_UNKNOWN)
		strbuf_addf(b, "%s%s%s", label[0] ? " " : "", label, names[state]);
}

/* "localtime, rtc tickpolicy=catchup, hpet no | custom, relaxed yes" */
static inline void config_text_timers(struct strbuf *b, const struct domain_config *config)
{
	const struct domain_clock *clock = &config->clock;

	strbuf_add(b, clock->known ? clock->offset : "no clock");
	config_text_field(b, "timezone", clock->timezone);
	config_text_field(b, "basis", clock->basis);
	config_text_field(b, "adjustment", clock->adjustment);
	config_text_field(b, "start", clock->start);
	for (size_t i = 0; i < clock->timer_count; i++) {
		const struct domain_timer *timer = &clock->timers[i];

		strbuf_addf(b, ", %s", timer->name);
		config_text_state(b, "", timer->present);
		config_text_field(b, "tickpolicy", timer->tickpolicy);
		config_text_field(b, "track", timer->track);
		config_text_field(b, "mode", timer->mode);
		if (timer->frequency_hz)
			strbuf_addf(b, " frequency=%" PRIu64, timer->frequency_hz);
		if (timer->catchup_threshold || timer->catchup_slew || timer->catchup_limit)
			strbuf_addf(b, " catchup=%" PRIu64 "/%" PRIu64 "/%" PRIu64,
				timer->catchup_threshold, timer->catchup_slew,
				timer->catchup_limit);
	}
	strbuf_addf(b, " | %s", config->hyperv.known ? config->hyperv.mode : "no hyperv");
	for (size_t i = 0; i < config->hyperv.count; i++) {
		strbuf_addf(b, ", %s", config->hyperv.items[i].name);
		config_text_state(b, "", config->hyperv.items[i].state);
		config_text_field(b, "value", config->hyperv.items[i].value);
	}
}

/* "Proxmox VE 100: kvm x86_64 pc-q35-7.2 ovmf yes", each as far as it is told */
static inline void config_text_machine(struct strbuf *b, const struct domain_config *config)
{
	const struct domain_machine *m = &config->machine;
	const char *stack = domain_stack_name(config->stack);
	const struct {
		const char *label;
		enum tristate state;
	} states[] = { { "ovmf", m->ovmf }, { "invtsc", m->invtsc }, { "nested", m->nested },
		{ "cpu_pm", m->cpu_pm }, { "hidden", m->kvm_hidden },
		{ "dedicated", m->hint_dedicated }, { "poll_control", m->poll_control },
		{ "pv_ipi", m->pv_ipi }, { "dirty_ring", m->dirty_ring },
		{ "pvspinlock", m->pvspinlock }, { "eoi", m->apic_eoi }, { "pmu", m->pmu },
		{ "vmport", m->vmport }, { "rapl", m->rapl }, { "tablet", m->usb_tablet } };
	const struct {
		const char *label, *text;
	} texts[] = { { "type", m->type }, { "arch", m->arch }, { "machine", m->machine },
		{ "emulator", m->emulator }, { "os", m->os_id }, { "cpu", m->cpu_mode },
		{ "model", m->cpu_model }, { "ioapic", m->ioapic }, { "msrs", m->msrs_unknown } };

	strbuf_add(b, stack ? stack : "?");
	if (config->stack_id[0])
		strbuf_addf(b, " %s", config->stack_id);
	strbuf_add(b, ":");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		config_text_field(b, texts[i].label, texts[i].text);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		config_text_state(b, states[i].label, states[i].state);
	if (m->dirty_ring_size)
		strbuf_addf(b, " ring=%u", m->dirty_ring_size);
	strbuf_addf(b, " vcpus=%u", m->vcpus);
	for (size_t i = 0; i < m->usb_count; i++)
		strbuf_addf(b, " usb=%s", m->usb[i]);
	if (m->usb_polled > DOMAIN_USB_NOTHING)
		strbuf_addf(b, " polls=%s", domain_usb_polled_names[m->usb_polled]);
	strbuf_addf(b, "%s%s%s%s", m->pinned ? " pinned" : "", m->hugepages ? " hugepages" : "",
		m->nosharepages ? " nosharepages" : "", m->has_qemu_arguments ? " args" : "");
	if (m->overrides)
		strbuf_addf(b, " overrides=%u", m->overrides);
}

#endif
