#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/text.h"
#include "source/replay/replay_json.h"

static bool takes(struct replay_json *j, const char *text, char *why, size_t size)
{
	why[0] = '\0';
	return replay_json_read(j, text, strlen(text), why, size);
}

/* The value at key "a" of a line. */
static const struct replay_value *value_of(struct replay_json *j, const char *text)
{
	char why[160];
	const struct replay_value *v;

	if (!takes(j, text, why, sizeof why))
		fail_msg("%s: %s", text, why);
	v = replay_json_get(j, j->values, "a");
	assert_non_null(v);
	return v;
}

static void reads_every_kind(void **state)
{
	static const struct {
		const char *text;
		enum replay_json_kind kind;
		uint32_t count;
	} cases[] = {
		{ "{\"a\":null}", REPLAY_JSON_NULL, 0 },
		{ "{\"a\":true}", REPLAY_JSON_TRUE, 0 },
		{ "{\"a\":false}", REPLAY_JSON_FALSE, 0 },
		{ "{\"a\":0}", REPLAY_JSON_INTEGER, 0 },
		{ "{\"a\":-12}", REPLAY_JSON_INTEGER, 0 },
		{ "{\"a\":1.5}", REPLAY_JSON_REAL, 0 },
		{ "{\"a\":1e+9}", REPLAY_JSON_REAL, 0 },
		{ "{\"a\":0E-1}", REPLAY_JSON_REAL, 0 },
		{ "{\"a\":\"\"}", REPLAY_JSON_STRING, 0 },
		{ "{\"a\":[]}", REPLAY_JSON_ARRAY, 0 },
		{ "{\"a\":{}}", REPLAY_JSON_OBJECT, 0 },
		{ " {\t\"b\" : [1] ,\r \"a\" : [ 1 , [ 2 ] , { \"a\" : 3 } ] } ", REPLAY_JSON_ARRAY,
			3 },
		{ "{\"b\":{\"a\":1},\"a\":{\"x\":{},\"y\":[[],[]]}}", REPLAY_JSON_OBJECT, 2 },
	};
	struct replay_json j = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct replay_value *v = value_of(&j, cases[i].text);

		assert_int_equal(v->kind, cases[i].kind);
		assert_int_equal(v->count, cases[i].count);
	}
	replay_json_fini(&j);
}

static void walks_past_what_is_in_them(void **state)
{
	struct replay_json j = { 0 };
	const struct replay_value *v =
		value_of(&j, "{\"a\":[{\"x\":[1,2]},[[3]],\"[4]\",5],\"b\":6}");
	static const enum replay_json_kind kinds[] = { REPLAY_JSON_OBJECT, REPLAY_JSON_ARRAY,
		REPLAY_JSON_STRING, REPLAY_JSON_INTEGER };
	const struct replay_value *item = replay_json_first(v);

	(void)state;
	assert_int_equal(v->count, 4);
	for (size_t i = 0; i < v->count; i++) {
		assert_int_equal(item->kind, kinds[i]);
		item = replay_json_behind(&j, item);
	}
	assert_ptr_equal(item, replay_json_behind(&j, v));
	assert_true(replay_json_is(&j, item, "b", 1));
	assert_null(replay_json_get(&j, j.values, "c"));
	assert_null(replay_json_get(&j, v, "x")); /* it is no object */
	replay_json_fini(&j);
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_unsigned, is_signed, is_double;
		uint64_t u;
		int64_t s;
		double d;
	} cases[] = {
		{ "{\"a\":0}", true, true, true, 0, 0, 0 },
		{ "{\"a\":-7}", false, true, true, 0, -7, -7 },
		{ "{\"a\":9007199254740993}", true, true, true, 9007199254740993u, 9007199254740993,
			9007199254740992.0 },
		{ "{\"a\":9223372036854775808}", true, false, true, 9223372036854775808u, 0,
			9223372036854775808.0 },
		{ "{\"a\":18446744073709551615}", true, false, true, UINT64_MAX, 0,
			18446744073709551616.0 },
		{ "{\"a\":18446744073709551616}", false, false, true, 0, 0,
			18446744073709551616.0 },
		{ "{\"a\":1e3}", false, false, true, 0, 0, 1000 },
		{ "{\"a\":-0.125}", false, false, true, 0, 0, -0.125 },
		{ "{\"a\":1e999}", false, false, false, 0, 0, 0 },
		{ "{\"a\":\"1\"}", false, false, false, 0, 0, 0 },
		{ "{\"a\":null}", false, false, false, 0, 0, 0 },
	};
	struct replay_json j = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct replay_value *v = value_of(&j, cases[i].text);
		uint64_t u;
		int64_t s;
		double d;

		assert_int_equal(replay_json_unsigned(&j, v, &u), cases[i].is_unsigned);
		assert_int_equal(replay_json_signed(&j, v, &s), cases[i].is_signed);
		assert_int_equal(replay_json_double(&j, v, &d), cases[i].is_double);
		if (cases[i].is_unsigned)
			assert_true(u == cases[i].u);
		if (cases[i].is_signed)
			assert_true(s == cases[i].s);
		if (cases[i].is_double)
			assert_memory_equal(&d, &cases[i].d, sizeof d);
	}
	replay_json_fini(&j);
}

