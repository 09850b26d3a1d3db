/* cmdline_config: the configuration out of command lines as they are met: tests/fixtures/cmdlines, one
 * argument a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "domain/cmdline_config.h"

#include "config_text.h"
#include "patience.h"
#include "read_fixture.h"

/* The caller frees the text. */
static char *describe(const struct domain_config *config)
{
	struct strbuf b = { 0 };

	config_text_machine(&b, config);
	if (config->parsed) {
		strbuf_add(&b, " | ");
		config_text_timers(&b, config);
	}
	return strbuf_take(&b);
}

/* Reads text in memory that ends where the text does. */
static void read_config(struct domain_config *config, const char *text, size_t length)
{
	char *copy = mem_calloc(length ? length : 1, 1);

	memcpy(copy, text, length);
	memset(config, 'x', sizeof *config);
	cmdline_config_read(config, copy, length);
	free(copy);
}

static void assert_config(const char *what, const char *text, size_t length, const char *expected)
{
	struct domain_config config;
	char *found;

	read_config(&config, text, length);
	found = describe(&config);
	if (strcmp(found, expected) != 0)
		fail_msg("%s\n  read:     %s\n  expected: %s", what, found, expected);
	assert_true(config.from_command_line || !length);
	free(found);
	domain_config_fini(&config);
}

