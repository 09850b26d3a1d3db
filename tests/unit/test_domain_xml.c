/* domain_xml: every fixture, told in one line, and texts that are made up here. */
#include <inttypes.h>
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
#include "source/domain_xml.h"

static char *read_fixture(const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct strbuf path = { 0 }, text = { 0 };
	char buffer[4096];
	size_t length;
	FILE *file;

	strbuf_addf(&path, "%s/fixtures/domains/%s", tests ? tests : "tests", name);
	file = fopen(strbuf_text(&path), "re");
	if (!file)
		fail_msg("%s cannot be opened", strbuf_text(&path));
	while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
		strbuf_add_bytes(&text, buffer, length);
	fclose(file);
	strbuf_fini(&path);
	return strbuf_take(&text);
}

static void add_field(struct strbuf *b, const char *label, const char *value)
{
	if (value[0])
		strbuf_addf(b, " %s=%s", label, value);
}

static void add_tristate(struct strbuf *b, enum tristate state)
{
	static const char *const names[] = {
		[TRI_UNKNOWN] = "", [TRI_NO] = " no", [TRI_YES] = " yes"
	};

	strbuf_add(b, names[state]);
}

/* "localtime, rtc tickpolicy=catchup, hpet no | custom, relaxed yes" */
static char *describe(const struct domain_config *config)
{
	const struct domain_clock *clock = &config->clock;
	struct strbuf b = { 0 };

	if (!config->parsed)
		return strdup("not parsed");
	strbuf_add(&b, clock->known ? clock->offset : "no clock");
	add_field(&b, "timezone", clock->timezone);
	add_field(&b, "basis", clock->basis);
	add_field(&b, "adjustment", clock->adjustment);
	for (size_t i = 0; i < clock->timer_count; i++) {
		const struct domain_timer *timer = &clock->timers[i];

		strbuf_addf(&b, ", %s", timer->name);
		add_tristate(&b, timer->present);
		add_field(&b, "tickpolicy", timer->tickpolicy);
		add_field(&b, "track", timer->track);
		add_field(&b, "mode", timer->mode);
		if (timer->frequency_hz)
			strbuf_addf(&b, " frequency=%" PRIu64, timer->frequency_hz);
	}
	strbuf_addf(&b, " | %s", config->hyperv.known ? config->hyperv.mode : "no hyperv");
	for (size_t i = 0; i < config->hyperv.count; i++) {
		strbuf_addf(&b, ", %s", config->hyperv.items[i].name);
		add_tristate(&b, config->hyperv.items[i].state);
		add_field(&b, "value", config->hyperv.items[i].value);
	}
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
		" rtc yes tickpolicy=catchup track=wall, hpet yes, hypervclock yes"
		" | custom, relaxed yes, vapic yes, spinlocks yes value=8191, vpindex yes, runtime "
		"yes,"
		" synic yes, stimer yes, stimer.direct yes, reset no, vendor_id yes value=KVM Hv,"
		" frequencies yes, tlbflush yes, tlbflush.direct yes, tlbflush.extended no, ipi" },
	{ "no-clock.xml", "no clock | no hyperv" },
	{ "broken.xml", "not parsed" },
	{ "two-clocks.xml", "variable basis=localtime adjustment=-3600, pit tickpolicy=discard | , "
			    "relaxed yes" },
	{ "qemu-commandline.xml", "utc, kvmclock no | no hyperv" },
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
		char *xml = read_fixture(fixtures[i].fixture);

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
	const uint64_t start_ns = clock_mono_ns();
	char *xml = read_fixture("entities.xml");

	(void)state;
	assert_reads("entities.xml", xml, "not parsed");
	assert_true(clock_mono_ns() - start_ns < NS_PER_S);
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
	char *xml = read_fixture("hyperv-full.xml");
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
