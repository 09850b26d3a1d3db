/* lint: for every item a configuration that has it, and the nearest one that has not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "domain/cmdline_config.h"
#include "domain/domain_xml.h"
#include "domain/lint.h"

#include "read_fixture.h"

#define DOMAIN(inner) "<domain type='kvm'>" inner "</domain>"
#define HYPERV(inner) DOMAIN("<features><hyperv>" inner "</hyperv></features>")
#define TIMER(attributes) DOMAIN("<clock offset='localtime'><timer " attributes "/></clock>")
#define OS(id)                                                                            \
	"<metadata><l:libosinfo xmlns:l='http://libosinfo.org/xmlns/libvirt/domain/1.0'>" \
	"<l:os id='http://" id "'/></l:libosinfo></metadata>"
#define WINDOWS OS("microsoft.com/win/11")
#define LINUX OS("debian.org/debian/12")
#define ARGUMENTS(first, second)                                                   \
	"<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>" \
	"<q:commandline><q:arg value='" first "'/><q:arg value='" second           \
	"'/></q:commandline></domain>"
#define CLOCK "<clock offset='localtime'><timer name='hypervclock' present='yes'/></clock>"
#define WITH_CLOCK(inner) DOMAIN("<features><hyperv>" inner "</hyperv></features>" CLOCK)
#define VPINDEX "<vpindex state='on'/>"
#define SYNIC "<synic state='on'/>"
#define STIMER "<stimer state='on'/>"

#define AMD                                      \
	{                                        \
		.kvm_vendor = "amd", .apicv = -1 \
	}
#define INTEL                                      \
	{                                          \
		.kvm_vendor = "intel", .apicv = -1 \
	}
#define LIBVIRT(version)                                  \
	{                                                 \
		.libvirt_version = (version), .apicv = -1 \
	}
#define QEMU(version)                                  \
	{                                              \
		.qemu_version = (version), .apicv = -1 \
	}
#define ANY                 \
	{                   \
		.apicv = -1 \
	}

#define ON(arch, inner) DOMAIN("<os><type arch='" arch "'>hvm</type></os>" inner)
#define HOST(architecture)                          \
	{                                           \
		.arch = (architecture), .apicv = -1 \
	}

struct lint_case {
	const char *id;
	const char *with, *without;        /* XML */
	struct lint_host host, other_host; /* without is read for the other */
};