static const struct {
	const char *fixture, *expected;
} fixtures[] = {
	{ "bare", "QEMU: arch=x86_64 emulator=/usr/bin/qemu-system-x86_64 ovmf no cpu_pm no tablet"
		  " no vcpus=1 | utc | no hyperv" },
	{ "cloud-hypervisor", "Cloud Hypervisor: vcpus=0" },
	{ "firecracker", "Firecracker: vcpus=0" },
	{ "ganeti",
		"Ganeti: type=kvm machine=pc-i440fx-7.2 emulator=/usr/bin/kvm cpu=host-passthrough "
		"ovmf no cpu_pm no tablet yes vcpus=2 usb=piix3-uhci polls=tablet | utc | no "
		"hyperv" },
	{ "incus", "Incus: arch=x86_64 emulator=/opt/incus/bin/qemu-system-x86_64"
		   " cpu=host-passthrough invtsc yes vcpus=0 | localtime | passthrough" },
	{ "kubevirt",
		"KubeVirt: type=kvm machine=pc-q35-rhel9.4.0 emulator=/usr/libexec/qemu-kvm ovmf"
		" no cpu_pm no tablet no vcpus=1 | utc, hpet no | no hyperv" },
	{ "libvirt-json",
		"libvirt: type=kvm arch=x86_64 machine=pc-q35-7.2"
		" emulator=/usr/bin/qemu-system-x86_64 cpu=custom model=Haswell-noTSX"
		" ioapic=qemu ovmf yes nested no cpu_pm no dedicated yes poll_control yes pv_ipi"
		" no dirty_ring yes vmport no rapl yes tablet no ring=4096 vcpus=2 usb=qemu-xhci"
		" hugepages nosharepages | localtime, hypervclock yes, kvmclock no, tsc"
		" frequency=2593994000, rtc tickpolicy=catchup, pit tickpolicy=delay, hpet no |"
		" , relaxed yes, vapic yes, spinlocks yes value=8191, vpindex yes, synic yes,"
		" stimer yes, stimer.direct yes, vendor_id yes value=KVM Hv, tlbflush yes,"
		" tlbflush.extended yes, emsr_bitmap yes, evmcs no" },
	{ "lxd", "LXD: arch=x86_64 emulator=/snap/lxd/29351/bin/qemu-system-x86_64"
		 " cpu=host-passthrough vcpus=0 | no clock | passthrough" },
	{ "microvm",
		"QEMU: type=kvm arch=x86_64 machine=microvm emulator=qemu-system-x86_64 ovmf no"
		" cpu_pm no tablet yes vcpus=1 usb=nec-xhci | absolute start=1150502400, pit no,"
		" rtc tickpolicy=discard, hpet no | no hyperv" },
	{ "nova", "OpenStack Nova: arch=x86_64 machine=pc-i440fx-6.2"
		  " emulator=/usr/bin/qemu-system-x86_64 cpu=custom model=EPYC-Rome ovmf no invtsc"
		  " no nested no cpu_pm no tablet no vcpus=1 | utc, hpet no | , spinlocks no, avic"
		  " yes" },
	{ "openshift-virtualization",
		"KubeVirt: type=kvm machine=pc-q35-rhel8.6.0 emulator=/usr/libexec/qemu-kvm ovmf "
		"no cpu_pm no tablet no vcpus=1 | utc, hpet no | no hyperv" },
	{ "plain", "QEMU: type=kvm arch=x86_64 machine=pc emulator=qemu-system-x86_64"
		   " cpu=host-passthrough ovmf yes cpu_pm yes pmu no tablet yes vcpus=4"
		   " usb=piix3-uhci polls=tablet hugepages | absolute start=1150560081, tsc"
		   " frequency=2500000000, rtc track=guest | no hyperv" },
	{ "proxmox-linux",
		"Proxmox VE 104: machine=pc-i440fx-10.1+pve0 emulator=/usr/bin/kvm cpu=custom"
		" model=kvm64 ovmf no cpu_pm no pvspinlock yes eoi yes tablet yes vcpus=2"
		" usb=piix3-uhci polls=tablet | utc, hpet no | no hyperv" },
	{ "proxmox-win11",
		"Proxmox VE 100: machine=pc-q35-9.0+pve0 emulator=/usr/bin/kvm"
		" cpu=host-passthrough ovmf yes cpu_pm no pvspinlock yes eoi yes tablet yes"
		" vcpus=4 usb=qemu-xhci | localtime, hpet no, hypervclock yes, rtc"
		" tickpolicy=catchup, pit tickpolicy=discard | , ipi yes, relaxed yes, reset"
		" yes, runtime yes, spinlocks yes value=8191, stimer yes, synic yes, vapic yes,"
		" vpindex yes" },
	{ "rhosp", "OpenStack Nova: type=kvm machine=pc-i440fx-rhel7.6.0 "
		   "emulator=/usr/libexec/qemu-kvm ovmf no cpu_pm no tablet no vcpus=1 | utc, hpet "
		   "no | no hyperv" },
	{ "tcg", "QEMU: type=qemu arch=i386 machine=q35 emulator=qemu-system-i386 ioapic=qemu"
		 " ovmf no cpu_pm no vmport no tablet yes vcpus=8 usb=ich9-ehci1 usb=ich9-uhci1"
		 " usb=ich9-uhci2 usb=ich9-uhci3 polls=tablet | utc | no hyperv" },
	{ "truenas", "TrueNAS: type=kvm arch=x86_64 machine=pc-q35-8.2 "
		     "emulator=/usr/bin/qemu-system-x86_64 ovmf yes cpu_pm no tablet no vcpus=1 | "
		     "utc | no hyperv" },
	{ "unraid", "unRAID: type=kvm arch=x86_64 machine=pc-i440fx-7.1 "
		    "emulator=/usr/bin/qemu-system-x86_64 ovmf yes cpu_pm no tablet no vcpus=1 "
		    "nosharepages | utc, hpet no | no hyperv" },
};

static void read_what_is_met(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		char *text = read_fixture("cmdlines", fixtures[i].fixture);
		const size_t length = strlen(text);

		for (size_t j = 0; j < length; j++)
			if (text[j] == '\n')
				text[j] = '\0';
		assert_config(fixtures[i].fixture, text, length, fixtures[i].expected);
		free(text);
	}
}

#define QEMU(arguments) "qemu\0" arguments
#define TEXT(text, expected)                     \
	{                                        \
		text, sizeof(text) - 1, expected \
	}
#define BARE "QEMU: emulator=qemu ovmf no cpu_pm no tablet no vcpus="

