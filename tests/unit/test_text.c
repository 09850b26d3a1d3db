#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

static void cleans(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "web1", "web1" },
		{ "", "" },
		{ "a\033[2Jb", "a?[2Jb" },
		{ "tab\there\n", "tab?here?" },
		{ "\x7f", "?" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "web-\xe6\x97\xa5\xe6\x9c\xac", "web-\xe6\x97\xa5\xe6\x9c\xac" },
		{ "c1 \xc2\x9b"
		  "31m",
			"c1 ?31m" }, /* U+009B is CSI */
		{ "rlo \xe2\x80\xae"
		  "gpj.exe",
			"rlo ?gpj.exe" }, /* U+202E */
		{ "\xcc\x81"
		  "e",
			"?e" }, /* a mark with nothing under it */
		{ "e\xcc\x81", "e\xcc\x81" },
		{ "e\xcc\x81\xcc\x81\xcc\x81", "e\xcc\x81\xcc\x81?" },
		{ "cut \xe6\x97", "cut ??" },
		{ "overlong \xc0\xaf", "overlong ??" },
		{ "surrogate \xed\xa0\x80", "surrogate ???" },
		{ "high \xf5\x80\x80\x80", "high ????" },
		{ "lone \x80", "lone ?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[64];

		assert_int_equal(text_clean(out, sizeof out, cases[i].in), strlen(cases[i].out));
		assert_string_equal(out, cases[i].out);
	}
}

static void clean_cuts_on_a_character(void **state)
{
	char out[7];

	(void)state;
	assert_int_equal(text_clean(out, sizeof out, "ab\xe6\x97\xa5\xe6\x9c\xac"), 5);
	assert_string_equal(out, "ab\xe6\x97\xa5");
	assert_int_equal(text_clean(out, 1, "abc"), 0);
	assert_string_equal(out, "");
	assert_int_equal(text_clean(NULL, 0, "abc"), 0);
}

static void measures_columns(void **state)
{
	int used;

	(void)state;
	assert_int_equal(text_width("web1"), 4);
	assert_int_equal(text_width("web-\xe6\x97\xa5\xe6\x9c\xac"), 8);
	assert_int_equal(text_width("e\xcc\x81"), 1);
	assert_int_equal(text_fit("\xe6\x97\xa5\xe6\x9c\xac", 3, &used),
		3); /* half a character does not fit */
	assert_int_equal(used, 2);
	assert_int_equal(text_fit("abc", 0, &used), 0);
	assert_int_equal(text_fit("abc", 10, &used), 3);
}

static void builds(void **state)
{
	struct strbuf b = { 0 };
	char *text;

	(void)state;
	assert_string_equal(strbuf_text(&b), "");
	strbuf_add(&b, "a");
	strbuf_addf(&b, "%d%s", 42, "");
	strbuf_addf(&b, "%s", "");
	strbuf_add_bytes(&b, "xyz", 2);
	assert_string_equal(strbuf_text(&b), "a42xy");
	text = strbuf_take(&b);
	assert_string_equal(text, "a42xy");
	free(text);
	text = strbuf_take(&b);
	assert_string_equal(text, "");
	free(text);
	for (int i = 0; i < 1000; i++)
		strbuf_add(&b, "0123456789");
	assert_int_equal(b.length, 10000);
	assert_int_equal(strlen(b.data), 10000);
	strbuf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cleans),
		cmocka_unit_test(clean_cuts_on_a_character),
		cmocka_unit_test(measures_columns),
		cmocka_unit_test(builds),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