/* clang-format off */
static const struct lint_case cases[] = {
	{ "stimer-without-synic", WITH_CLOCK(VPINDEX STIMER), WITH_CLOCK(VPINDEX STIMER SYNIC), ANY, ANY },
	{ "stimer-without-synic", WITH_CLOCK(VPINDEX STIMER "<synic state='off'/>"),
		DOMAIN("<features><hyperv mode='host-model'>" STIMER "</hyperv></features>"), ANY, ANY },
	{ "stimer-without-hypervclock", HYPERV(VPINDEX SYNIC STIMER), WITH_CLOCK(VPINDEX SYNIC STIMER), ANY, ANY },
	{ "stimer-without-hypervclock", HYPERV(STIMER),
		DOMAIN("<features><hyperv mode='passthrough'>" STIMER "</hyperv></features>"), ANY, ANY },
	{ "stimer-without-hypervclock", HYPERV(STIMER),
		DOMAIN("<features><hyperv mode='host-model'>" STIMER "</hyperv></features>"), ANY, ANY },
	{ "stimer-without-vpindex", WITH_CLOCK(SYNIC STIMER), WITH_CLOCK(SYNIC STIMER VPINDEX), ANY, ANY },
	{ "synic-without-vpindex", HYPERV(SYNIC), HYPERV(SYNIC VPINDEX), ANY, ANY },
	{ "direct-without-stimer", HYPERV("<stimer state='off'><direct state='on'/></stimer>"),
		HYPERV("<stimer state='on'><direct state='on'/></stimer>"), ANY, ANY },
	{ "tlbflush-without-vpindex", HYPERV("<tlbflush state='on'/>"), HYPERV("<tlbflush state='on'/>" VPINDEX),
		ANY, ANY },
	{ "tlbflush-extended-without-tlbflush", HYPERV("<tlbflush state='off'><extended state='on'/></tlbflush>"),
		HYPERV("<tlbflush state='on'><extended state='on'/></tlbflush>"), ANY, ANY },
	{ "tlbflush-direct-without-vapic", HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush>"),
		HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush><vapic state='on'/>"), ANY, ANY },
	{ "ipi-without-vpindex", HYPERV("<ipi state='on'/>"), HYPERV("<ipi state='on'/>" VPINDEX), ANY, ANY },
	{ "evmcs-without-vapic", HYPERV("<evmcs state='on'/>"), HYPERV("<evmcs state='on'/><vapic state='on'/>"),
		ANY, ANY },
	{ "evmcs-on-amd", HYPERV("<evmcs state='on'/>"), HYPERV("<evmcs state='on'/>"), AMD, INTEL },
	{ "evmcs-on-amd", HYPERV("<evmcs state='on'/>"), HYPERV("<evmcs state='on'/>"), AMD, ANY },
	{ "spinlocks-retries", HYPERV("<spinlocks state='on' retries='4094'/>"),
		HYPERV("<spinlocks state='on' retries='4095'/>"), ANY, ANY },
	{ "spinlocks-retries", HYPERV("<spinlocks state='on' retries='1'/>"),
		HYPERV("<spinlocks state='off' retries='1'/>"), ANY, ANY },
	{ "vendor-id-length", HYPERV("<vendor_id state='on' value='1234567890123'/>"),
		HYPERV("<vendor_id state='on' value='123456789012'/>"), ANY, ANY },
	{ "direct-needs-qemu-4.1", HYPERV("<stimer state='on'><direct state='on'/></stimer>"),
		HYPERV("<stimer state='on'><direct state='on'/></stimer>"), QEMU(4000001), QEMU(4001000) },
	{ "avic-needs-qemu-6.2", HYPERV("<avic state='on'/>"), HYPERV("<avic state='on'/>"), QEMU(6001999),
		QEMU(6002000) },
	{ "avic-needs-qemu-6.2", HYPERV("<avic state='on'/>"), HYPERV("<avic state='on'/>"), QEMU(6001999), ANY },
	{ "emsr-bitmap-needs-qemu-7.1", HYPERV("<emsr_bitmap state='on'/>"), HYPERV("<emsr_bitmap state='on'/>"),
		QEMU(7000000), QEMU(7001000) },
	{ "xmm-input-needs-qemu-7.1", HYPERV("<xmm_input state='on'/>"), HYPERV("<xmm_input state='on'/>"),
		QEMU(7000000), QEMU(7001000) },
	{ "tlbflush-extended-needs-qemu-7.1", HYPERV("<tlbflush state='on'><extended state='on'/></tlbflush>"),
		HYPERV("<tlbflush state='on'><extended state='on'/></tlbflush>"), QEMU(7000000), QEMU(7001000) },
	{ "tlbflush-direct-needs-qemu-7.1", HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush>"),
		HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush>"), QEMU(7000000), QEMU(7001000) },
	{ "passthrough-needs-libvirt-8.0", DOMAIN("<features><hyperv mode='passthrough'/></features>"),
		DOMAIN("<features><hyperv mode='passthrough'/></features>"), LIBVIRT(7010000), LIBVIRT(8000000) },
	{ "host-model-needs-libvirt-11.9", DOMAIN("<features><hyperv mode='host-model'/></features>"),
		DOMAIN("<features><hyperv mode='host-model'/></features>"), LIBVIRT(11008000), LIBVIRT(11009000) },
	{ "host-model-needs-libvirt-11.9", DOMAIN("<features><hyperv mode='host-model'/></features>"),
		DOMAIN("<features><hyperv mode='host-model'/></features>"), LIBVIRT(11008000), ANY },
	{ "rtc-tickpolicy", TIMER("name='rtc' tickpolicy='merge'"), TIMER("name='rtc' tickpolicy='catchup'"), ANY,
		ANY },
	{ "rtc-tickpolicy", TIMER("name='rtc' tickpolicy='discard'"), ARGUMENTS("-rtc", "driftfix=none"), ANY,
		ANY },
	{ "rtc-track-boot", TIMER("name='rtc' track='boot'"), TIMER("name='rtc' track='wall'"), ANY, ANY },
	{ "pit-merge", TIMER("name='pit' tickpolicy='merge'"), TIMER("name='pit' tickpolicy='discard'"), ANY, ANY },
	{ "platform-timer", TIMER("name='platform'"), TIMER("name='rtc'"), ANY, ANY },
	{ "armvtimer-on-x86",
		DOMAIN("<os><type arch='x86_64'/></os><clock><timer name='armvtimer'/></clock>"),
		DOMAIN("<os><type arch='aarch64'/></os><clock><timer name='armvtimer'/></clock>"), ANY, ANY },
	{ "hpet-refused", TIMER("name='hpet' present='yes'"), TIMER("name='hpet' present='yes'"),
		LIBVIRT(9000000), LIBVIRT(9002000) },
	{ "hpet-refused", TIMER("name='hpet' present='yes'"), TIMER("name='hpet' present='yes'"),
		LIBVIRT(9001999), LIBVIRT(8010000) },
	{ "hpet-refused", TIMER("name='hpet' present='yes'"), TIMER("name='hpet' present='no'"),
		LIBVIRT(9001000), LIBVIRT(9001000) },
	{ "hpet-on-rhel",
		DOMAIN("<os><type machine='pc-q35-rhel9.4.0'/></os><clock><timer name='hpet' present='yes'/></clock>"),
		DOMAIN("<os><type machine='pc-q35-rhel8.6.0'/></os><clock><timer name='hpet' present='yes'/></clock>"),
		ANY, ANY },
	{ "hpet-on-rhel",
		DOMAIN("<os><type machine='pc-q35-rhel10.0.0'/></os><clock><timer name='hpet' present='yes'/></clock>"),
		DOMAIN("<os><type machine='pc-q35-rhel10.0.0'/></os><clock/>"), ANY, ANY },
	{ "hypervclock-without-vpindex", WITH_CLOCK(""), WITH_CLOCK(VPINDEX), ANY, ANY },
	{ "synic-without-stimer", HYPERV(SYNIC), HYPERV(SYNIC STIMER), ANY, ANY },
	{ "windows-without-hyperv", DOMAIN(WINDOWS "<features><hyperv><relaxed state='off'/></hyperv></features>"),
		DOMAIN(WINDOWS "<features><hyperv><relaxed state='on'/></hyperv></features>"), ANY, ANY },
	{ "windows-without-hyperv", DOMAIN(WINDOWS), DOMAIN(LINUX), ANY, ANY },
	/* what is x86's, by the guest's architecture or else the host's */
	{ "windows-without-hyperv", ON("x86_64", WINDOWS), ON("aarch64", WINDOWS), ANY, ANY },
	{ "windows-without-hyperv", ON("i686", WINDOWS), ON("s390x", WINDOWS), HOST("aarch64"), HOST("x86_64") },
	{ "windows-without-hyperv", DOMAIN(WINDOWS), DOMAIN(WINDOWS), HOST("x86_64"), HOST("aarch64") },
	{ "hyperv-not-x86", ON("aarch64", "<features><hyperv><relaxed state='on'/></hyperv></features>"),
		ON("x86_64", "<features><hyperv><relaxed state='on'/></hyperv></features>"), ANY, ANY },
	{ "hyperv-not-x86", ON("riscv64", "<features><hyperv mode='passthrough'/></features>"), ON("riscv64", ""), ANY, ANY },
	{ "timer-not-x86", ON("aarch64", "<clock><timer name='hpet' present='yes'/></clock>"),
		ON("aarch64", "<clock><timer name='hpet' present='no'/></clock>"), ANY, ANY },
	{ "timer-not-x86", ON("ppc64le", "<clock><timer name='kvmclock' present='yes'/></clock>"),
		ON("x86_64", "<clock><timer name='kvmclock' present='yes'/></clock>"), ANY, ANY },
	{ "timer-not-x86", ON("s390x", "<clock><timer name='hypervclock' present='yes'/></clock>"),
		ON("s390x", "<clock><timer name='rtc' present='yes'/></clock>"), ANY, ANY },
	{ "feature-not-x86", ON("aarch64", "<features><vmport state='off'/></features>"),
		ON("x86_64", "<features><vmport state='off'/></features>"), ANY, ANY },
	{ "feature-not-x86", ON("aarch64", "<features><pvspinlock state='on'/></features>"),
		ON("aarch64", "<features><acpi/></features>"), ANY, ANY },
	{ "feature-not-x86", ON("aarch64", "<features><apic eoi='on'/></features>"),
		ON("aarch64", "<features><apic/></features>"), ANY, ANY },
	{ "hypervclock-without-vpindex", WITH_CLOCK(""), ON("aarch64", CLOCK), ANY, ANY },
	{ "windows-in-utc", DOMAIN(WINDOWS "<clock offset='utc'/>"), DOMAIN(WINDOWS "<clock offset='localtime'/>"),
		ANY, ANY },
	{ "windows-in-utc", DOMAIN(WINDOWS "<clock offset='utc'/>"), DOMAIN("<clock offset='utc'/>"), ANY, ANY },
	{ "passthrough", DOMAIN("<features><hyperv mode='passthrough'/></features>"),
		DOMAIN("<features><hyperv mode='custom'/></features>"), ANY, ANY },
	{ "avic-without-hardware", HYPERV("<avic state='on'/>"), HYPERV("<avic state='on'/>"), { .apicv = 0 },
		{ .apicv = 1 } },
	{ "avic-without-hardware", HYPERV("<avic state='on'/>"), HYPERV("<avic state='on'/>"), { .apicv = 0 },
		ANY },
	{ "hidden-from-linux", DOMAIN(LINUX "<features><kvm><hidden state='on'/></kvm></features>"),
		DOMAIN(WINDOWS "<features><kvm><hidden state='on'/></kvm></features>"), ANY, ANY },
	{ "hidden-from-linux",
		DOMAIN("<os><kernel>/vmlinuz</kernel></os><features><kvm><hidden state='on'/></kvm></features>"),
		DOMAIN("<features><kvm><hidden state='on'/></kvm></features>"), ANY, ANY },
	{ "linux-without-kvmclock", DOMAIN(LINUX "<clock><timer name='kvmclock' present='no'/></clock>"),
		DOMAIN("<clock><timer name='kvmclock' present='no'/></clock>"), ANY, ANY },
	{ "dedicated-unpinned", DOMAIN("<features><kvm><hint-dedicated state='on'/></kvm></features>"),
		DOMAIN("<features><kvm><hint-dedicated state='on'/></kvm></features><cputune><vcpupin/></cputune>"),
		ANY, ANY },
	{ "cpu-pm", ARGUMENTS("-overcommit", "cpu-pm=on"), ARGUMENTS("-overcommit", "cpu-pm=off"), ANY, ANY },
	{ "cpu-argument", ARGUMENTS("-cpu", "host"), ARGUMENTS("-rtc", "base=utc"), ANY, ANY },
	{ "clock-argument", ARGUMENTS("-rtc", "base=utc"), ARGUMENTS("-cpu", "host"), ANY, ANY },
	{ "clock-argument", ARGUMENTS("-no-hpet", "-S"), ARGUMENTS("-S", "no-hpet"), ANY, ANY },
	{ "machine-argument", ARGUMENTS("-machine", "vmport=off"), ARGUMENTS("-machine", "hpet=off"), ANY, ANY },
	{ "emsr-bitmap-without-evmcs", HYPERV("<emsr_bitmap state='on'/>"), HYPERV("<emsr_bitmap state='on'/>"),
		INTEL, AMD },
	{ "tlbflush-direct-without-evmcs", HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush>"),
		HYPERV("<tlbflush state='on'><direct state='on'/></tlbflush><evmcs state='on'/>"), INTEL, INTEL },
	{ "vendor-id-alone", HYPERV("<vendor_id state='on' value='x'/>"),
		HYPERV("<vendor_id state='on' value='x'/><relaxed state='on'/>"), ANY, ANY },
	{ "reenlightenment-without-frequency", HYPERV("<reenlightenment state='on'/>"),
		DOMAIN("<features><hyperv><reenlightenment state='on'/></hyperv></features>"
			"<clock><timer name='tsc' frequency='2000000000'/></clock>"), ANY, ANY },
	{ "rtc-absent", TIMER("name='rtc' present='no'"), TIMER("name='rtc' present='yes'"), ANY, ANY },
	{ "pit-absent", TIMER("name='pit' present='no'"), TIMER("name='pit'"), ANY, ANY },
	{ "hpet-tickpolicy", TIMER("name='hpet' present='yes' tickpolicy='catchup'"),
		TIMER("name='hpet' present='yes'"), ANY, ANY },
	{ "tsc-mode", TIMER("name='tsc' mode='native'"), TIMER("name='tsc' frequency='1'"), ANY, ANY },
	{ "catchup-numbers", DOMAIN("<clock><timer name='rtc'><catchup slew='1'/></timer></clock>"),
		DOMAIN("<clock><timer name='rtc'><catchup/></timer></clock>"), ANY, ANY },
	{ "msrs-unknown", DOMAIN("<features><msrs unknown='ignore'/></features>"), DOMAIN("<features/>"), ANY, ANY },
};
/* clang-format on */

#define CASES (sizeof cases / sizeof *cases)

static bool has_item(const char *id, const char *xml, const struct lint_host *host)
{
	const struct lint_item *items[LINT_MAX];
	struct domain_config config;
	bool found = false;
	size_t count;

	domain_xml_read(&config, xml);
	assert_true(config.parsed);
	count = lint_config(&config, host, items);
	for (size_t i = 0; i < count; i++)
		found |= !strcmp(items[i]->id, id);
	domain_config_fini(&config);
	return found;
}

static void each_item_has_its_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		if (!has_item(cases[i].id, cases[i].with, &cases[i].host))
			fail_msg("case %zu: no %s", i, cases[i].id);
		if (has_item(cases[i].id, cases[i].without, &cases[i].other_host))
			fail_msg("case %zu: %s where there is none", i, cases[i].id);
	}
}

