/* field: what a row says about a struct's member, of every kind and size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "core/field.h"

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct thing {
	double ratio;
	int small;
	long large;
	uint8_t byte;
	uint16_t half;
	uint32_t word;
	uint64_t wide;
	size_t size;
	bool flag;
	int knob;
	enum answer answer;
	char text[8];
	const char *string;
};

static double twice(const void *row)
{
	const struct thing *t = row;

	return 2 * t->ratio;
}

/* clang-format off */
enum { RATIO, SMALL, LARGE, BYTE, HALF, WORD, WIDE, SIZE, TWICE, NUMBERS };
static const struct field numbers[NUMBERS] = {
	[RATIO] = { .key = "ratio", .real = true, FIELD_NUMBER_AT(thing, ratio) },
	[SMALL] = { .key = "small", FIELD_NUMBER_AT(thing, small) },
	[LARGE] = { .key = "large", .unit = NUMBER_KIB, FIELD_NUMBER_AT(thing, large) },
	[BYTE] = { .key = "byte", FIELD_NUMBER_AT(thing, byte) },
	[HALF] = { .key = "half", FIELD_NUMBER_AT(thing, half) },
	[WORD] = { .key = "word", FIELD_NUMBER_AT(thing, word) },
	[WIDE] = { .key = "wide", FIELD_NUMBER_AT(thing, wide) },
	[SIZE] = { .key = "size", FIELD_NUMBER_AT(thing, size) },
	[TWICE] = { .key = "twice", .unit = NUMBER_RATE, .number = twice },
};
/* clang-format on */

static const struct thing full = {
	.ratio = 1.5,
	.small = -7,
	.large = -70000000000,
	.byte = 255,
	.half = 65535,
	.word = 4294967295,
	.wide = 1ull << 53,
	.size = 12,
	.flag = true,
	.knob = 1,
	.answer = ANSWER_YES,
	.text = "abc",
	.string = "def",
};

static void numbers_of_all_sizes(void **state)
{
	static const double wanted[NUMBERS] = { 1.5, -7, -70000000000., 255, 65535, 4294967295.,
		9007199254740992., 12, 3 };

	(void)state;
	for (int i = 0; i < NUMBERS; i++) {
		assert_false(field_is_text(&numbers[i]));
		assert_false(field_is_yes_or_no(&numbers[i]));
		assert_int_equal(field_is_whole(&numbers[i]), i != RATIO && i != TWICE);
		assert_true(!(field_number(&numbers[i], &full) < wanted[i]) &&
			    !(field_number(&numbers[i], &full) > wanted[i]));
	}
}

static void what_stands_for_unknown(void **state)
{
	struct field f = numbers[SMALL];
	struct thing t = { .small = -1 };

	(void)state;
	assert_false(isnan(field_number(&f, &t)));
	f.unknown = FIELD_UNKNOWN_BELOW_0;
	assert_true(isnan(field_number(&f, &t)));
	t.small = 0;
	assert_false(isnan(field_number(&f, &t)));
	f.unknown = FIELD_UNKNOWN_AT_0;
	assert_true(isnan(field_number(&f, &t)));
	t.small = -1;
	assert_false(isnan(field_number(&f, &t)));
}

static void yes_no_and_unknown(void **state)
{
	static const struct field flag = { .key = "flag", FIELD_NUMBER_AT(thing, flag) };
	static const struct field knob = { .key = "knob", FIELD_SWITCH_AT(thing, knob) };
	static const struct field answer = { .key = "answer", FIELD_TRISTATE_AT(thing, answer) };
	struct thing t = full;

	(void)state;
	assert_true(field_is_yes_or_no(&flag) && field_is_yes_or_no(&knob) &&
		    field_is_yes_or_no(&answer));
	assert_int_equal(field_yes_or_no(&flag, &t), 1);
	assert_int_equal(field_yes_or_no(&knob, &t), 1);
	assert_int_equal(field_yes_or_no(&answer, &t), 1);
	t = (struct thing){ .answer = ANSWER_NO };
	assert_int_equal(field_yes_or_no(&flag, &t), 0);
	assert_int_equal(field_yes_or_no(&knob, &t), 0);
	assert_int_equal(field_yes_or_no(&answer, &t), 0);
	t = (struct thing){ .knob = -1 };
	assert_int_equal(field_yes_or_no(&knob, &t), -1);
	assert_int_equal(field_yes_or_no(&answer, &t), -1);
}

static void texts_in_the_row_and_elsewhere(void **state)
{
	static const struct field text = { .key = "text", FIELD_TEXT_AT(thing, text) };
	static const struct field string = { .key = "string", FIELD_TEXT_AT(thing, string) };
	const struct thing none = { 0 };

	(void)state;
	assert_int_equal(text.kind, FIELD_TEXT);
	assert_int_equal(string.kind, FIELD_STRING);
	assert_true(field_is_text(&text) && field_is_text(&string));
	assert_string_equal(field_text(&text, &full), "abc");
	assert_string_equal(field_text(&string, &full), "def");
	assert_null(field_text(&string, &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_all_sizes),
		cmocka_unit_test(what_stands_for_unknown),
		cmocka_unit_test(yes_no_and_unknown),
		cmocka_unit_test(texts_in_the_row_and_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
