#include <string.h>

#include "advice/remedies_rows.h"

/* <controller type='usb' index='0' model='ich9-uhci1'><master startport='0'/>: the USB 1 part of a USB 2
 * controller of the same index. */
static bool is_companion(const struct xml_element *controller)
{
	return xml_edit_child(controller, "master");
}

static bool is_polling(const struct xml_element *controller)
{
	static const char *const quiet[] = { "qemu-xhci", "nec-xhci", "none", "qusb1", "qusb2" };
	const char *model = xml_edit_value(controller, "model");

	for (size_t i = 0; model && i < sizeof quiet / sizeof *quiet; i++)
		if (!strcmp(model, quiet[i]))
			return false;
	return true; /* without a model QEMU makes a UHCI controller */
}

/* The address goes: function 7 of a slot, as EHCI has it, is not seen without a function 0. libvirt gives
 * it another. 15 ports, as virt-install does, so that no device loses its port. */
static void edit_usb_xhci(struct xml_edit *edit, const struct domain_caps *caps)
{
	static const char path[] = "devices/controller[type=usb]";
	struct xml_element *e = NULL;

	(void)caps;
	/* libvirt adds one, of a model that polls for most machines. */
	if (!xml_edit_find(edit, path)) {
		xml_edit_set(edit, path, "model", "qemu-xhci");
		xml_edit_set(edit, path, "ports", "15");
	}
	while ((e = xml_edit_next(edit, path, e))) {
		if (!is_polling(e))
			continue;
		if (is_companion(e)) {
			xml_edit_remove(e);
			continue;
		}
		xml_edit_change(edit, e, "model", "qemu-xhci");
		xml_edit_change(edit, e, "ports", "15");
		xml_edit_remove(xml_edit_child(e, "address"));
	}
}

static void move_to_virtio(struct xml_edit *edit, const char *path)
{
	struct xml_element *e = NULL;

	while ((e = xml_edit_next(edit, path, e))) {
		const char *bus = xml_edit_value(e, "bus");

		if (bus && strcmp(bus, "usb") != 0)
			continue;
		xml_edit_change(edit, e, "bus", "virtio");
		xml_edit_remove(xml_edit_child(e, "address"));
	}
}

static void edit_tablet_virtio(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	move_to_virtio(edit, "devices/input[type=tablet]");
	move_to_virtio(edit, "devices/input[type=mouse]");
}