static void all_items_are_tested_and_told(void **state)
{
	const struct lint_item *item;
	size_t i;

	(void)state;
	for (i = 0; (item = lint_item(i)); i++) {
		bool tested = false;

		for (size_t j = 0; j < CASES; j++)
			tested |= !strcmp(cases[j].id, item->id);
		if (!tested)
			fail_msg("%s has no case", item->id);
		assert_true(item->what[0] && item->why[0]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(lint_item(j)->id, item->id);
	}
	assert_true(i <= LINT_MAX);
}

/* "a b c": the ids of all that is found in text. */
static char *found_in(struct domain_config *config)
{
	const struct lint_host host = { .kvm_vendor = "intel",
		.apicv = 1,
		.libvirt_version = 11000000,
		.qemu_version = 9002000 };
	const struct lint_item *items[LINT_MAX];
	const size_t count = lint_config(config, &host, items);
	struct strbuf b = { 0 };

	for (size_t i = 0; i < count; i++) {
		strbuf_addf(&b, "%s%s", i ? " " : "", items[i]->id);
		assert_true(!i || items[i]->severity <= items[i - 1]->severity);
	}
	domain_config_fini(config);
	return strbuf_take(&b);
}

static void what_stacks_make(void **state)
{
	static const struct {
		const char *fixture, *items;
	} stacks[] = {
		{ "windows10.xml", "hypervclock-without-vpindex" },
		{ "nova.xml", "synic-without-stimer" },
		{ "ovirt.xml", "reenlightenment-without-frequency" },
		{ "kubevirt.xml", "" },
		{ "cloudstack.xml", "" },
		{ "linux.xml", "hidden-from-linux" },
		{ "overridden.xml",
			"hypervclock-without-vpindex cpu-pm cpu-argument clock-argument" },
		{ "broken.xml", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		char *xml = read_fixture("domains", stacks[i].fixture), *found;
		struct domain_config config;

		domain_xml_read(&config, xml);
		found = found_in(&config);
		assert_string_equal(found, stacks[i].items);
		free(found);
		free(xml);
	}
}

/* Words that libvirt makes nothing of have an effect on a command line. */
static void command_lines_are_taken_at_their_word(void **state)
{
	static const char text[] = "qemu\0-machine\0pit=off,hpet=on\0-rtc\0driftfix=none\0"
				   "-cpu\0host,hv-passthrough,kvm-hint-dedicated=on";
	struct domain_config config;
	char *found;

	(void)state;
	cmdline_config_read(&config, text, sizeof text);
	found = found_in(&config);
	assert_string_equal(found, "passthrough");
	free(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_has_its_case),
		cmocka_unit_test(all_items_are_tested_and_told),
		cmocka_unit_test(what_stacks_make),
		cmocka_unit_test(command_lines_are_taken_at_their_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