/* clang-format off */
static const struct {
	const char *text;
	size_t length;
	const char *expected;
} texts[] = {
	TEXT("", "?: vcpus=0"),
	TEXT("\0", "?: vcpus=0"),
	TEXT("/\0", "?: vcpus=0"),
	TEXT("crosvm\0run\0", "crosvm: vcpus=0"),
	TEXT("qemu", BARE "1 | utc | no hyperv"),
	/* options without their value, and with nothing or nonsense in it */
	TEXT(QEMU("-cpu"), BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-machine\0-rtc\0-smp\0"), "QEMU: machine=-rtc emulator=qemu ovmf no cpu_pm no tablet no"
		" vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-cpu\0\0-rtc\0\0-global\0\0-overcommit\0\0-object\0\0-device\0\0"),
		BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-smp\0" "99999999999999999999\0"), BARE "0 | utc | no hyperv"),
	TEXT(QEMU("-smp\0sockets=4294967295,cores=4294967295,threads=4294967295\0"),
		BARE "0 | utc | no hyperv"),
	TEXT(QEMU("-smp\0four\0"), BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-rtc\0base=yesterday\0"), BARE "1 | absolute | no hyperv"),
	TEXT(QEMU("-rtc\0base=2006-06-17T99:01:21,driftfix=none,clock=host\0"),
		BARE "1 | absolute, rtc tickpolicy=discard track=wall | no hyperv"),
	TEXT(QEMU("-rtc\0driftfix=maybe,clock=sun\0"), BARE "1 | utc, rtc | no hyperv"),
	/* other spellings */
	TEXT(QEMU("--no-hpet\0"), BARE "1 | utc, hpet no | no hyperv"),
	TEXT(QEMU("---no-hpet\0no-hpet\0"), BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-append\0quiet -no-hpet\0"), BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-machine\0hpet=true\0"), BARE "1 | utc, hpet yes | no hyperv"),
	TEXT(QEMU("-machine\0hpet=maybe\0"), BARE "1 | utc, hpet | no hyperv"),
	TEXT(QEMU("-machine\0hpet=off\0-M\0hpet=on\0"), BARE "1 | utc, hpet yes | no hyperv"),
	TEXT(QEMU("-global\0mc146818rtc.lost_tick_policy=slew\0"),
		BARE "1 | utc, rtc tickpolicy=catchup | no hyperv"),
	TEXT(QEMU("-global\0kvm-pit.lost_tick_policy=slew\0-global\0isa-debugcon.iobase=1\0-global\0x\0"),
		BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-rtc\0base=localtime\0-rtc\0driftfix=slew\0"),
		BARE "1 | localtime, rtc tickpolicy=catchup | no hyperv"),
	TEXT(QEMU("-overcommit\0cpu-pm=on\0-overcommit\0mem-lock=on\0"),
		"QEMU: emulator=qemu ovmf no cpu_pm yes tablet no vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-accel\0kvm:tcg\0"), BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-enable-kvm\0-accel\0kvm\0"),
		"QEMU: type=kvm emulator=qemu ovmf no cpu_pm no tablet no vcpus=1 | utc | no hyperv"),
	/* -cpu: the last one is all there is; "+" comes after plain words, "-" after "+" */
	TEXT(QEMU("-cpu\0host,hv-time,pmu=on\0-cpu\0qemu64,hv_synic\0"),
		"QEMU: emulator=qemu cpu=custom model=qemu64 ovmf no cpu_pm no tablet no vcpus=1"
		" | utc | , synic yes"),
	TEXT(QEMU("-cpu\0max,-hv-synic,+hv-synic,hv-stimer=off,+hv-stimer,hv-vapic=auto\0"),
		"QEMU: emulator=qemu cpu=maximum ovmf no cpu_pm no tablet no vcpus=1"
		" | utc | , stimer yes, vapic, synic no"),
	/* programs with a suffix */
	TEXT("/usr/bin/qemu-system-x86_64-microvm\0-m\0" "1G\0",
		"QEMU: arch=x86_64 machine=microvm emulator=/usr/bin/qemu-system-x86_64-microvm ovmf no cpu_pm no"
		" tablet no vcpus=1 | utc, hpet no | no hyperv"),
	TEXT("qemu-system-x86_64-microvm\0-M\0pc\0",
		"QEMU: arch=x86_64 machine=pc emulator=qemu-system-x86_64-microvm ovmf no cpu_pm no"
		" tablet no vcpus=1 | utc | no hyperv"),
	TEXT("qemu-system-x86_64-headless\0-M\0q35\0",
		"QEMU: arch=x86_64 machine=q35 emulator=qemu-system-x86_64-headless ovmf no cpu_pm no"
		" tablet no vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-cpu\0host,hv_spinlocks,hv-vendor-id\0"),
		"QEMU: emulator=qemu cpu=host-passthrough ovmf no cpu_pm no tablet no vcpus=1"
		" | utc | , spinlocks yes, vendor_id yes"),
	TEXT(QEMU("-cpu\0host,hv_spinlocks=many,tsc-frequency=fast,kvm=auto,hv-passthrough=off\0"),
		"QEMU: emulator=qemu cpu=host-passthrough ovmf no cpu_pm no tablet no vcpus=1"
		" | utc | , spinlocks"),
	/* what acts on a terminal does not get through */
	TEXT(QEMU("-M\0q35\033[2J\0"),
		"QEMU: machine=q35?[2J emulator=qemu ovmf no cpu_pm no tablet no vcpus=1 | utc | no hyperv"),
	/* marks of who runs it */
	TEXT(QEMU("-object\0{\"qom-type\":\"secret\",\"id\":\"masterKey0\"}\0-id\0" "7\0"),
		"libvirt: emulator=qemu ovmf no cpu_pm no tablet no vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-smbios\0type=1,manufacturer=OpenNebula\0-pidfile\0/run/libvirt/qemu/run/a.pid\0"),
		"OpenNebula: emulator=qemu ovmf no cpu_pm no tablet no vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-smbios\0type=2,manufacturer=OpenNebula\0"), BARE "1 | utc | no hyperv"),
	/* JSON that is none */
	TEXT(QEMU("-device\0{\"driver\":\0-device\0{\"driver\":\"usb-tablet\0-device\0{\0-device\0{\"\\\0"),
		"QEMU: emulator=qemu ovmf no cpu_pm no tablet yes vcpus=1 | utc | no hyperv"),
	TEXT(QEMU("-device\0{\"id\":\"driver\",\"x\":{\"driver\":\"usb-tablet\"}}\0"),
		BARE "1 | utc | no hyperv"),
	TEXT(QEMU("-readconfig\0f\0"), "QEMU: emulator=qemu vcpus=0 | no clock | no hyperv"),
};
/* clang-format on */