static void edit_vmport_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	xml_edit_set(edit, "features/vmport", "state", "off");
}

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_USB_XHCI,
		.id = "usb-xhci",
		.title = "Put USB on an xHCI controller",
		.edit = edit_usb_xhci,
		.qemu_arguments = "-device qemu-xhci,id=usb -device usb-tablet,bus=usb.0 "
			"(instead of -usb, -usbdevice and ehci or uhci devices)",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("qm set VMID --tablet 0   # removes the tablet; immediate if hotplug "
			"includes usb (default). noVNC's pointer may then be offset.\n"
			"# A passed-through device: usb3=1 in its usbN: (qm set VMID --usb0 VALUE,usb3=1), then stop and "
			"start the VM. From machine version 7.1 on with ostype l26 or win8 and later it is on xHCI anyway.") },
		.expect = "UHCI and EHCI make QEMU look at every device a thousand times a second; xHCI is told. "
			"A guest with a tablet on piix3-uhci went from 13 % of a CPU to 1 %.",
		.cost = "A power cycle of the guest, which then finds a new USB controller.",
		.when_not = "Windows 7 and older have no xHCI driver: their keyboards and tablets on USB would "
			"be dead. They can move the tablet to virtio or do without.",
		.source = "https://www.kraxel.org/blog/2014/03/qemu-and-usb-tablet-cpu-consumtion/; "
			"karmab/kcli issue 489; QEMU hw/usb/hcd-uhci.c, FRAME_TIMER_FREQ",
	},
	{
		.number = REMEDY_USB_TABLET_VIRTIO,
		.id = "usb-tablet-virtio",
		.title = "Move the tablet from USB to virtio",
		.edit = edit_tablet_virtio,
		.qemu_arguments = "-device virtio-tablet-pci (instead of -device usb-tablet)",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("qm set VMID --tablet 0   # removes the tablet; immediate "
			"if hotplug includes usb (default). noVNC's pointer may then be offset.") },
		.expect = "No USB device is left that has to be asked for its state all the time: 13 % of a CPU "
			"went to 1 % when a tablet went away from USB.",
		.cost = "A power cycle of the guest. The pointer of VNC and SPICE works through another driver.",
		.when_not = "Not for Windows without the vioinput driver of virtio-win, and not for BIOS or boot "
			"menus that need a USB pointer. A server without a console needs no tablet at all.",
		.source = "karmab/kcli issue 489; libvirt, Domain XML format, Input devices",
	},
	{
		.number = REMEDY_VMPORT_OFF,
		.id = "vmport-off",
		.is_x86 = true,
		.title = "Take the VMware port away",
		.edit = edit_vmport_off,
		.libvirt_min = 1002016,
		.virt_xml = "--features vmport.state=off",
		.qemu_arguments = "-machine TYPE,vmport=off",
		.guest_commands = "# Linux: systemctl disable --now open-vm-tools\n"
			"# Windows: remove VMware Tools in Apps & Features",
		.expect = "A program that asks port 0x5658 for its pointer or its tools goes without.",
		.cost = "A power cycle of the guest. The absolute pointer that some guests get by this port is "
			"gone: give them a tablet.",
		.when_not = "Not for guests that came from VMware and still need its tools.",
		.source = "libvirt, Domain XML format, Hypervisor features (vmport); QEMU hw/i386/vmport.c",
	},
	{
		.number = REMEDY_DEVICES_LEGACY,
		.id = "devices-legacy",
		.title = "Replace emulated hardware by virtio, or take it away",
		.host_commands = "virsh edit DOMAIN\n"
			"# disks on IDE or SATA: <target bus='virtio'/> or a virtio-scsi controller (driver first)\n"
			"# a floppy drive: remove <disk device='floppy'> and <controller type='fdc'>\n"
			"# network e1000 or rtl8139: <model type='virtio'/>\n"
			"# a serial console that is written to all the time: "
			"<target type='virtio'/> in <console>\n"
			"# video vga or cirrus: <model type='virtio'/> or qxl, with its driver in the guest",
		.qemu_commands = "# disks on IDE or SATA: -device virtio-blk-pci or virtio-scsi-pci (install the guest's driver first)\n"
			"# a floppy drive: without -fda and -drive if=floppy\n"
			"# network e1000 or rtl8139: -device virtio-net-pci\n"
			"# a serial console that is written to all the time: -device virtio-serial -device virtconsole,chardev=ID\n"
			"# video vga or cirrus: -vga virtio or qxl, with its driver in the guest",
		.guest_commands = "# Linux: without console=ttyS0 (Arm: ttyAMA0) on the kernel's command line nothing is written there\n"
			"# Linux: sensor and PCI tools (sensors, lspci) that run all the time are often timers or "
			"cron jobs\n"
			"# Windows: install virtio-win before the device is changed",
		.expect = "Each access to a port of an emulated device is a trip to QEMU, 4-11 microseconds; "
			"virtio hands over whole buffers at a time.",
		.cost = "A power cycle, and drivers that must be in the guest before: a boot disk without its "
			"driver does not boot.",
		.when_not = "Not while the guest boots, where such accesses are usual, and not where the "
			"accesses take no time worth speaking of.",
		.source = "Linux commit 0804c849f1df (cost of port accesses); libvirt, Domain XML format, Devices",
	},
};
/* clang-format on */

const struct remedy_rows remedies_devices = { rows, sizeof rows / sizeof *rows };
