/* domain_xml: every fixture, told in one line, and texts that are made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/text.h"
#include "domain/domain_xml.h"

#include "config_text.h"
#include "patience.h"
#include "read_fixture.h"

/* "localtime, rtc tickpolicy=catchup, hpet no | custom, relaxed yes" */
static char *describe(const struct domain_config *config)
{
	struct strbuf b = { 0 };

	if (!config->parsed)
		return strdup("not parsed");
	config_text_timers(&b, config);
	return strbuf_take(&b);
}

static void assert_reads(const char *what, const char *xml, const char *expected)
{
	struct domain_config config;
	char *found;

	domain_xml_read(&config, xml);
	found = describe(&config);
	if (strcmp(found, expected) != 0)
		fail_msg("%s\n  read:     %s\n  expected: %s", what, found, expected);
	free(found);
	domain_config_fini(&config);
}

/* 15 and 23 characters: what is longer is cut to fit. */
#define O15 "ooooooooooooooo"
#define T15 "ttttttttttttttt"
#define M15 "mmmmmmmmmmmmmmm"
#define E23 "eeeeeeeeeeeeeeeeeeeeeee"
#define V23 "vvvvvvvvvvvvvvvvvvvvvvv"
#define Z46 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"

static const struct {
	const char *fixture;
	const char *expected;
} fixtures[] = {
	{ "windows10.xml",
		"localtime, rtc tickpolicy=catchup, pit tickpolicy=delay, hpet no, hypervclock yes"
		" | custom, relaxed yes, vapic yes, spinlocks yes value=8191" },
	{ "hyperv-full.xml",
		"timezone timezone=Europe/Vienna, tsc mode=native frequency=2593994000,"
		" rtc yes tickpolicy=catchup track=wall catchup=123/120/10000, hpet yes, "
		"hypervclock yes"
		" | custom, relaxed yes, vapic yes, spinlocks yes value=8191, vpindex yes, runtime "
		"yes,"
		" synic yes, stimer yes, stimer.direct yes, reset no, vendor_id yes value=KVM Hv,"
		" frequencies yes, tlbflush yes, tlbflush.direct yes, tlbflush.extended no, ipi" },
	{ "win11.xml",
		"absolute start=1700000000, rtc tickpolicy=catchup track=guest"
		" catchup=123/120/10000, pit tickpolicy=delay, hpet no, kvmclock no, hypervclock"
		" yes, tsc yes mode=native frequency=2500000000, armvtimer tickpolicy=discard,"
		" platform track=boot | custom, relaxed yes, vapic yes, spinlocks yes"
		" value=8191, vpindex yes, runtime yes, synic yes, stimer yes, stimer.direct"
		" yes, reset yes, vendor_id yes value=KVM & Hv, frequencies yes, reenlightenment"
		" no, tlbflush yes, tlbflush.direct yes, tlbflush.extended yes, ipi yes, evmcs"
		" no, avic yes, emsr_bitmap yes, xmm_input yes" },
	{ "linux.xml", "utc, rtc tickpolicy=catchup, pit tickpolicy=delay, hpet yes | no hyperv" },
	{ "nova.xml",
		"localtime, pit tickpolicy=delay, rtc tickpolicy=catchup, hpet no, hypervclock"
		" yes | custom, relaxed yes, vapic yes, spinlocks yes value=8191, vpindex yes,"
		" runtime yes, synic yes, reset yes, frequencies yes, tlbflush yes, ipi yes" },
	{ "ovirt.xml",
		"variable basis=utc adjustment=3599, hypervclock yes, rtc tickpolicy=catchup,"
		" pit tickpolicy=delay, hpet no | custom, relaxed yes, vapic yes, spinlocks yes"
		" value=8191, vpindex yes, runtime yes, synic yes, stimer yes, stimer.direct"
		" yes, reset yes, frequencies yes, reenlightenment yes, tlbflush yes, ipi yes" },
	{ "cloudstack.xml", "utc adjustment=reset | no hyperv" },
	{ "overridden.xml", "utc, rtc tickpolicy=catchup, hpet no, hypervclock yes | , relaxed yes,"
			    " spinlocks yes value=8191, vendor_id yes value=whatever" },
	{ "no-clock.xml", "no clock | no hyperv" },
	{ "broken.xml", "not parsed" },
	{ "two-clocks.xml",
		"variable basis=localtime adjustment=-3600, pit tickpolicy=discard, hpet no,"
		" rtc | passthrough, relaxed yes" },
	{ "qemu-commandline.xml", "utc, kvmclock no, pit tickpolicy=discard | no hyperv" },
	{ "kubevirt.xml", "utc adjustment=reset, pit tickpolicy=delay, rtc tickpolicy=catchup, "
			  "hpet no, hyperv yes"
			  " | , relaxed yes, vapic yes, spinlocks yes value=8191" },
	{ "long-name.xml",
		O15 " timezone=" Z46 ", " T15 " yes frequency=18446744073709551615, rtc?31m"
		    " | " M15 ", " E23 " yes value=" V23 },
	{ "domstatus.xml", "not parsed" },
};

