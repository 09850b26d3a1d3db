/* What a guest is promised, from libvirt's XML and from QEMU's command line. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/cmdline_config.h"
#include "domain/domain_xml.h"

static void check(const char *what, uint64_t found, uint64_t expected)
{
	if (found != expected)
		fail_msg("%s is %" PRIu64 " KiB, not %" PRIu64, what, found, expected);
}

static void reads_xml(void **state)
{
	static const struct {
		const char *xml;
		uint64_t kib;
	} cases[] = {
		{ "<memory unit='KiB'>2097152</memory><currentMemory>1048576</currentMemory>",
			2097152 },
		{ "<memory>2097152</memory>", 2097152 },
		{ "<memory unit='bytes'>4096</memory>", 4 },
		{ "<memory unit='b'>1023</memory>", 0 },
		{ "<memory unit='KB'>1024</memory>", 1000 },
		{ "<memory unit='k'>5</memory>", 5 },
		{ "<memory unit='MB'>512</memory>", 500000 },
		{ "<memory unit='M'>1</memory>", 1024 },
		{ "<memory unit='MiB'> 2 </memory>", 2048 },
		{ "<memory unit='GB'>1</memory>", 976562 },
		{ "<memory unit='G'>4</memory>", 4194304 },
		{ "<memory unit='GiB'>1</memory>", 1048576 },
		{ "<memory unit='TB'>1</memory>", 976562500 },
		{ "<memory unit='TiB'>1</memory>", 1073741824 },
		{ "<currentMemory unit='MiB'>3</currentMemory>", 3072 },
		{ "<memory unit='miles'>3</memory>", 0 },
		{ "<memory unit='TiB'>99999999999</memory>", 0 },
		{ "<memory>-1</memory>", 0 },
		{ "<memory>much</memory>", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;
		char xml[256];

		snprintf(xml, sizeof xml, "<domain type='kvm'>%s</domain>", cases[i].xml);
		domain_xml_read(&config, xml);
		check(xml, config.machine.memory_kib, cases[i].kib);
		domain_config_fini(&config);
	}
}

static void reads_huge_pages(void **state)
{
	static const struct {
		const char *xml;
		uint64_t kib;
	} cases[] = {
		{ "<hugepages/>", 0 },
		{ "<hugepages><page size='2048' unit='KiB'/></hugepages>", 2048 },
		{ "<hugepages><page size='2048'/></hugepages>", 2048 },
		{ "<hugepages><page size='1' unit='G'/></hugepages>", 1 << 20 },
		{ "<hugepages><page size='2' unit='M' nodeset='0'/></hugepages>",
			DOMAIN_PAGES_MIXED },
		{ "<hugepages><page size='2' unit='M'/><page size='1' unit='G' nodeset='1'/>"
		  "</hugepages>",
			DOMAIN_PAGES_MIXED },
		{ "<hugepages><page unit='M'/></hugepages>", DOMAIN_PAGES_MIXED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;
		char xml[256];

		snprintf(xml, sizeof xml,
			"<domain type='kvm'><memoryBacking>%s</memoryBacking>%s</domain>",
			cases[i].xml, i % 2 ? "<numatune/>" : "");
		domain_xml_read(&config, xml);
		assert_true(config.machine.hugepages);
		assert_int_equal(config.machine.memory_bound, i % 2);
		check(xml, config.machine.huge_page_kib, cases[i].kib);
		domain_config_fini(&config);
	}
}

static void reads_command_lines(void **state)
{
	static const struct {
		const char *value;
		uint64_t kib;
	} cases[] = {
		{ "4096", 4194304 },
		{ "512M", 524288 },
		{ "2g", 2097152 },
		{ "1.5G", 1572864 },
		{ "1T", 1073741824 },
		{ "4096b", 4 },
		{ "size=2097152k", 2097152 },
		{ "size=1G,slots=16,maxmem=1099511627776k", 1048576 },
		{ "slots=16,size=64", 65536 },
		{ "slots=16", 0 },
		{ "", 0 },
		{ "G", 0 },
		{ "-4", 0 },
		{ "4X", 0 },
		{ "4GB", 0 },
		{ "nan", 0 },
		{ "1e300T", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;
		char text[256];
		const int length = snprintf(
			text, sizeof text, "qemu-system-x86_64%c-m%c%s", 0, 0, cases[i].value);

		cmdline_config_read(&config, text, (size_t)length + 1);
		check(cases[i].value, config.machine.memory_kib, cases[i].kib);
		domain_config_fini(&config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_xml),
		cmocka_unit_test(reads_huge_pages),
		cmocka_unit_test(reads_command_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