static void reads_strings(void **state)
{
	static const struct {
		const char *text, *meant;
	} cases[] = {
		{ "{\"a\":\"plain\"}", "plain" },
		{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t" },
		{ "{\"a\":\"x\\u0041y\\u00e9z\\u20AC\"}", "xAy\303\251z\342\202\254" },
		{ "{\"a\":\"\\ud83d\\ude00!\"}", "\360\237\230\200!" },
		{ "{\"a\":\"\303\251\377\"}", "\303\251\377" },
		{ "{\"a\":\"{[,:\"}", "{[,:" },
	};
	struct replay_json j = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct replay_value *v = value_of(&j, cases[i].text);
		char *out = mem_calloc(1, (size_t)v->length + 1);

		replay_json_string(&j, v, out);
		assert_string_equal(out, cases[i].meant);
		assert_int_equal(
			replay_json_is(&j, v, cases[i].meant, strlen(cases[i].meant)), !v->escaped);
		free(out);
	}
	replay_json_fini(&j);
}

static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "a line begins with { in column 1" },
		{ "[]", "a line begins with { in column 1" },
		{ "7", "a line begins with { in column 1" },
		{ "{", "a key is missing in column 2" },
		{ "{,}", "a key is missing in column 2" },
		{ "{\"a\"", "a colon is missing in column 5" },
		{ "{\"a\":", "a value is missing in column 6" },
		{ "{\"a\":}", "a value is missing in column 6" },
		{ "{\"a\":nul}", "a value is missing in column 6" },
		{ "{\"a\":NaN}", "a value is missing in column 6" },
		{ "{\"a\":+1}", "a value is missing in column 6" },
		{ "{\"a\":1", "a comma is missing in column 7" },
		{ "{\"a\":1,}", "a key is missing in column 8" },
		{ "{\"a\":1 \"b\":2}", "a comma is missing in column 8" },
		{ "{\"a\":[1,]}", "a value is missing in column 9" },
		{ "{\"a\":[1}", "a comma is missing in column 8" },
		{ "{\"a\":1]", "a comma is missing in column 7" },
		{ "{a:1}", "a key is missing in column 2" },
		{ "{\"a\":01}", "a number is none in column 8" },
		{ "{\"a\":-}", "a number is none in column 7" },
		{ "{\"a\":1.}", "a number is none in column 8" },
		{ "{\"a\":1e}", "a number is none in column 8" },
		{ "{\"a\":0x1}", "a comma is missing in column 7" },
		{ "{\"a\":\"b", "a string has no end in column 8" },
		{ "{\"a\":\"b\n\"}", "a control character stands in a string in column 8" },
		{ "{\"a\":\"\\", "a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\x\"}", "a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\u12\"}", "a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\u0000\"}", "a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\ud83d\"}", "a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\ud83d\\u0041\"}",
			"a backslash says nothing that it can say in column 7" },
		{ "{\"a\":\"\\udc00\"}", "a backslash says nothing that it can say in column 7" },
		{ "{} {}", "something stands behind its end in column 4" },
	};
	struct replay_json j = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[160], expected[160];

		if (takes(&j, cases[i].text, why, sizeof why))
			fail_msg("%s is taken", cases[i].text);
		snprintf(expected, sizeof expected, "it is no JSON: %s", cases[i].why);
		if (strcmp(why, expected) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].text, why, expected);
	}
	/* A NUL is no end. */
	assert_false(replay_json_read(&j, "{\"a\0b\":1}", 9, (char[160]){ 0 }, 160));
	assert_false(replay_json_read(&j, "{}\0", 3, (char[160]){ 0 }, 160));
	replay_json_fini(&j);
}

static void bounds_what_it_takes(void **state)
{
	struct strbuf text = { 0 };
	struct replay_json j = { 0 };
	char why[160];

	(void)state;
	for (int deep = REPLAY_JSON_DEPTH; deep <= REPLAY_JSON_DEPTH + 1; deep++) {
		strbuf_add(&text, "{\"a\":");
		for (int i = 1; i < deep; i++)
			strbuf_add(&text, "[");
		for (int i = 1; i < deep; i++)
			strbuf_add(&text, "]");
		strbuf_add(&text, "}");
		assert_int_equal(
			takes(&j, strbuf_text(&text), why, sizeof why), deep == REPLAY_JSON_DEPTH);
		strbuf_fini(&text);
	}
	assert_string_equal(why, "it is no JSON: it is nested deeper than any tick in column 70");
	strbuf_add(&text, "{\"a\":[0");
	for (int i = 0; i < REPLAY_JSON_VALUES_MAX; i++)
		strbuf_add_bytes(&text, ",0", 2);
	strbuf_add(&text, "]}");
	assert_false(takes(&j, strbuf_text(&text), why, sizeof why));
	assert_non_null(strstr(why, "it holds more values than any tick"));
	strbuf_fini(&text);
	replay_json_fini(&j);
}

/* A line that is cut anywhere is no JSON, and nothing behind it is read. */
static void refuses_each_beginning(void **state)
{
	static const char line[] =
		"{\"a\":[1,-2.5e3,true,null],\"b\":{\"c\":\"d\\n\\ud83d\\ude00\"}}";
	struct replay_json j = { 0 };
	char why[160];

	(void)state;
	for (size_t length = 0; length <= sizeof line - 1; length++) {
		char *copy = mem_calloc(1, length + 1);

		memcpy(copy, line, length);
		assert_int_equal(replay_json_read(&j, copy, length, why, sizeof why),
			length == sizeof line - 1);
		free(copy);
	}
	replay_json_fini(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(walks_past_what_is_in_them),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_strings),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(bounds_what_it_takes),
		cmocka_unit_test(refuses_each_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
