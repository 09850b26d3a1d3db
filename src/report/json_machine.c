#include "report/json_machine.h"
#include "domain/config.h"

#include "report/json_value.h"

/* 0 is what is not told. */
static json_t *count_or_null(unsigned value)
{
	return value ? json_integer((json_int_t)value) : json_null();
}

static void add_names(json_t *o, const struct domain_machine *m)
{
	json_object_set_new(o, "usb_polled",
		m->usb_polled >= DOMAIN_USB_NOTHING
			? json_string(domain_usb_polled_names[m->usb_polled])
			: json_null());
	json_object_set_new(
		o, "guest", m->guest ? json_string(domain_guest_names[m->guest]) : json_null());
}

/* Not told is not "no". */
static void add_flags(json_t *o, const struct domain_config *config)
{
	const struct domain_machine *m = &config->machine;
	const struct {
		const char *key;
		bool value;
	} flags[] = {
		{ "pinned", m->pinned },
		{ "hugepages", m->hugepages },
		{ "nosharepages", m->nosharepages },
		{ "qemu_arguments", m->has_qemu_arguments },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		json_object_set_new(o, flags[i].key,
			config->parsed ? json_boolean(flags[i].value) : json_null());
}

static const char *teller(const struct domain_config *config)
{
	if (!config->parsed)
		return NULL;
	return config->from_command_line ? "command line" : "libvirt";
}

static json_t *overrides_array(unsigned overrides)
{
	static const struct {
		unsigned bit;
		const char *name;
	} parts[] = {
		{ DOMAIN_OVERRIDE_CPU, "cpu" },
		{ DOMAIN_OVERRIDE_CLOCK, "clock" },
		{ DOMAIN_OVERRIDE_MACHINE, "machine" },
		{ DOMAIN_OVERRIDE_SCHEDULE, "overcommit" },
	};
	json_t *a = json_array();

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (overrides & parts[i].bit)
			json_array_append_new(a, json_string(parts[i].name));
	return a;
}

static json_t *usb_array(const struct domain_machine *m)
{
	json_t *a = json_array();

	for (size_t i = 0; i < m->usb_count; i++)
		json_array_append_new(a, json_value_text(m->usb[i]));
	return a;
}

json_t *json_machine(const struct domain_config *config)
{
	const struct domain_machine *m;
	json_t *o;

	if (!config || (!config->parsed && !config->stack))
		return json_null();
	m = &config->machine;
	o = json_value_row(FIELDS_MACHINE, m);
	json_object_set_new(o, "told_by", json_value_text(teller(config)));
	json_object_set_new(o, "stack", json_value_text(domain_stack_name(config->stack)));
	json_object_set_new(o, "stack_id", json_value_text(config->stack_id));
	add_names(o, m);
	add_flags(o, config);
	json_object_set_new(o, "vcpus", count_or_null(m->vcpus));
	json_object_set_new(o, "memory_kib",
		m->memory_kib ? json_integer((json_int_t)m->memory_kib) : json_null());
	json_object_set_new(o, "usb", config->parsed ? usb_array(m) : json_null());
	json_object_set_new(
		o, "overrides", config->parsed ? overrides_array(m->overrides) : json_null());
	return o;
}
