/* cmdline_usb: the USB controllers and devices of a command line, joined by bus. */
#ifndef DOMAIN_CMDLINE_USB_H
#define DOMAIN_CMDLINE_USB_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* More of them than these are left out. */
#define CMDLINE_USB_MAX 32

/* When QEMU makes a device: all of -device KEY=VALUE,... come before all of -device JSON. */
struct cmdline_usb_order {
	bool json;
	unsigned at; /* among all USB devices and controllers */
};

struct cmdline_usb {
	struct cmdline_usb_bus {
		char name
			[48]; /* "uhci.0"; "" for a controller without an id, whose bus has a number */
		struct cmdline_usb_order order;
		bool polls;
		bool nested; /* it is not plugged into the root bus */
	} buses[CMDLINE_USB_MAX];
	size_t bus_count;
	struct cmdline_usb_device {
		char bus[48]; /* as bus= has it; "" when it is not told */
		enum domain_usb_polled kind;
		struct cmdline_usb_order order;
		bool legacy; /* -usbdevice: on the machine's own controller */
	} devices[CMDLINE_USB_MAX];
	size_t device_count;
	unsigned count;
	bool by_machine; /* -usb, -usbdevice or -machine usb=on: the machine's own controller comes first */
};

/* Takes the value of a -device, whatever it is: a controller into machine as well. */
void cmdline_usb_device(struct cmdline_usb *usb, struct domain_machine *machine, struct span value);

/* -usbdevice tablet: a device on the machine's own controller. */
void cmdline_usb_legacy(struct cmdline_usb *usb, struct domain_machine *machine, struct span value);

/* After the last argument: adds the machine's own controller, and raises machine->usb_polled to what these devices are.
 * Where it is DOMAIN_USB_NOTHING and the controller of one is not known it becomes DOMAIN_USB_UNKNOWN. */
void cmdline_usb_finish(const struct cmdline_usb *usb, struct domain_machine *machine);

#endif
