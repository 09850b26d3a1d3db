/* advice/xml_edit and xml_tree: what is changed, and that nothing else is. */
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
#include "domain/xml_edit.h"
#include "patience.h"

static char *edited(const char *xml, const char *path, const char *attribute, const char *value)
{
	char why[160] = "";
	struct xml_edit *edit = xml_edit_new(xml, why, sizeof why);
	char *result;

	if (!edit)
		fail_msg("%s: %s", xml, why);
	xml_edit_set(edit, path, attribute, value);
	result = xml_edit_result(edit, why, sizeof why);
	if (!result)
		fail_msg("%s: %s", xml, why);
	xml_edit_free(edit);
	return result;
}

static void check_set(void **state)
{
	static const struct {
		const char *before, *path, *attribute, *value, *after;
	} cases[] = {
		/* There already: nothing changes, whatever it looks like. */
		{ "<domain ><a\tb = \"on\" /></domain>\n\n", "a", "b", "on",
			"<domain ><a\tb = \"on\" /></domain>\n\n" },
		{ "<domain><a/></domain>", "a", NULL, NULL, "<domain><a/></domain>" },
		/* Another value: just the value changes. */
		{ "<domain><a x='1'\n  b = \"off\" c='2' /></domain>", "a", "b", "on",
			"<domain><a x='1'\n  b = \"on\" c='2' /></domain>" },
		{ "<domain><a b=''/></domain>", "a", "b", "on", "<domain><a b='on'/></domain>" },
		{ "<domain><a b='o&gt;f'></a ></domain>", "a", "b", "on",
			"<domain><a b='on'></a ></domain>" },
		/* An attribute that is missing. */
		{ "<domain><a/></domain>", "a", "b", "on", "<domain><a b='on'/></domain>" },
		{ "<domain><a  ></a></domain>", "a", "b", "on",
			"<domain><a b='on'  ></a></domain>" },
		{ "<domain type=\"kvm\"><a c='/' /></domain>", "a", "b", "on",
			"<domain type=\"kvm\"><a c='/' b=\"on\" /></domain>" },
		/* An element that is missing, all on one line. */
		{ "<domain/>", "a", "b", "on", "<domain>\n  <a b='on'/>\n</domain>" },
		{ "<domain></domain>", "a", "b", "on", "<domain>\n  <a b='on'/>\n</domain>" },
		{ "<domain><c/></domain>", "a/b", NULL, NULL, "<domain><c/><a><b/></a></domain>" },
		{ "<domain> <c/> </domain>", "a", NULL, NULL, "<domain> <c/> <a/> </domain>" },
		/* On lines, with the indentation of its neighbours. */
		{ "<domain>\n <c/>\n</domain>", "a/b", NULL, NULL,
			"<domain>\n <c/>\n <a>\n  <b/>\n </a>\n</domain>" },
		{ "<domain>\n\t<a/>\n</domain>", "a/b", NULL, NULL,
			"<domain>\n\t<a>\n\t\t<b/>\n\t</a>\n</domain>" },
		{ "<domain>\n  <a>\n  </a>\n</domain>", "a/b", NULL, NULL,
			"<domain>\n  <a>\n    <b/>\n  </a>\n</domain>" },
		{ "<domain>\n  <a></a>\n</domain>", "a/b", NULL, NULL,
			"<domain>\n  <a>\n    <b/>\n  </a>\n</domain>" },
		{ "<domain>\n  <a><c/></a>\n</domain>", "a/b", NULL, NULL,
			"<domain>\n  <a><c/><b/></a>\n</domain>" },
		{ "<domain>\n<a>\n</a>\n</domain>", "a/b/c", NULL, NULL,
			"<domain>\n<a>\n<b>\n<c/>\n</b>\n</a>\n</domain>" },
		{ "<domain>\r\n  <a/>\r\n</domain>\r\n", "a/b", NULL, NULL,
			"<domain>\r\n  <a>\r\n    <b/>\r\n  </a>\r\n</domain>\r\n" },
		{ "<domain>\n\n    <c/>\n\n</domain>", "a", NULL, NULL,
			"<domain>\n\n    <c/>\n    <a/>\n\n</domain>" },
		{ "  <domain>\n    <a/>\n  </domain>", "a/b", NULL, NULL,
			"  <domain>\n    <a>\n      <b/>\n    </a>\n  </domain>" },
		/* Which element is meant. */
		{ "<domain><t name='a'/><t name='b' p='no'/></domain>", "t[name=b]", "p", "yes",
			"<domain><t name='a'/><t name='b' p='yes'/></domain>" },
		{ "<domain><t name='a'/></domain>", "t[name=b]", "p", "yes",
			"<domain><t name='a'/><t name='b' p='yes'/></domain>" },
		{ "<domain><m><a b='x'/></m><a/></domain>", "a", "b", "on",
			"<domain><m><a b='x'/></m><a b='on'/></domain>" },
		{ "<domain><q:a xmlns:q='urn:q'/><a xmlns='urn:r'/></domain>", "a", "b", "on",
			"<domain><q:a xmlns:q='urn:q'/><a xmlns='urn:r'/><a b='on'/></domain>" },
		{ "<domain><!-- <a/> --><![CDATA[<a>]]><c/></domain>", "a", "b", "on",
			"<domain><!-- <a/> --><![CDATA[<a>]]><c/><a b='on'/></domain>" },
		/* What stands around it. */
		{ "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!-- x "
		  "-->\n<domain><n>B\xc3\xbc"
		  "ro &amp; &#x263a;</n><a/></domain>",
			"a", "b", "on",
			"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!-- x "
			"-->\n<domain><n>B\xc3"
			"\xbcro &amp; &#x263a;</n><a b='on'/></domain>" },
		{ "<domain><?pi <a/> ?><a t='a > b'/></domain><!-- end -->", "a", "b", "on",
			"<domain><?pi <a/> ?><a t='a > b' b='on'/></domain><!-- end -->" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *result =
			edited(cases[i].before, cases[i].path, cases[i].attribute, cases[i].value);
		char *again;

		assert_string_equal(result, cases[i].after);
		/* Once changed, it is so already. */
		again = edited(result, cases[i].path, cases[i].attribute, cases[i].value);
		assert_string_equal(again, result);
		free(again);
		free(result);
	}
}

static void check_several(void **state)
{
	const char *before = "<domain>\n  <features>\n    <hyperv/>\n  </features>\n</domain>\n";
	char why[160];
	struct xml_edit *edit = xml_edit_new(before, why, sizeof why);
	char *result;

	(void)state;
	assert_non_null(edit);
	xml_edit_set(edit, "features/hyperv", "mode", "custom");
	xml_edit_set(edit, "features/hyperv/stimer/direct", "state", "off");
	xml_edit_set(edit, "features/hyperv/stimer", "state", "on");
	xml_edit_set(edit, "features/hyperv/stimer/direct", "state", "on");
	xml_edit_set(edit, "features/hyperv/synic", "state", "on");
	xml_edit_default(edit, "features/hyperv", "mode", "passthrough");
	xml_edit_default(edit, "clock", "offset", "utc");
	result = xml_edit_result(edit, why, sizeof why);
	/* The first of the two values for direct does not hold, and that is found out. */
	assert_null(result);
	assert_non_null(strstr(why, "features/hyperv/stimer/direct"));
	xml_edit_free(edit);

	edit = xml_edit_new(before, why, sizeof why);
	xml_edit_set(edit, "features/hyperv", "mode", "custom");
	xml_edit_set(edit, "features/hyperv/stimer/direct", "state", "on");
	xml_edit_set(edit, "features/hyperv/stimer", "state", "on");
	xml_edit_set(edit, "features/hyperv/synic", "state", "on");
	xml_edit_default(edit, "features/hyperv", "mode", "passthrough");
	xml_edit_default(edit, "clock", "offset", "utc");
	result = xml_edit_result(edit, why, sizeof why);
	assert_string_equal(result, "<domain>\n"
				    "  <features>\n"
				    "    <hyperv mode='custom'>\n"
				    "      <stimer state='on'>\n"
				    "        <direct state='on'/>\n"
				    "      </stimer>\n"
				    "      <synic state='on'/>\n"
				    "    </hyperv>\n"
				    "  </features>\n"
				    "  <clock offset='utc'/>\n"
				    "</domain>\n");
	free(result);
	xml_edit_free(edit);
}

static char *result_of(struct xml_edit *edit)
{
	char why[160] = "";
	char *result = xml_edit_result(edit, why, sizeof why);

	if (!result)
		fail_msg("%s", why);
	xml_edit_free(edit);
	return result;
}

/* Removes all elements that path fits. */
static void check_remove(void **state)
{
	static const struct {
		const char *before, *path, *after;
	} cases[] = {
		{ "<domain><a/></domain>", "a", "<domain></domain>" },
		{ "<domain><a><b/></a><c/></domain>", "a", "<domain><c/></domain>" },
		{ "<domain> <a/> <c/> </domain>", "a", "<domain>  <c/> </domain>" },
		/* Its line goes with it, and no other. */
		{ "<domain>\n  <a/>\n  <c/>\n</domain>", "a", "<domain>\n  <c/>\n</domain>" },
		{ "<domain>\n  <c/>\n\n  <a/>\n</domain>\n", "a",
			"<domain>\n  <c/>\n\n</domain>\n" },
		{ "<domain>\n  <a>\n    <b/>\n  </a>  \n  <c/>\n</domain>", "a",
			"<domain>  \n  <c/>\n</domain>" },
		{ "<domain>\n  <a/>\n  <a/>\n\t<a/>\n</domain>", "a", "<domain>\n</domain>" },
		{ "<domain>\r\n  <a/>\r\n  <c/>\r\n</domain>\r\n", "a",
			"<domain>\r\n  <c/>\r\n</domain>\r\n" },
		/* What else stands on the line stays. */
		{ "<domain>\n  <a/><!-- why -->\n</domain>", "a",
			"<domain>\n  <!-- why -->\n</domain>" },
		{ "<domain>\n  <c/><a/>\n</domain>", "a", "<domain>\n  <c/>\n</domain>" },
		{ "<domain>\n  <!-- a -->\n  <a/>\n</domain>", "a",
			"<domain>\n  <!-- a -->\n</domain>" },
		{ "<domain>text\n  <a/>text</domain>", "a", "<domain>text\n  text</domain>" },
		/* Which one. */
		{ "<domain><t n='1'/><t n='2'/><t n='1' m='3'/></domain>", "t[n=1]",
			"<domain><t n='2'/></domain>" },
		{ "<domain xmlns:q='urn:q'><q:a/><a/></domain>", "a",
			"<domain xmlns:q='urn:q'><q:a/></domain>" },
		{ "<domain xmlns:q='urn:q'><q:a/><a/></domain>", "q:a",
			"<domain xmlns:q='urn:q'><a/></domain>" },
		{ "<domain><c><a/></c><a/></domain>", "c/a", "<domain><c></c><a/></domain>" },
		{ "<domain><c/></domain>", "a", "<domain><c/></domain>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct xml_edit *edit = xml_edit_new(cases[i].before, NULL, 0);
		struct xml_element *e = NULL;
		char *result;

		while ((e = xml_edit_next(edit, cases[i].path, e)))
			xml_edit_remove(e);
		assert_null(xml_edit_find(edit, cases[i].path));
		result = result_of(edit);
		assert_string_equal(result, cases[i].after);
		free(result);
	}
	xml_edit_remove(NULL);
}

/* Removed and added in one place, in all layouts. */
static void check_replace(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "<domain><p><a/></p></domain>", "<domain><p><b c='d'/></p></domain>" },
		{ "<domain>\n  <p>\n    <a/>\n  </p>\n</domain>",
			"<domain>\n  <p>\n    <b c='d'/>\n  </p>\n</domain>" },
		{ "<domain>\n  <p>\n    <a/>\n    <e/>\n    <a/>\n  </p>\n</domain>",
			"<domain>\n  <p>\n    <e/>\n    <b c='d'/>\n  </p>\n</domain>" },
		{ "<domain>\r\n\t<p>\r\n\t\t<a/>\r\n\t</p>\r\n</domain>",
			"<domain>\r\n\t<p>\r\n\t\t<b c='d'/>\r\n\t</p>\r\n</domain>" },
		{ "<domain><p>\n<a/></p></domain>", "<domain><p>\n<b c='d'/></p></domain>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct xml_edit *edit = xml_edit_new(cases[i].before, NULL, 0);
		struct xml_element *e = NULL;
		char *result;

		while ((e = xml_edit_next(edit, "p/a", e)))
			xml_edit_remove(e);
		e = xml_edit_add(edit, xml_edit_find(edit, "p"), "b");
		xml_edit_change(edit, e, "c", "x");
		xml_edit_change(edit, e, "c", "d");
		assert_string_equal(xml_edit_value(e, "c"), "d");
		result = result_of(edit);
		assert_string_equal(result, cases[i].after);
		free(result);
	}
}

static void check_look(void **state)
{
	struct xml_edit *edit =
		xml_edit_new("<domain><n> 12 <c>x</c></n><t a='1&amp;2'/><e/></domain>", NULL, 0);
	const struct xml_element *n = xml_edit_find(edit, "n");
	char why[160] = "";

	(void)state;
	assert_string_equal(xml_edit_content(edit, n), " 12 ");
	assert_string_equal(xml_edit_content(edit, xml_edit_child(n, "c")), "x");
	assert_string_equal(xml_edit_content(edit, xml_edit_find(edit, "e")), "");
	assert_string_equal(xml_edit_value(xml_edit_find(edit, "t"), "a"), "1&amp;2");
	assert_null(xml_edit_value(n, "a"));
	assert_null(xml_edit_value(NULL, "a"));
	assert_null(xml_edit_child(n, "d"));
	assert_ptr_equal(xml_edit_find(edit, "n/c"), xml_edit_child(n, "c"));
	xml_edit_refuse(edit, "it is not to be");
	assert_null(xml_edit_result(edit, why, sizeof why));
	assert_string_equal(why, "it is not to be");
	xml_edit_free(edit);
}

static void check_refused(void **state)
{
	static const struct {
		const char *xml, *why;
	} cases[] = {
		{ "", "does not parse" },
		{ "domain", "does not parse" },
		{ "Lo\xa7\x94>", "begin with" }, /* <?xm in EBCDIC */
		{ "\xff\xfe<", "begin with" },   /* the mark of UTF-16 */
		{ "<domain><a></domain>", "does not parse: line 1: " },
		{ "<domain>\n<a", "line 2" },
		{ "<domain/><domain/>", "does not parse" },
		{ "<domain a='1' a='2'/>", "does not parse" },
		{ "<domain a='<'/>", "does not parse" },
		{ "<domain>&unknown;</domain>", "does not parse" },
		{ "<domain>\xff</domain>", "does not parse" },
		{ "<domain>\033[2J</domain>", "does not parse" },
		{ "<domain\033[2J/>", "does not parse" },
		{ "<network/>", "not <domain>" },
		{ "<q:domain xmlns:q='urn:q'/>", "not <domain>" },
		{ "<!DOCTYPE domain [<!ENTITY e '<a/>'>]><domain>&e;</domain>", "document type" },
		{ "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>", "document type" },
		{ "<?xml version='1.0' encoding='ISO-8859-1'?><domain/>", "not UTF-8" },
		{ "<?xml version='1.0' encoding=\"utf-16\"?><domain/>", "not UTF-8" },
		{ "<?xml version='1.0' encoding='utf-8x'?><domain/>", "not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[160] = "";

		assert_null(xml_edit_new(cases[i].xml, why, sizeof why));
		if (!strstr(why, cases[i].why))
			fail_msg("%s: \"%s\" is not in \"%s\"", cases[i].xml, cases[i].why, why);
		for (const char *c = why; *c; c++)
			assert_in_range(*c, ' ', '~');
	}
}

/* Cut short anywhere, or one byte of it turned into another: refused or changed, never a crash. */
static void check_damaged(void **state)
{
	static const char xml[] =
		"<?xml version='1.0'?><domain type='kvm'>\n <features>\n  <hyperv "
		"mode='custom'/>\n </features><!-- - -->\n<x><![CDATA[]]>&lt;</x>"
		"</domain>";
	static const char bytes[] = "<>/'\"=& \n!?a[";

	(void)state;
	for (size_t i = 0; i < sizeof xml; i++) {
		for (size_t b = 0; b < sizeof bytes; b++) {
			char damaged[sizeof xml], why[160];
			struct xml_edit *edit;

			memcpy(damaged, xml, sizeof xml);
			damaged[i] = bytes[b]; /* the last one, '\0', cuts it */
			damaged[sizeof xml - 1] = '\0';
			edit = xml_edit_new(damaged, why, sizeof why);
			if (!edit)
				continue;
			xml_edit_set(edit, "features/hyperv/synic", "state", "on");
			xml_edit_remove(xml_edit_find(edit, "x"));
			free(xml_edit_result(edit, why, sizeof why));
			xml_edit_free(edit);
		}
	}
}

static void check_big(void **state)
{
	const uint64_t start_ns = patience_cpu_ns();
	struct strbuf before = { 0 };
	char *after;

	(void)state;
	strbuf_add(&before, "<domain>\n  <devices>\n");
	for (int i = 0; before.length < 1 << 20; i++)
		strbuf_addf(&before, "    <disk type='file'><target dev='vd%d'/></disk>\n", i);
	strbuf_add(&before, "  </devices>\n</domain>\n");
	after = edited(before.data, "features/acpi", NULL, NULL);
	assert_int_equal(strlen(after),
		before.length + strlen("  <features>\n    <acpi/>\n  </features>\n"));
	assert_true(patience_cpu_ns() - start_ns < 5 * NS_PER_S);
	free(after);
	strbuf_fini(&before);
}

/* Deep nesting ends in a sentence, not at the end of the stack. */
static void check_deep(void **state)
{
	struct strbuf xml = { 0 };
	char why[160] = "";

	(void)state;
	strbuf_add(&xml, "<domain>");
	for (int i = 0; i < 100000; i++)
		strbuf_add(&xml, "<a>");
	assert_null(xml_edit_new(xml.data, why, sizeof why));
	assert_non_null(strstr(why, "does not parse"));
	strbuf_fini(&xml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_set),
		cmocka_unit_test(check_several),
		cmocka_unit_test(check_remove),
		cmocka_unit_test(check_replace),
		cmocka_unit_test(check_look),
		cmocka_unit_test(check_refused),
		cmocka_unit_test(check_damaged),
		cmocka_unit_test(check_big),
		cmocka_unit_test(check_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
