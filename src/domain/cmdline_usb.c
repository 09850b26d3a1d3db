#include "domain/cmdline_usb.h"

#include <stdio.h>
#include <string.h>

/* QEMU's drivers in libvirt's words. */
static const struct {
	const char *driver, *model;
} controllers[] = {
	{ "qemu-xhci", "qemu-xhci" },
	{ "nec-usb-xhci", "nec-xhci" },
	{ "piix3-usb-uhci", "piix3-uhci" },
	{ "piix4-usb-uhci", "piix4-uhci" },
	{ "ich9-usb-ehci1", "ich9-ehci1" },
	{ "ich9-usb-ehci2", "ich9-ehci2" },
	{ "ich9-usb-uhci1", "ich9-uhci1" },
	{ "ich9-usb-uhci2", "ich9-uhci2" },
	{ "ich9-usb-uhci3", "ich9-uhci3" },
	{ "ich9-usb-uhci4", "ich9-uhci4" },
	{ "ich9-usb-uhci5", "ich9-uhci5" },
	{ "ich9-usb-uhci6", "ich9-uhci6" },
	{ "usb-ehci", "ehci" },
	{ "pci-ohci", "pci-ohci" },
	{ "vt82c686b-usb-uhci", "vt82c686b-uhci" },
};

static const char *controller_model(const char *driver)
{
	for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++)
		if (!strcmp(controllers[i].driver, driver))
			return controllers[i].model;
	return NULL;
}

/* A driver whose name begins so is a device on a USB bus: usb-tablet, usb-host, u2f-passthru. */
static enum domain_usb_polled device_kind(const char *driver)
{
	static const struct {
		const char *prefix;
		enum domain_usb_polled kind;
	} kinds[] = {
		{ "usb-tablet", DOMAIN_USB_TABLET },
		{ "usb-mouse", DOMAIN_USB_TABLET },
		{ "usb-wacom-tablet", DOMAIN_USB_TABLET },
		{ "usb-host", DOMAIN_USB_PASSTHROUGH },
		{ "u2f-passthru", DOMAIN_USB_PASSTHROUGH },
		{ "usb-redir", DOMAIN_USB_REDIRECTION },
		{ "usb-", DOMAIN_USB_DEVICE },
		{ "u2f-", DOMAIN_USB_DEVICE },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strncmp(driver, kinds[i].prefix, strlen(kinds[i].prefix)))
			return kinds[i].kind;
	return DOMAIN_USB_NOTHING;
}

/* The UHCI part of a USB 2 controller has ports of that one's bus (masterbus=ehci.0), and no bus of its own. */
static bool is_companion(struct span options)
{
	char bus[48];

	return qemu_option_get(bus, sizeof bus, options, "driver", "masterbus");
}

static struct cmdline_usb_order next_order(struct cmdline_usb *usb, struct span options)
{
	return (struct cmdline_usb_order){ span_starts(options, "{"), usb->count++ };
}

static bool is_before(struct cmdline_usb_order a, struct cmdline_usb_order b)
{
	return a.json == b.json ? a.at < b.at : b.json;
}

/* bus=pci.0 and bus=pcie.0 are the root bus, as is none. */
static bool is_nested(struct span options)
{
	char bus[48];

	return qemu_option_get(bus, sizeof bus, options, "driver", "bus") &&
	       strcmp(bus, "pci.0") != 0 && strcmp(bus, "pcie.0") != 0;
}

static void add_controller(struct cmdline_usb *usb, const char *model, struct span options)
{
	struct cmdline_usb_bus *bus = &usb->buses[usb->bus_count];
	char id[40];

	if (usb->bus_count == CMDLINE_USB_MAX || is_companion(options))
		return;
	bus->order = next_order(usb, options);
	bus->polls = domain_usb_model_polls(model);
	bus->nested = is_nested(options);
	if (qemu_option_get(id, sizeof id, options, "driver", "id"))
		snprintf(bus->name, sizeof bus->name, "%s.0", id);
	usb->bus_count++;
}

/* NULL: there is no room, or it is no USB device. */
static struct cmdline_usb_device *add_device(struct cmdline_usb *usb,
	struct domain_machine *machine, enum domain_usb_polled kind, struct span options)
{
	struct cmdline_usb_device *device = &usb->devices[usb->device_count];

	if (kind == DOMAIN_USB_TABLET)
		machine->usb_tablet = TRI_YES;
	if (kind == DOMAIN_USB_NOTHING || usb->device_count == CMDLINE_USB_MAX)
		return NULL;
	*device = (struct cmdline_usb_device){ .kind = kind, .order = next_order(usb, options) };
	qemu_option_get(device->bus, sizeof device->bus, options, "driver", "bus");
	usb->device_count++;
	return device;
}

/* usb-tablet,id=tablet,bus=uhci.0, or {"driver":"usb-tablet","id":"input0"} */
void cmdline_usb_device(struct cmdline_usb *usb, struct domain_machine *machine, struct span value)
{
	const char *model;
	char driver[48];

	qemu_option_get(driver, sizeof driver, value, "driver", "driver");
	model = controller_model(driver);
	if (model) {
		domain_machine_add_usb(machine, model);
		add_controller(usb, model, value);
	} else {
		add_device(usb, machine, device_kind(driver), value);
	}
}

