/* domain_xml: the machine and who runs it, of every fixture that has one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "domain/config.h"
#include "domain/domain_xml.h"

#include "config_text.h"
#include "read_fixture.h"

#define UUID "2f9a4a5f-0f7f-4d1e-9c3a-7c9f3b5d2e11"

static void assert_machine(const char *what, const char *xml, const char *expected)
{
	struct domain_config config;
	struct strbuf found = { 0 };

	domain_xml_read(&config, xml);
	config_text_machine(&found, &config);
	if (strcmp(strbuf_text(&found), expected) != 0)
		fail_msg("%s\n  read:     %s\n  expected: %s", what, strbuf_text(&found), expected);
	assert_false(config.from_command_line);
	strbuf_fini(&found);
	domain_config_fini(&config);
}

static const struct {
	const char *fixture;
	const char *expected;
} fixtures[] = {
	{ "windows10.xml",
		"libvirt: type=kvm arch=x86_64 machine=pc-i440fx-2.11"
		" emulator=/usr/bin/qemu-system-x86_64 os=http://microsoft.com/win/10 cpu=custom"
		" model=Haswell-noTSX ovmf no cpu_pm no vmport no tablet yes vcpus=2"
		" usb=ich9-ehci1 polls=tablet" },
	{ "win11.xml",
		"libvirt: type=kvm arch=x86_64 machine=pc-q35-9.2"
		" emulator=/usr/bin/qemu-system-x86_64 os=http://microsoft.com/win/11"
		" cpu=host-passthrough ioapic=qemu msrs=ignore ovmf yes invtsc yes nested no"
		" cpu_pm no hidden no dedicated yes poll_control yes pv_ipi no dirty_ring yes"
		" pvspinlock no eoi yes pmu no vmport no tablet no ring=4096 vcpus=4"
		" usb=qemu-xhci pinned hugepages nosharepages" },
	{ "linux.xml",
		"libvirt: type=kvm arch=x86_64 machine=pc-q35-7.2"
		" emulator=/usr/bin/qemu-system-x86_64 os=http://debian.org/debian/12 cpu=custom"
		" model=Skylake-Client-IBRS ovmf no nested yes cpu_pm no hidden yes pvspinlock"
		" yes vmport yes tablet yes vcpus=2 usb=ich9-ehci1 usb=ich9-uhci1 usb= "
		"polls=tablet" },
	{ "nova.xml",
		"OpenStack Nova: type=kvm arch=x86_64 machine=pc-i440fx-6.2"
		" emulator=/usr/bin/qemu-system-x86_64 cpu=host-model ovmf no cpu_pm no tablet"
		" yes vcpus=4 usb=piix3-uhci polls=tablet" },
	{ "ovirt.xml", "oVirt: type=kvm arch=x86_64 machine=pc-q35-rhel8.6.0"
		       " emulator=/usr/libexec/qemu-kvm ovmf yes cpu_pm no tablet yes vcpus=2"
		       " usb=qemu-xhci" },
	{ "cloudstack.xml",
		"CloudStack: type=kvm arch=x86_64 machine=pc cpu_pm no tablet no vcpus=1" },
	{ "overridden.xml",
		"libvirt: type=kvm arch=x86_64 machine=pc-q35-8.1 cpu=host-passthrough ovmf no"
		" cpu_pm yes hidden yes tablet no vcpus=8 usb=qemu-xhci args overrides=11" },
	{ "kubevirt.xml",
		"KubeVirt: type=kvm arch=x86_64 machine=q35 ovmf no cpu_pm no tablet no vcpus=0" },
	{ "no-clock.xml", "libvirt: type=kvm cpu_pm no tablet no vcpus=0" },
	{ "broken.xml", "?: vcpus=0" },
};

static void test_fixtures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		char *xml = read_fixture("domains", fixtures[i].fixture);

		assert_machine(fixtures[i].fixture, xml, fixtures[i].expected);
		free(xml);
	}
}

/* By metadata, SMBIOS, names or the place of UEFI variables. */
static void stacks(void **state)
{
	static const struct {
		const char *inside;
		enum domain_stack stack;
	} cases[] = {
		{ "", DOMAIN_STACK_LIBVIRT },
		{ "<sysinfo type='smbios'><system><entry name='manufacturer'>RDO</entry><entry "
		  "name='product'>OpenStack Compute</entry></system></sysinfo>",
			DOMAIN_STACK_NOVA },
		{ "<sysinfo type='smbios'><system><entry name='manufacturer'>Red Hat</entry>"
		  "</system></sysinfo>",
			DOMAIN_STACK_LIBVIRT },
		{ "<sysinfo type='smbios'><system><entry name='manufacturer'>Red Hat</entry><entry "
		  "name='product'>OpenShift Virtualization</entry></system></sysinfo>",
			DOMAIN_STACK_KUBEVIRT },
		{ "<sysinfo type='smbios'><system><entry name='product'>Container-native "
		  "virtualization</entry></system></sysinfo>",
			DOMAIN_STACK_KUBEVIRT },
		{ "<metadata><vmtemplate xmlns='unraid' name='Windows 10' os='windows10'/>"
		  "</metadata>",
			DOMAIN_STACK_UNRAID },
		{ "<metadata><vmtemplate xmlns='http://unraid' name='Linux' os='linux'/>"
		  "</metadata>",
			DOMAIN_STACK_UNRAID },
		{ "<name>1_win</name><title>win</title>", DOMAIN_STACK_TRUENAS },
		{ "<name>1_win</name>", DOMAIN_STACK_LIBVIRT },
		{ "<name>1_win</name><title>1_win</title>", DOMAIN_STACK_LIBVIRT },
		{ "<name>_win</name><title>win</title>", DOMAIN_STACK_LIBVIRT },
		{ "<name>12</name><title>12</title>", DOMAIN_STACK_LIBVIRT },
		{ "<name>" UUID "</name><uuid>" UUID "</uuid><title>win</title><features><msrs "
		  "unknown='ignore'/></features>",
			DOMAIN_STACK_TRUENAS },
		{ "<name>" UUID "</name><uuid>" UUID "</uuid><title>win</title>",
			DOMAIN_STACK_LIBVIRT },
		{ "<os><nvram>/data/subsystems/vm/nvram/1_win_VARS.fd</nvram></os>",
			DOMAIN_STACK_TRUENAS },
		{ "<os><nvram>/var/db/system/vm/nvram/1_win_VARS.fd</nvram></os>",
			DOMAIN_STACK_TRUENAS },
		{ "<os><nvram>/etc/libvirt/qemu/nvram/1_VARS-pure-efi.fd</nvram></os>",
			DOMAIN_STACK_UNRAID },
		{ "<os><nvram>/var/lib/libvirt/qemu/nvram/win_VARS.fd</nvram></os>",
			DOMAIN_STACK_LIBVIRT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;
		char xml[512];

		snprintf(xml, sizeof xml, "<domain type='kvm'>%s</domain>", cases[i].inside);
		memset(&config, 0, sizeof config);
		domain_xml_read(&config, xml);
		if (config.stack != cases[i].stack)
			fail_msg("%s: %s", cases[i].inside, domain_stack_name(config.stack));
		domain_config_fini(&config);
	}
}

/* By other words than libosinfo's, whose come first. */
static void guests(void **state)
{
	static const struct {
		const char *xml;
		enum domain_guest guest;
		bool is_windows;
	} cases[] = {
		{ "<domain type='kvm'/>", DOMAIN_GUEST_UNTOLD, false },
		{ "<domain type='kvm'><os><kernel>/boot/vmlinuz</kernel></os></domain>",
			DOMAIN_GUEST_LINUX, false },
		{ "<domain type='kvm'><os><kernel>/srv/tftp/wimboot</kernel></os></domain>",
			DOMAIN_GUEST_UNTOLD, false },
		{ "<domain type='kvm'><os><kernel>/usr/lib/ipxe/ipxe.lkrn</kernel></os></domain>",
			DOMAIN_GUEST_UNTOLD, false },
		{ "<domain type='kvm'><metadata><vmtemplate xmlns='unraid' name='Windows 11' "
		  "os='windows11'/></metadata></domain>",
			DOMAIN_GUEST_WINDOWS, true },
		{ "<domain type='kvm'><metadata><vmtemplate xmlns='http://unraid' os='windows10'/>"
		  "</metadata></domain>",
			DOMAIN_GUEST_WINDOWS, true },
		{ "<domain type='kvm'><metadata><vmtemplate xmlns='unraid' os='linux'/>"
		  "</metadata></domain>",
			DOMAIN_GUEST_LINUX, false },
		{ "<domain type='kvm'><metadata><vmtemplate xmlns='other' os='windows11'/>"
		  "</metadata></domain>",
			DOMAIN_GUEST_UNTOLD, false },
		{ "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
		  "<qemu:commandline><qemu:arg value='-device'/><qemu:arg "
		  "value='isa-applesmc,osk=x'/></qemu:commandline></domain>",
			DOMAIN_GUEST_OTHER, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;

		domain_xml_read(&config, cases[i].xml);
		if (config.machine.guest != cases[i].guest ||
			domain_is_windows(&config) != cases[i].is_windows)
			fail_msg("%s is %d", cases[i].xml, (int)config.machine.guest);
		domain_config_fini(&config);
	}
}

#define USB(devices) "<domain type='kvm'><devices>" devices "</devices></domain>"
#define EHCI                                                                                     \
	"<controller type='usb' index='0' model='ich9-ehci1'/><controller type='usb' index='0' " \
	"model='ich9-uhci1'/>"
#define XHCI "<controller type='usb' index='1' model='qemu-xhci'/>"
#define ON(bus) "<address type='usb' bus='" bus "' port='1'/>"
#define TABLET(address) "<input type='tablet' bus='usb'>" address "</input>"
#define HOST(address)                                                    \
	"<hostdev mode='subsystem' type='usb'><source><address bus='0' " \
	"device='9'/></source>" address "</hostdev>"

static void usb_devices_are_joined_with_their_controller(void **state)
{
	static const struct {
		const char *xml;
		enum domain_usb_polled polled;
	} cases[] = {
		{ "<domain type='kvm'/>", DOMAIN_USB_NOTHING },
		{ USB(EHCI), DOMAIN_USB_NOTHING },
		{ USB(EHCI TABLET("")), DOMAIN_USB_TABLET },
		{ USB(EHCI TABLET(ON("0"))), DOMAIN_USB_TABLET },
		{ USB(EHCI XHCI TABLET(ON("1"))), DOMAIN_USB_NOTHING },
		{ USB(TABLET(ON("1")) XHCI EHCI), DOMAIN_USB_NOTHING },
		{ USB(EHCI XHCI HOST(ON("0")) TABLET(ON("1"))), DOMAIN_USB_PASSTHROUGH },
		{ USB(EHCI XHCI HOST(ON("1")) TABLET(ON("0"))), DOMAIN_USB_TABLET },
		{ USB(EHCI HOST(ON("0")) TABLET(ON("0"))), DOMAIN_USB_PASSTHROUGH },
		{ USB(EHCI "<redirdev bus='usb' type='spicevmc'>" ON("0") "</redirdev>"),
			DOMAIN_USB_REDIRECTION },
		{ USB(EHCI "<disk type='file'><target dev='sda' bus='usb'/></disk>"),
			DOMAIN_USB_DEVICE },
		{ USB(EHCI "<smartcard mode='host'>" ON("0") "</smartcard>"), DOMAIN_USB_DEVICE },
		{ USB(EHCI "<input type='keyboard' bus='usb'/>"), DOMAIN_USB_DEVICE },
		{ USB(EHCI "<input type='mouse' bus='ps2'/><input type='tablet' bus='virtio'/>"),
			DOMAIN_USB_NOTHING },
		{ USB(EHCI "<hostdev mode='subsystem' type='pci'><address type='pci'/></hostdev>"),
			DOMAIN_USB_NOTHING },
		{ USB("<controller type='usb' index='0'/>" TABLET("")), DOMAIN_USB_TABLET },
		{ USB("<controller type='usb' index='0' model='none'/>" TABLET("")),
			DOMAIN_USB_NOTHING },
		{ USB(TABLET(ON("7"))), DOMAIN_USB_NOTHING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;

		domain_xml_read(&config, cases[i].xml);
		if (config.machine.usb_polled != cases[i].polled)
			fail_msg("%s: %s", cases[i].xml,
				domain_usb_polled_names[config.machine.usb_polled]);
		domain_config_fini(&config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests),
		cmocka_unit_test(usb_devices_are_joined_with_their_controller),
		cmocka_unit_test(stacks),
		cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