static void read_bad_and_odd(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char what[32];

		snprintf(what, sizeof what, "text %zu", i);
		assert_config(what, texts[i].text, texts[i].length, texts[i].expected);
	}
}

/* What polls its devices, by the bus they are on. Where QEMU itself decides it was asked ("info qtree" of QEMU 7.2). */
/* clang-format off */
static const struct {
	const char *text; /* arguments, separated by blanks */
	enum domain_usb_polled polled;
} usb_cases[] = {
	{ "-m 1G", DOMAIN_USB_NOTHING },
	{ "-device usb-ehci", DOMAIN_USB_NOTHING },
	{ "-device usb-ehci,id=e -device usb-tablet,bus=e.0", DOMAIN_USB_TABLET },
	{ "-device qemu-xhci,id=x -device usb-tablet,bus=x.0 -device usb-ehci", DOMAIN_USB_NOTHING },
	{ "-device usb-ehci,id=e -device qemu-xhci,id=x -device usb-host,bus=e.0", DOMAIN_USB_PASSTHROUGH },
	{ "-device usb-ehci,id=e -device qemu-xhci,id=x -device usb-host,bus=x.0", DOMAIN_USB_NOTHING },
	/* no bus: the newest controller before it */
	{ "-device qemu-xhci -device usb-tablet -device usb-ehci", DOMAIN_USB_NOTHING },
	{ "-device usb-ehci -device usb-tablet -device qemu-xhci", DOMAIN_USB_TABLET },
	{ "-device qemu-xhci -device usb-ehci -device usb-tablet", DOMAIN_USB_TABLET },
	{ "-usb -device usb-tablet", DOMAIN_USB_TABLET },
	{ "-device usb-tablet -usb", DOMAIN_USB_TABLET },
	{ "-M q35,usb=on -device usb-kbd", DOMAIN_USB_DEVICE },
	{ "-M microvm,usb=on -device usb-kbd", DOMAIN_USB_NOTHING },
	{ "-usb -device qemu-xhci -device usb-tablet", DOMAIN_USB_NOTHING },
	{ "-usbdevice tablet", DOMAIN_USB_TABLET },
	{ "-usbdevice braille", DOMAIN_USB_DEVICE },
	/* controllers without an id have numbers, the machine's own the first */
	{ "-device usb-ehci -device qemu-xhci -device usb-tablet,bus=usb-bus.0", DOMAIN_USB_TABLET },
	{ "-device usb-ehci -device qemu-xhci -device usb-tablet,bus=usb-bus.1", DOMAIN_USB_NOTHING },
	{ "-usb -device qemu-xhci -device usb-tablet,bus=usb-bus.0", DOMAIN_USB_TABLET },
	{ "-usb -device qemu-xhci -device usb-tablet,bus=usb-bus.1", DOMAIN_USB_NOTHING },
	{ "-device qemu-xhci,id=x -device usb-ehci -device usb-tablet,bus=usb-bus.0", DOMAIN_USB_TABLET },
	/* companions have no bus of their own */
	{ "-device ich9-usb-ehci1,id=e -device ich9-usb-uhci1,masterbus=e.0 -device qemu-xhci,id=x -device usb-tablet,bus=x.0",
		DOMAIN_USB_NOTHING },
	{ "-device qemu-xhci,id=x -device ich9-usb-uhci1,masterbus=e.0 -device usb-tablet", DOMAIN_USB_NOTHING },
	/* a controller of a file, where there may be others as well */
	{ "-readconfig f -device usb-tablet,bus=ehci.0", DOMAIN_USB_TABLET },
	{ "-readconfig f -device qemu-xhci,id=xhci -device usb-tablet,bus=ehci.0 -device usb-host,bus=xhci.0",
		DOMAIN_USB_TABLET },
	{ "-readconfig f -device usb-tablet,bus=xhci.0", DOMAIN_USB_UNKNOWN },
	{ "-readconfig f -device usb-tablet,bus=mine.0", DOMAIN_USB_UNKNOWN },
	{ "-readconfig f -device qemu-xhci,id=x -device usb-kbd,bus=x.0", DOMAIN_USB_UNKNOWN },
	{ "-readconfig f", DOMAIN_USB_UNKNOWN },
	/* none of that name */
	{ "-device usb-ehci,id=e -device usb-tablet,bus=other.0", DOMAIN_USB_TABLET },
	{ "-device usb-ehci,id=e -device qemu-xhci,id=x -device usb-tablet,bus=other.0", DOMAIN_USB_UNKNOWN },
	{ "-device usb-tablet", DOMAIN_USB_UNKNOWN },
	/* -usbdevice is for the machine's own */
	{ "-device qemu-xhci,id=x -usbdevice tablet", DOMAIN_USB_TABLET },
	{ "-usb -device qemu-xhci,id=x -usbdevice tablet", DOMAIN_USB_TABLET },
	{ "-M microvm -device usb-ehci,id=e -usbdevice tablet", DOMAIN_USB_NOTHING },
	{ "-device piix3-usb-uhci,id=u -device {\"driver\"\t:\n\"usb-tablet\"}", DOMAIN_USB_TABLET },
	/* JSON comes last */
	{ "-usb -device {\"driver\":\"qemu-xhci\",\"id\":\"x\"} -device usb-tablet", DOMAIN_USB_TABLET },
	{ "-device {\"driver\":\"usb-tablet\"} -device usb-ehci -device qemu-xhci", DOMAIN_USB_NOTHING },
	{ "-device {\"driver\":\"usb-ehci\"} -device {\"driver\":\"usb-tablet\"} -device qemu-xhci", DOMAIN_USB_TABLET },
	/* behind bridges their age decides */
	{ "-M q35 -device pcie-root-port,id=rp -device piix3-usb-uhci -device qemu-xhci,bus=rp -device usb-tablet",
		DOMAIN_USB_UNKNOWN },
	{ "-M pc -device pci-bridge,id=br -device qemu-xhci -device piix3-usb-uhci,bus=br -device usb-tablet",
		DOMAIN_USB_UNKNOWN },
	{ "-device pci-bridge,id=br -device usb-ehci -device piix3-usb-uhci,bus=br -device usb-tablet", DOMAIN_USB_TABLET },
	{ "-device qemu-xhci,bus=pcie.0 -device usb-tablet", DOMAIN_USB_NOTHING },
	/* several: what moving the tablet would not help */
	{ "-usb -device usb-tablet -device usb-host,hostbus=1", DOMAIN_USB_PASSTHROUGH },
	{ "-usb -device usb-redir,chardev=c -device usb-mouse", DOMAIN_USB_TABLET },
	{ "-usb -device usb-redir,chardev=c", DOMAIN_USB_REDIRECTION },
	{ "-usb -device usb-storage,drive=d -device usb-tablet", DOMAIN_USB_DEVICE },
	/* JSON, as libvirt writes it */
	{ "-device {\"driver\":\"piix3-usb-uhci\",\"id\":\"usb\"} "
	  "-device {\"driver\":\"usb-host\",\"id\":\"hostdev0\",\"bus\":\"usb.0\",\"port\":\"1\"}", DOMAIN_USB_PASSTHROUGH },
};
/* clang-format on */