static void test_fixtures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		char *xml = read_fixture("domains", fixtures[i].fixture);

		assert_reads(fixtures[i].fixture, xml, fixtures[i].expected);
		free(xml);
	}
}

static const struct {
	const char *xml;
	const char *expected;
} texts[] = {
	{ NULL, "not parsed" },
	{ "", "not parsed" },
	{ " ", "not parsed" },
	{ "\xff\xfe\x01", "not parsed" },
	{ "error: failed to get domain", "not parsed" },
	{ "<domain/>", "no clock | no hyperv" },
	{ "<domain/><domain/>", "not parsed" },
	{ "<domain><clock/></domain>", " | no hyperv" },
	{ "<domain><clock><timer/></clock></domain>", ",  | no hyperv" },
	{ "<domain><clock><rtc/>text<!-- c --></clock><features/></domain>", " | no hyperv" },
	{ "<domain><features><hyperv/></features></domain>", "no clock | " },
	{ "<domain><clock><timer name='a' present='maybe'/></clock></domain>", ", a | no hyperv" },
	{ "<domain><clock><timer name='a' present='on'/></clock></domain>", ", a yes | no hyperv" },
	{ "<domain><clock><timer name='a' present='yesterday'/></clock></domain>",
		", a | no hyperv" },
	{ "<domain><clock><timer name='tsc' frequency='-5'/></clock></domain>",
		", tsc | no hyperv" },
	{ "<domain><clock><timer name='tsc' frequency='fast'/></clock></domain>",
		", tsc | no hyperv" },
	{ "<domain><features><hyperv><a><b state='on'><c "
	  "state='on'/></b></a></hyperv></features></domain>",
		"no clock | , a, a.b yes" },
	{ "<!DOCTYPE domain [<!ENTITY e 'utc'>]><domain><clock offset='&e;'/></domain>",
		"not parsed" },
	{ "<domain xmlns='urn:other'><clock offset='utc'/></domain>", "not parsed" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_reads(texts[i].xml ? texts[i].xml : "NULL", texts[i].xml, texts[i].expected);
}

/* Entities that would grow to 80 MB per attribute, and one that reads a file. */
static void test_entities(void **state)
{
	const uint64_t start_ns = patience_cpu_ns();
	char *xml = read_fixture("domains", "entities.xml");

	(void)state;
	assert_reads("entities.xml", xml, "not parsed");
	assert_true(patience_cpu_ns() - start_ns < 10 * NS_PER_S);
	free(xml);
}

static void test_megabytes(void **state)
{
	struct strbuf xml = { 0 };

	(void)state;
	strbuf_add(&xml, "<domain><description>");
	while (xml.length < 4u << 20)
		strbuf_add(&xml,
			"a tenant may write what he likes here, and as much of it as he likes; ");
	strbuf_add(&xml, "</description><clock offset='utc'/></domain>");
	assert_reads("4 MiB", strbuf_text(&xml), "utc | no hyperv");
	strbuf_fini(&xml);
}

static void test_deep_nesting(void **state)
{
	struct strbuf xml = { 0 };

	(void)state;
	strbuf_add(&xml, "<domain>");
	for (int i = 0; i < 100000; i++)
		strbuf_add(&xml, "<a>");
	assert_reads("deep", strbuf_text(&xml), "not parsed");
	strbuf_fini(&xml);
}

/* A text cut anywhere reads as nothing, until the last tag is whole. */
static void test_every_cut(void **state)
{
	char *xml = read_fixture("domains", "hyperv-full.xml");
	size_t whole = strlen(xml) - strlen("\n");

	(void)state;
	while (whole-- > 0) {
		xml[whole] = '\0';
		assert_reads("cut", xml, "not parsed");
	}
	free(xml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_entities),
		cmocka_unit_test(test_megabytes),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
