#include "source/qemu/cmdline_device.h"

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

static bool contains(const char *text, const char *part)
{
	return strcasestr(text, part);
}

static bool is_pointer(const char *driver)
{
	return !strcmp(driver, "usb-tablet") || !strcmp(driver, "usb-mouse") ||
	       !strcmp(driver, "usb-wacom-tablet");
}

/* -device usb-tablet,id=tablet,bus=uhci.0, or {"driver":"usb-tablet","id":"input0"} */
unsigned cmdline_device_apply(struct domain_config *config, struct span value)
{
	char driver[48];

	qemu_option_get(driver, sizeof driver, value, "driver", "driver");
	for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++)
		if (!strcmp(controllers[i].driver, driver))
			domain_machine_add_usb(&config->machine, controllers[i].model);
	if (is_pointer(driver))
		config->machine.usb_tablet = TRI_YES;
	if (!strcmp(driver, "isa-applesmc")) /* for macOS alone */
		config->machine.guest = DOMAIN_GUEST_OTHER;
	return 0;
}

/* -kernel bzImage */
unsigned cmdline_device_kernel(struct domain_config *config, struct span value)
{
	if (value.length && config->machine.guest == DOMAIN_GUEST_UNTOLD)
		config->machine.guest = DOMAIN_GUEST_LINUX;
	return 0;
}

/* -usbdevice tablet */
unsigned cmdline_device_usbdevice(struct domain_config *config, struct span value)
{
	if (span_equals(value, "tablet") || span_equals(value, "mouse") ||
		span_equals(value, "wacom-tablet"))
		config->machine.usb_tablet = TRI_YES;
	return 0;
}

/* -drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd */
unsigned cmdline_device_drive(struct domain_config *config, struct span value)
{
	char interface[16];

	if (qemu_option_get(interface, sizeof interface, value, "", "if") &&
		!strcmp(interface, "pflash"))
		config->machine.ovmf = TRI_YES;
	return 0;
}

/* -bios /usr/share/ovmf/OVMF.fd; others are SeaBIOS or a firmware of somebody's own */
unsigned cmdline_device_bios(struct domain_config *config, struct span value)
{
	char path[512];

	span_copy(path, sizeof path, value);
	if (contains(path, "ovmf") || contains(path, "edk2") || contains(path, "efi"))
		config->machine.ovmf = TRI_YES;
	return 0;
}

unsigned cmdline_device_pflash(struct domain_config *config, struct span value)
{
	(void)value;
	config->machine.ovmf = TRI_YES;
	return 0;
}

/* Huge pages are files below a hugetlbfs, which everybody mounts where its name says so. */
unsigned cmdline_device_mem_path(struct domain_config *config, struct span value)
{
	char path[512];

	span_copy(path, sizeof path, value);
	if (contains(path, "huge"))
		config->machine.hugepages = true;
	return 0;
}

/* -object memory-backend-file,id=ram-node0,size=4096M,mem-path=/run/hugepages/kvm/2048kB,share=on */
unsigned cmdline_device_object(struct domain_config *config, struct span value)
{
	char type[32], text[512];

	qemu_option_get(type, sizeof type, value, "qom-type", "qom-type");
	if (strncmp(type, "memory-backend-", strlen("memory-backend-")) != 0)
		return 0;
	qemu_option_get(text, sizeof text, value, "", "hugetlb");
	if (!strcmp(text, "on") || !strcmp(text, "true") || !strcmp(text, "yes"))
		config->machine.hugepages = true;
	qemu_option_get(text, sizeof text, value, "", "mem-path");
	if (contains(text, "huge"))
		config->machine.hugepages = true;
	qemu_option_get(text, sizeof text, value, "", "merge");
	if (!strcmp(text, "off") || !strcmp(text, "false") || !strcmp(text, "no"))
		config->machine.nosharepages = true;
	return 0;
}

void cmdline_device_add_usb(struct domain_machine *machine)
{
	static const char *const ich9[] = { "ich9-ehci1", "ich9-uhci1", "ich9-uhci2",
		"ich9-uhci3" };

	if (!contains(machine->machine, "q35"))
		domain_machine_add_usb(machine, "piix3-uhci");
	else
		for (size_t i = 0; i < sizeof ich9 / sizeof *ich9; i++)
			domain_machine_add_usb(machine, ich9[i]);
}