static void usb_devices_are_joined_with_their_bus(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof usb_cases / sizeof *usb_cases; i++) {
		struct domain_config config;
		char text[512];
		size_t length = (size_t)snprintf(
			text, sizeof text, "qemu-system-x86_64 %s", usb_cases[i].text);

		for (size_t k = 0; k < length; k++)
			if (text[k] == ' ')
				text[k] = '\0';
		read_config(&config, text, length);
		if (config.machine.usb_polled != usb_cases[i].polled)
			fail_msg("%s: %s", usb_cases[i].text,
				domain_usb_polled_names[config.machine.usb_polled]);
		domain_config_fini(&config);
	}
}

/* More controllers than there is room for, and an argument as long as Linux allows. */
static void read_too_much(void **state)
{
	struct domain_config config;
	struct strbuf text = { 0 };
	const uint64_t start_ns = patience_cpu_ns();

	(void)state;
	strbuf_add_bytes(&text, "qemu", 5);
	for (int i = 0; i < 100; i++)
		strbuf_add_bytes(&text, "-device\0qemu-xhci", 18);
	strbuf_add_bytes(&text, "-cpu", 5);
	for (int i = 0; i < 10000; i++)
		strbuf_addf(&text, "hv-x%d=on,hv-time,", i);
	read_config(&config, strbuf_text(&text), text.length);
	assert_int_equal(config.machine.usb_count, DOMAIN_USB_MAX);
	assert_int_equal(config.hyperv.count, 0);
	assert_int_equal(config.clock.timer_count, 1);
	assert_true(patience_cpu_ns() - start_ns < 10 * NS_PER_S);
	domain_config_fini(&config);
	strbuf_fini(&text);
}

