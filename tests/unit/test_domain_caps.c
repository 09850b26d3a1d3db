/* source/domain_caps: what libvirt's answers say, and what is made of answers that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "domain/domain_caps.h"

static char *read_fixture(const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct strbuf b = { 0 };
	char path[4096], piece[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/fixtures/domcaps/%s", tests ? tests : "tests", name);
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		strbuf_add_bytes(&b, piece, n);
	fclose(f);
	return strbuf_take(&b);
}

static struct domain_caps caps_of(const char *xml)
{
	struct domain_caps caps = { .libvirt_version = 9000000, .hyperv_count = 7 };

	domain_caps_read(&caps, xml);
	assert_int_equal(caps.libvirt_version, 9000000);
	return caps;
}

static void check_answers(void **state)
{
	static const struct {
		const char *fixture;
		bool hyperv_known;
		enum tristate stimer, spinlocks;
	} cases[] = {
		{ "hyperv.xml", true, TRI_YES, TRI_YES },
		{ "without-hyperv.xml", true, TRI_NO, TRI_YES },
		{ "old.xml", false, TRI_UNKNOWN, TRI_UNKNOWN }, /* libvirt 8 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *xml = read_fixture(cases[i].fixture);
		const struct domain_caps caps = caps_of(xml);

		assert_true(caps.known);
		assert_int_equal(caps.hyperv_known, cases[i].hyperv_known);
		assert_int_equal(domain_caps_hyperv(&caps, "stimer"), cases[i].stimer);
		assert_int_equal(domain_caps_hyperv(&caps, "spinlocks"), cases[i].spinlocks);
		assert_int_equal(caps.host_passthrough, TRI_YES);
		assert_int_equal(caps.host_model, TRI_YES);
		assert_int_equal(caps.invtsc, TRI_YES);
		assert_string_equal(caps.cpu_vendor, "Intel");
		free(xml);
	}
}

static void check_small(void **state)
{
	struct domain_caps caps =
		caps_of("<domainCapabilities><features><hyperv supported='no'/></features>"
			"</domainCapabilities>");

	(void)state;
	assert_true(caps.known);
	assert_int_equal(domain_caps_hyperv(&caps, "stimer"), TRI_NO);
	assert_int_equal(caps.host_model, TRI_UNKNOWN);
	assert_string_equal(caps.cpu_vendor, "");

	caps = caps_of("<domainCapabilities/>");
	assert_true(caps.known);
	assert_int_equal(domain_caps_hyperv(&caps, "stimer"), TRI_UNKNOWN);

	/* Another namespace's elements are not libvirt's; nor is a name that does not fit. */
	caps = caps_of(
		"<domainCapabilities xmlns:x='urn:x'><features><x:hyperv supported='no'/><hyperv>"
		"<enum name='features'><value>stimer</value><value>a-name-that-is-much-too-long-"
		"for-this</value><x:value>synic</x:value></enum></hyperv></features>"
		"</domainCapabilities>");
	assert_int_equal(caps.hyperv_count, 1);
	assert_string_equal(caps.hyperv[0], "stimer");
	assert_int_equal(domain_caps_hyperv(NULL, "stimer"), TRI_UNKNOWN);
}

#define HOST_MODEL(fallback, more)                                          \
	"<domainCapabilities><cpu><mode name='host-model' supported='yes'>" \
	"<model fallback='" fallback "'>Haswell</model>" more "</mode></cpu></domainCapabilities>"
#define VMX "<feature policy='require' name='vmx'/>"

/* That invtsc is not there is only told by a list of QEMU's own. */
static void check_invtsc(void **state)
{
	static const struct {
		const char *xml;
		enum tristate invtsc;
	} cases[] = {
		{ HOST_MODEL("forbid", VMX "<feature policy='require' name='invtsc'/>"), TRI_YES },
		{ HOST_MODEL("allow", VMX "<feature policy='require' name='invtsc'/>"), TRI_YES },
		{ HOST_MODEL("forbid", VMX), TRI_NO },
		{ HOST_MODEL("forbid", ""), TRI_NO },
		{ HOST_MODEL("forbid", "<feature policy='disable' name='invtsc'/>"), TRI_NO },
		{ HOST_MODEL("allow", VMX), TRI_UNKNOWN }, /* a QEMU before 2.9 */
		{ HOST_MODEL("allow", ""), TRI_UNKNOWN },
		{ "<domainCapabilities><cpu><mode name='host-model' supported='no'/></cpu>"
		  "</domainCapabilities>",
			TRI_UNKNOWN },
		{ "<domainCapabilities/>", TRI_UNKNOWN },
		{ "", TRI_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(caps_of(cases[i].xml).invtsc, cases[i].invtsc);
}

static void check_not_known(void **state)
{
	static const char *const xml[] = { NULL, "", "nothing", "<domain/>",
		"<x:domainCapabilities xmlns:x='urn:x'/>", "<domainCapabilities>",
		"<!DOCTYPE domainCapabilities [<!ENTITY e 'x'>]><domainCapabilities/>" };

	(void)state;
	for (size_t i = 0; i < sizeof xml / sizeof *xml; i++) {
		const struct domain_caps caps = caps_of(xml[i]);

		assert_false(caps.known);
		assert_false(caps.hyperv_known);
		assert_int_equal(caps.hyperv_count, 0);
	}
}

/* More features than there is room for: the rest is left out. */
static void check_many(void **state)
{
	struct strbuf xml = { 0 };
	struct domain_caps caps;

	(void)state;
	strbuf_add(&xml, "<domainCapabilities><features><hyperv><enum name='features'>");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&xml, "<value>feature%d</value>", i);
	strbuf_add(&xml, "</enum></hyperv></features></domainCapabilities>");
	caps = caps_of(xml.data);
	assert_int_equal(caps.hyperv_count, DOMAIN_CAPS_HYPERV_MAX);
	strbuf_fini(&xml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_answers),
		cmocka_unit_test(check_small),
		cmocka_unit_test(check_invtsc),
		cmocka_unit_test(check_not_known),
		cmocka_unit_test(check_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
