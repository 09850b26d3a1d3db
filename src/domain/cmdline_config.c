#include "domain/cmdline_config.h"

#include <stdio.h>
#include <string.h>

#include "domain/cmdline_options.h"
#include "domain/cmdline_usb.h"
#include "domain/qemu_option.h"
#include "domain/stack.h"

/* One walk over the arguments. */
struct walk {
	struct domain_config *config;
	unsigned overrides;
	struct cmdline_usb usb;
};

static unsigned apply_cpu(struct domain_config *config, struct span value)
{
	cmdline_cpu_apply(config, value);
	return DOMAIN_OVERRIDE_CPU;
}

/* Options with a value. QEMU itself takes several of a kind as this does: the later one changes what it
 * mentions, and a -cpu replaces the one before. */
static const struct {
	const char *name;
	unsigned (*apply)(struct domain_config *config, struct span value);
} options[] = {
	{ "cpu", apply_cpu },
	{ "machine", cmdline_machine_apply },
	{ "M", cmdline_machine_apply },
	{ "accel", cmdline_machine_accel },
	{ "rtc", cmdline_machine_rtc },
	{ "global", cmdline_machine_global },
	{ "smp", cmdline_machine_smp },
	{ "m", cmdline_machine_memory },
	{ "overcommit", cmdline_machine_overcommit },
	{ "device", cmdline_device_apply },
	{ "drive", cmdline_device_drive },
	{ "bios", cmdline_device_bios },
	{ "pflash", cmdline_device_pflash },
	{ "object", cmdline_device_object },
	{ "mem-path", cmdline_device_mem_path },
	{ "kernel", cmdline_device_kernel },
};

/* Does a machine's value switch USB on? "pc,usb=on" */
static bool has_usb(struct span value)
{
	struct qemu_item item;
	bool usb = false;

	while (qemu_option_item(&value, &item))
		if (!strcmp(item.key, "usb"))
			usb = qemu_option_switch(&item) == TRI_YES;
	return usb;
}

/* Options that are not about one part of the configuration, or have no value. */
static void walk_special(struct walk *w, struct span name, struct span value)
{
	struct domain_config *config = w->config;

	if (span_equals(name, "no-hpet")) {
		domain_clock_add(&config->clock, "hpet")->present = TRI_NO;
		w->overrides |= DOMAIN_OVERRIDE_CLOCK;
	} else if (span_equals(name, "enable-kvm")) {
		w->overrides |= cmdline_machine_accel(config, (struct span){ "kvm", 3 });
	} else if (span_equals(name, "device")) {
		cmdline_usb_device(&w->usb, &config->machine, value);
	} else if (span_equals(name, "usb")) {
		w->usb.by_machine = true;
	} else if (span_equals(name, "usbdevice")) {
		cmdline_usb_legacy(&w->usb, &config->machine, value);
	} else if (span_equals(name, "machine") || span_equals(name, "M")) {
		w->usb.by_machine |= has_usb(value);
	} else if (span_equals(name, "id")) { /* Proxmox's own: -id 100 */
		span_clean(config->stack_id, sizeof config->stack_id, value);
	}
}

static void walk_argument(struct walk *w, struct span argument, struct span value)
{
	struct span name;

	w->config->stack = stack_better(w->config->stack, stack_of_argument(argument));
	if (!qemu_option_name(argument, &name))
		return;
	walk_special(w, name, value);
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (span_equals(name, options[i].name))
			w->overrides |= options[i].apply(w->config, value);
}

static void walk_arguments(struct walk *w, struct span rest)
{
	struct span argument;

	while (qemu_option_argument(&rest, &argument))
		walk_argument(w, argument, span_until(rest, '\0'));
	cmdline_usb_finish(&w->usb, &w->config->machine);
}

/* What QEMU does where nothing is said. An HPET is not among it: distributions differ. */
static void set_defaults(struct domain_config *config)
{
	struct domain_machine *m = &config->machine;

	snprintf(config->clock.offset, sizeof config->clock.offset, "utc");
	config->clock.known = true;
	m->ovmf = TRI_NO;
	m->cpu_pm = TRI_NO;
	m->usb_tablet = TRI_NO;
	m->usb_polled = DOMAIN_USB_NOTHING;
	m->vcpus = 1;
}

static bool has_config_file(struct span rest)
{
	struct span argument, name;

	while (qemu_option_argument(&rest, &argument))
		if (qemu_option_name(argument, &name) && span_equals(name, "readconfig"))
			return true;
	return false;
}

static struct span base_name(struct span program)
{
	for (size_t i = program.length; i > 0; i--)
		if (program.text[i - 1] == '/')
			return span_after(program, i);
	return program;
}

/* The program is told: "/usr/bin/qemu-system-x86_64". Debian's qemu-system-x86_64-microvm has another default machine; others
 * have a suffix of their own. */
static void read_program(struct domain_config *config, struct span program)
{
	static const char prefix[] = "qemu-system-";
	struct span name = base_name(program);

	config->stack = stack_of_program(name);
	config->parsed = config->stack == DOMAIN_STACK_QEMU;
	config->from_command_line = true;
	if (!config->parsed)
		return;
	span_clean(config->machine.emulator, sizeof config->machine.emulator, program);
	if (!span_starts(name, prefix))
		return;
	name = span_after(name, strlen(prefix));
	span_clean(config->machine.arch, sizeof config->machine.arch, span_until(name, '-'));
	if (span_equals(span_after(name, span_until(name, '-').length), "-microvm"))
		span_clean(config->machine.machine, sizeof config->machine.machine,
			(struct span){ "microvm", strlen("microvm") });
}

void cmdline_config_read(struct domain_config *config, const char *text, size_t length)
{
	struct walk w = { .config = config };
	struct span rest = { text, length }, program;

	*config = (struct domain_config){ 0 };
	if (!qemu_option_argument(&rest, &program))
		return;
	read_program(config, program);
	if (!config->parsed)
		return;
	if (has_config_file(rest))
		config->machine.usb_polled = DOMAIN_USB_UNKNOWN;
	else
		set_defaults(config);
	walk_arguments(&w, rest);
	if (config->stack != DOMAIN_STACK_PROXMOX)
		config->stack_id[0] = '\0';
	/* This machine has none at all. */
	if (domain_is_microvm(&config->machine))
		domain_clock_add(&config->clock, "hpet")->present = TRI_NO;
}

void cmdline_config_apply(struct domain_config *config, const char *text, size_t length)
{
	struct walk w = { .config = config };

	walk_arguments(&w, (struct span){ text, length });
	config->machine.overrides |= w.overrides;
}