static void read_cut_text(void **state)
{
	char *text = read_fixture("cmdlines", "libvirt-json");
	const size_t whole = strlen(text);

	(void)state;
	for (size_t i = 0; i < whole; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	for (size_t length = 0; length < whole; length++) {
		struct domain_config config;

		read_config(&config, text, length);
		assert_true(config.hyperv.count <= 12 && config.clock.timer_count <= 6);
		domain_config_fini(&config);
	}
	free(text);
}

static void copy_outlives_its_original(void **state)
{
	static const char text[] = "qemu\0-cpu\0host,hv-time,hv-synic";
	const struct domain_config *copy;
	struct domain_config config;
	struct arena arena = { 0 };

	(void)state;
	read_config(&config, text, sizeof text);
	copy = domain_config_copy(&arena, &config);
	domain_config_fini(&config);
	assert_true(copy->parsed && copy->from_command_line);
	assert_int_equal(domain_hyperv_state(copy, "synic"), TRI_YES);
	assert_int_equal(domain_clock_timer(&copy->clock, "hypervclock")->present, TRI_YES);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_what_is_met),
		cmocka_unit_test(read_bad_and_odd),
		cmocka_unit_test(usb_devices_are_joined_with_their_bus),
		cmocka_unit_test(read_too_much),
		cmocka_unit_test(read_cut_text),
		cmocka_unit_test(copy_outlives_its_original),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
