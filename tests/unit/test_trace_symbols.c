/* trace_value and trace_symbols: each spelling of a table's entries, and tables that are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "source/tracefs/trace_symbols.h"
#include "source/tracefs/trace_value.h"

static const struct {
	const char *text;
	uint64_t value;
	const char *rest; /* NULL: it is no value */
} values[] = {
	{ "0", 0, "" },
	{ "14", 14, "" },
	{ "017", 15, "" },
	{ "0x07b", 0x7b, "" },
	{ "0X7BuL", 0x7b, "" },
	{ "0b101", 5, "" },
	{ "0x80000001ull, \"x\"", 0x80000001, ", \"x\"" },
	{ "-1", UINT64_MAX, "" },
	{ "-1ull", UINT64_MAX, "" },
	{ "~0", UINT64_MAX, "" },
	{ "(((0x01UL)))", 1, "" },
	{ "0x040 + 14", 0x4e, "" },
	{ "0x040+14", 0x4e, "" },
	{ " ( 0x40 | 0x0e ) ", 0x4e, "" },
	{ "1 << 3", 8, "" },
	{ "1UL<<63 | 5", UINT64_C(0x8000000000000005), "" },
	{ "1 + 2 * 3", 7, "" },
	{ "2 * 3 + 1", 7, "" },
	{ "10 - 3 - 2", 5, "" },
	{ "1 | 6 & 2", 3, "" },
	{ "1 << 2 + 1", 8, "" },
	{ "64 >> 2 >> 1", 8, "" },
	{ "7 / 2 % 2 ^ 4", 5, "" },
	{ "(u32)-1", UINT32_MAX, "" },
	{ "(unsigned long)3", 3, "" },
	{ "(unsigned int)-1", UINT32_MAX, "" },
	{ "(int)0xffffffff", UINT64_MAX, "" },
	{ "(s8)0xff", UINT64_MAX, "" },
	{ "(u8)(0x1ff)", 0xff, "" },
	{ "(enum exits)7", 7, "" },
	{ "-(0x10)", (uint64_t)-16, "" },
	{ "18446744073709551615", UINT64_MAX, "" },
	{ "12 }", 12, "}" },
	{ "18446744073709551616", 0, NULL },
	{ "0x", 0, NULL },
	{ "08", 0, NULL },
	{ "12x", 0, NULL },
	{ "EXIT_REASON_HLT", 0, NULL },
	{ "sizeof(long)", 0, NULL },
	{ "(foo_t)1", 0, NULL },
	{ "(1", 0, NULL },
	{ "1 +", 0, NULL },
	{ "1 << 64", 0, NULL },
	{ "-8 >> 1", 0, NULL },
	{ "1 / 0", 0, NULL },
	{ "-1 / 2", 0, NULL },
	{ "", 0, NULL },
	{ "((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))", 0,
		NULL },
};

static void values_are_those_of_c(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct trace_scan s = { values[i].text, values[i].text + strlen(values[i].text) };
		uint64_t value = 0;
		const bool found = trace_value_parse(&s, &value);

		if (found != !!values[i].rest)
			fail_msg("%s", values[i].text);
		if (!found)
			continue;
		trace_scan_blanks(&s);
		if (value != values[i].value)
			fail_msg("%s is %#llx", values[i].text, (unsigned long long)value);
		assert_string_equal(s.at, values[i].rest);
	}
}

static void note(const struct trace_symbol *symbol, void *data)
{
	strbuf_addf(data, "%s%s%d:%llx=%s", ((struct strbuf *)data)->length ? " " : "",
		symbol->field, symbol->isa, (unsigned long long)symbol->value, symbol->text);
}

/* What a print format holds, as "FIELD ISA:VALUE=TEXT ...". */
static char *read_symbols(const char *text, size_t length)
{
	struct strbuf out = { 0 };

	trace_symbols_each(text, length, note, &out);
	return strbuf_take(&out);
}

static void assert_symbols(const char *text, const char *expected)
{
	char *found = read_symbols(text, strlen(text));

	assert_string_equal(found, expected);
	free(found);
}

#define TABLE(entries) "__print_symbolic(REC->r" entries ")"