void cmdline_usb_legacy(struct cmdline_usb *usb, struct domain_machine *machine, struct span value)
{
	const bool is_pointer = span_equals(value, "tablet") || span_equals(value, "mouse") ||
				span_equals(value, "wacom-tablet");

	struct cmdline_usb_device *device = add_device(usb, machine,
		is_pointer ? DOMAIN_USB_TABLET : DOMAIN_USB_DEVICE, (struct span){ "", 0 });

	usb->by_machine = true;
	if (device)
		device->legacy = true;
}

/* That of a microvm is an xHCI (microvm_devices_init() of QEMU's hw/i386/microvm.c), those of other x86 machines poll. */
static enum tristate machine_polls(const struct domain_machine *machine)
{
	if (!domain_is_x86(machine))
		return TRI_UNKNOWN;
	return domain_is_microvm(machine) ? TRI_NO : TRI_YES;
}

/* What -usb stands for: it depends on the machine. */
static void add_machine_controller(struct domain_machine *machine)
{
	static const char *const ich9[] = { "ich9-ehci1", "ich9-uhci1", "ich9-uhci2",
		"ich9-uhci3" };

	if (domain_is_microvm(machine))
		domain_machine_add_usb(machine, "qemu-xhci");
	else if (!strstr(machine->machine, "q35"))
		domain_machine_add_usb(machine, "piix3-uhci");
	else
		for (size_t i = 0; i < sizeof ich9 / sizeof *ich9; i++)
			domain_machine_add_usb(machine, ich9[i]);
}

/* Files that -readconfig names call them so: QEMU's docs/config/ich9-ehci-uhci.cfg, Proxmox VE's pve-q35.cfg and
 * pve-usb.cfg. */
static enum tristate polls_by_name(const char *bus)
{
	if (domain_usb_model_polls(bus))
		return TRI_YES;
	return strstr(bus, "xhci") ? TRI_NO : TRI_UNKNOWN;
}

/* A controller of the configuration that the arguments are applied to, or of a file: do all of them poll, or none? */
static enum tristate polls_elsewhere(const struct domain_machine *machine, const char *bus)
{
	const enum tristate by_name = polls_by_name(bus);
	size_t polling = 0;

	for (size_t i = 0; i < machine->usb_count; i++)
		polling += domain_usb_model_polls(machine->usb[i]);
	if (by_name != TRI_UNKNOWN || !machine->usb_count)
		return by_name;
	return !polling ? TRI_NO : polling == machine->usb_count ? TRI_YES : TRI_UNKNOWN;
}

/* "usb-bus.1": controllers without an id are counted in the order in which they are made, the machine's own first. */
static bool is_numbered(const struct cmdline_usb *usb, size_t bus, const char *name)
{
	unsigned number = usb->by_machine;
	char text[24];

	for (size_t i = 0; i < usb->bus_count; i++)
		number += !usb->buses[i].name[0] &&
			  is_before(usb->buses[i].order, usb->buses[bus].order);
	snprintf(text, sizeof text, "usb-bus.%u", number);
	return !strcmp(text, name);
}

/* QEMU searches the tree of buses, the newest device of each bus first (qbus_find_recursive() of its system/qdev-monitor.c, and
 * bus_add_child() of hw/core/qdev.c). Behind a bridge the bridge's age decides, which is not known here. */
static enum tristate newest_polls(const struct cmdline_usb *usb,
	const struct domain_machine *machine, struct cmdline_usb_order before)
{
	const struct cmdline_usb_bus *newest = NULL;
	bool is_nested = false, differ = false;

	for (size_t i = 0; i < usb->bus_count; i++) {
		const struct cmdline_usb_bus *bus = &usb->buses[i];

		if (!is_before(bus->order, before))
			continue;
		is_nested |= bus->nested;
		differ |= newest && newest->polls != bus->polls;
		if (!newest || is_before(newest->order, bus->order))
			newest = bus;
	}
	if (!newest && usb->by_machine)
		return machine_polls(machine);
	if (!newest)
		return polls_elsewhere(machine, "");
	differ |= usb->by_machine && newest->polls != (machine_polls(machine) == TRI_YES);
	return is_nested && differ ? TRI_UNKNOWN : newest->polls ? TRI_YES : TRI_NO;
}

static enum tristate polls(const struct cmdline_usb *usb, const struct domain_machine *machine,
	const struct cmdline_usb_device *device)
{
	if (device->legacy || (usb->by_machine && !strcmp(device->bus, "usb-bus.0")))
		return machine_polls(machine);
	if (!device->bus[0])
		return newest_polls(usb, machine, device->order);
	for (size_t i = 0; i < usb->bus_count; i++) {
		const struct cmdline_usb_bus *bus = &usb->buses[i];

		if (bus->name[0] ? !strcmp(bus->name, device->bus)
				 : is_numbered(usb, i, device->bus))
			return bus->polls ? TRI_YES : TRI_NO;
	}
	return polls_elsewhere(machine, device->bus);
}

void cmdline_usb_finish(const struct cmdline_usb *usb, struct domain_machine *machine)
{
	bool all_known = true;

	if (usb->by_machine && domain_is_x86(machine))
		add_machine_controller(machine);
	for (size_t i = 0; i < usb->device_count; i++) {
		const enum tristate is_polled = polls(usb, machine, &usb->devices[i]);

		all_known &= is_polled != TRI_UNKNOWN;
		if (is_polled == TRI_YES && usb->devices[i].kind > machine->usb_polled)
			machine->usb_polled = usb->devices[i].kind;
	}
	if (machine->usb_polled == DOMAIN_USB_NOTHING && !all_known)
		machine->usb_polled = DOMAIN_USB_UNKNOWN;
}