static const struct {
	const char *text, *found;
} spellings[] = {
	{ TABLE(", { 0, \"a\" }, { 1, \"b\" }"), "r0:0=a r0:1=b" },
	{ TABLE(", {0, \"IRQ\" }, { 1,\"b\"},{2 , \"c\"}"), "r0:0=IRQ r0:1=b r0:2=c" },
	{ TABLE(" & 0xffff, { (((0x01UL))), \"WFx\" }"), "r0:1=WFx" },
	{ TABLE(",\t{ -1ull,\t\"a\" }"), "r0:ffffffffffffffff=a" },
	{ "__print_symbolic ( REC->r , { 1, \"a\" } )", "r0:1=a" },
	{ "__print_symbolic(((u32)(REC->r >> 26) & 0x3f), { 1, \"a\" })", "r0:1=a" },
	{ "__print_symbolic_u64(REC->r, { 1, \"a\" })", "r0:1=a" },
	{ TABLE(", { 1, \"say \\\"hi\\\" \\\\ \\x41\\102\" }"), "r0:1=say \"hi\" \\ AB" },
	{ TABLE(", { 1, \"a, { 2, )\" \" b\" }"), "r0:1=a, { 2, ) b" },
	{ TABLE(", { 1, \"a\\x1b\\n\xc3\xa4\" }"), "r0:1=a????" }, /* safe to print */
	{ TABLE(""), "" },
	{ TABLE(", { 1, \"\" }, { 2, \"b\" }"), "r0:2=b" }, /* the number says more */
	/* Two tables, a choice, and what is none. */
	{ TABLE(", { 1, \"a\" }") ", __print_symbolic(REC->q, { 2, \"b\" })", "r0:1=a q0:2=b" },
	{ "(REC->isa == 1) ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }") ", " TABLE(
		  ", { 1, \"c\" }"),
		"r1:1=a r2:1=b r0:1=c" },
	{ "((REC->isa) == (2U)) ? " TABLE(", { 1, \"a\" }"), "r2:1=a" },
	{ "((u32)(REC->isa ) != 2) ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }"),
		"r1:1=a r2:1=b" },
	{ "(1 == REC->isa) ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }"),
		"r1:1=a r2:1=b" },
	{ "1==REC->isa?" TABLE(", { 1, \"a\" }") ":" TABLE(", { 1, \"b\" }"), "r1:1=a r2:1=b" },
	{ "\"%s\", REC->x, ((0x2U) != ((REC->isa))) ? " TABLE(", { 1, \"a\" }") " : " TABLE(
		  ", { 1, \"b\" }"),
		"r1:1=a r2:1=b" },
	{ "(REC->x && 1 == REC->isa) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(REC->x + 1 == REC->isa) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(x1 == REC->isa) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(3 == REC->isa) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(1 = REC->isa) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "== REC->isa ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "REC->isa ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(1 == REC->isa && REC->x) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(REC->isa == (2U)) ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }"),
		"r2:1=a r1:1=b" },
	{ "REC->isa != 1 ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }"),
		"r2:1=a r1:1=b" },
	{ "(REC->isa == 1) ? \"\" : " TABLE(", { 1, \"b\" }"), "r2:1=b" },
	{ "(REC->isa == 3) ? " TABLE(", { 1, \"a\" }") " : " TABLE(", { 1, \"b\" }"),
		"r0:1=a r0:1=b" },
	{ "(REC->isa == 1 && REC->r) ? " TABLE(", { 1, \"a\" }"), "r0:1=a" },
	{ "(REC->isa == 1) ? " TABLE(", { 1, \"a\" }") " : \"\", REC->x, " TABLE(", { 1, \"b\" }"),
		"r1:1=a r0:1=b" },
	{ "__print_flags(REC->r & ~0xffff, \" \", { 0x80000000, \"FAILED\" })", "" },
	{ "my__print_symbolic(REC->r, { 1, \"a\" })", "" },
	/* One entry that is not understood. */
	{ TABLE(", { A, \"a\" }, { 1, \"b\" }"), "r0:1=b" },
	{ TABLE(", { f(\"}\", 2), \"a)\" }, { 1, \"b\" }"), "r0:1=b" },
	{ TABLE(", { 1, name }, { 2, \"b\" }"), "r0:2=b" },
	{ TABLE(", { 1 }, { 2, \"b\" }, { }, { 3, \"c\", 4 }, { 5, \"e\" }"), "r0:2=b r0:5=e" },
	{ TABLE(", { 1, \"a\\q\" }, { 2, \"b\" }"), "r0:2=b" },
	/* One that is damaged: a quote, a brace or a comma is gone, or there is another one. */
	{ TABLE(", { 1, \"a }, { 2, \"b\" }, { 3, \"c\" }"), "r0:2=b r0:3=c" },
	{ TABLE(", { 1, a\" }, { 2, \"b\" }, { 3, \"c\" }"), "r0:2=b r0:3=c" },
	{ TABLE(", { 1, \"a\" , { 2, \"b\" }"), "r0:2=b" },
	{ TABLE(", 1, \"a\" }, { 2, \"b\" }"), "r0:2=b" },
	{ TABLE(", { 1 \"a\" }, { 2, \"b\" }"), "r0:2=b" },
	{ TABLE(", { 1, \"a\" } { 2, \"b\" }"), "r0:1=a r0:2=b" },
	{ TABLE(", { { 1, \"a\" }, { 2, \"b\" }"), "r0:1=a r0:2=b" },
	{ TABLE(", { 1, \"a\n\" }, { 2, \"b\" }"), "" }, /* the line ends */
	/* A table without its end does not cost the next one. */
	{ "(REC->isa == 1) ? __print_symbolic(REC->r, { 1, \"a\" }, { 2, \"b : " TABLE(
		  ", { 1, \"c\" }"),
		"r1:1=a r2:1=c" },
	{ "(REC->isa == 1) ? __print_symbolic(REC->r, { 1, \"a\" } : " TABLE(", { 1, \"c\" }"),
		"r1:1=a r2:1=c" },
	{ "(REC->isa == 1) ? __print_symbolic(X, { 1, \"a\" }) : " TABLE(", { 1, \"c\" }"),
		"r2:1=c" },
};

static void each_spelling_is_understood_by_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		assert_symbols(spellings[i].text, spellings[i].found);
}

static void long_texts_are_cut(void **state)
{
	struct strbuf text = { 0 };
	char *found;

	(void)state;
	strbuf_add(&text, "__print_symbolic(REC->r, { 1, \"");
	for (int i = 0; i < 400; i++)
		strbuf_add(&text, "x");
	strbuf_add(&text, "\" }, { 2, \"b\" })");
	found = read_symbols(strbuf_text(&text), text.length);
	assert_int_equal(strlen(found), strlen("r0:1=") + TRACE_SYMBOL_MAX - 1 + strlen(" r0:2=b"));
	assert_string_equal(found + strlen(found) - 7, " r0:2=b");
	free(found);
	strbuf_fini(&text);
}

#define CHOICE                                                                                 \
	"print fmt: \"reason %s%s\", (REC->isa == 1) ? __print_symbolic(REC->r & 0xffff, "     \
	"{ 10, \"ten\" }, { 11, \"eleven\" }, { 12, \"twelve\" }) : __print_symbolic(REC->r, " \
	"{ 20ull, \"twenty\" }, {(21), \"x y\" }, { -1, \"none\" }), REC->rip\n"

/* Entries of the two tables, in their order. */
static const char *const entries[] = { "r1:a=ten", "r1:b=eleven", "r1:c=twelve", "r2:14=twenty",
	"r2:15=x y", "r2:ffffffffffffffff=none" };

#define ENTRIES (sizeof entries / sizeof *entries)

static size_t count_entries(const char *found)
{
	size_t count = 0;

	for (size_t i = 0; i < ENTRIES; i++)
		count += strstr(found, entries[i]) != NULL;
	return count;
}

static void a_cut_text_keeps_what_was_before(void **state)
{
	static const char text[] = CHOICE;
	size_t before = 0;

	(void)state;
	for (size_t length = 0; length < sizeof text; length++) {
		char *exact = memcpy(test_malloc(length + !length), text, length);
		char *found = read_symbols(exact, length);
		const size_t count = count_entries(found);

		for (size_t i = 0; i < count; i++)
			assert_non_null(strstr(found, entries[i]));
		assert_true(count >= before);
		before = count;
		free(found);
		test_free(exact);
	}
	assert_int_equal(before, ENTRIES);
}

/* Any one character of an entry is another one: no entry but that one, or the next, may be lost. */
static void damage_costs_one_entry(void **state)
{
	static const char damage[] = "\"{},()\\0x ";
	char text[] = CHOICE;
	char *const first = strchr(text, '{'), *const last = strrchr(text, '}');

	(void)state;
	for (char *at = first; at <= last; at++) {
		const char kept = *at;
		const bool between =
			at > strstr(text, "\"twelve\" }") + 9 && at < strstr(text, "{ 20");

		for (size_t i = 0; i < sizeof damage - 1 && !between; i++) {
			char *found;
			size_t count;

			*at = damage[i];
			found = read_symbols(text, sizeof text - 1);
			count = count_entries(found);
			if (count < ENTRIES - 1)
				fail_msg("%zu of %zu in %s", count, ENTRIES, text);
			free(found);
		}
		*at = kept;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_those_of_c),
		cmocka_unit_test(each_spelling_is_understood_by_itself),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(a_cut_text_keeps_what_was_before),
		cmocka_unit_test(damage_costs_one_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
