/* view/term_mouse: what terminals report of their mice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "view/term/term_mouse.h"

/* Takes bytes until the report is at its end; *used is how many there were. */
static enum mouse_step take(struct mouse_reader *r, enum mouse_form form, const char *bytes,
	size_t length, uint64_t now_ns, size_t *used)
{
	enum mouse_step step = MOUSE_MORE;

	mouse_begin(r, form);
	for (*used = 0; *used < length && step == MOUSE_MORE; ++*used)
		step = mouse_take(r, (unsigned char)bytes[*used], now_ns);
	return step;
}

static void presses(void **state)
{
	/* clang-format off */
	static const struct {
		enum mouse_form form;
		const char *bytes;
		int row, column;
		enum term_button button;
	} cases[] = {
		{ MOUSE_SGR, "0;1;1M", 0, 0, TERM_BUTTON_LEFT },
		{ MOUSE_SGR, "1;201;51M", 50, 200, TERM_BUTTON_MIDDLE },
		{ MOUSE_SGR, "2;1000;400M", 399, 999, TERM_BUTTON_RIGHT },
		{ MOUSE_SGR, "64;5;6M", 5, 4, TERM_BUTTON_WHEEL_UP },
		{ MOUSE_SGR, "65;5;6M", 5, 4, TERM_BUTTON_WHEEL_DOWN },
		{ MOUSE_SGR, "4;5;6M", 5, 4, TERM_BUTTON_LEFT },         /* Shift */
		{ MOUSE_SGR, "26;5;6M", 5, 4, TERM_BUTTON_RIGHT },       /* Alt and Ctrl */
		{ MOUSE_SGR, "81;5;6M", 5, 4, TERM_BUTTON_WHEEL_DOWN },  /* Ctrl */
		{ MOUSE_SGR, "0;00001;1M", 0, 0, TERM_BUTTON_LEFT },
		{ MOUSE_X10, " !!", 0, 0, TERM_BUTTON_LEFT },
		{ MOUSE_X10, "!\351S", 50, 200, TERM_BUTTON_MIDDLE },
		{ MOUSE_X10, "\"\377\377", 222, 222, TERM_BUTTON_RIGHT },
		{ MOUSE_X10, "`%&", 5, 4, TERM_BUTTON_WHEEL_UP },
		{ MOUSE_X10, "a%\177", 94, 4, TERM_BUTTON_WHEEL_DOWN },
		{ MOUSE_X10, "0%&", 5, 4, TERM_BUTTON_LEFT }, /* Ctrl */
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mouse_reader r = { 0 };
		const size_t length = strlen(cases[i].bytes);
		size_t used;

		if (take(&r, cases[i].form, cases[i].bytes, length, 1, &used) != MOUSE_PRESS ||
			used != length)
			fail_msg("%s is no press", cases[i].bytes);
		assert_int_equal(r.press.row, cases[i].row);
		assert_int_equal(r.press.column, cases[i].column);
		assert_int_equal(r.press.button, cases[i].button);
		assert_false(r.press.twice);
	}
}

static void others(void **state)
{
	/* clang-format off */
	static const struct { enum mouse_form form; const char *bytes; size_t length; } cases[] = {
		{ MOUSE_SGR, "0;1;1m", 6 },      /* a release */
		{ MOUSE_SGR, "32;1;1M", 7 },     /* a drag with the left button */
		{ MOUSE_SGR, "35;1;1M", 7 },     /* a movement */
		{ MOUSE_SGR, "66;1;1M", 7 },     /* the wheel, sideways */
		{ MOUSE_SGR, "128;1;1M", 8 },    /* a further button */
		{ MOUSE_SGR, "0;0;1M", 6 },
		{ MOUSE_SGR, "0;1;0M", 6 },
		{ MOUSE_SGR, "99999;1;1M", 10 },
		{ MOUSE_X10, "#!!", 3 },         /* a release */
		{ MOUSE_X10, "@!!", 3 },         /* a drag with the left button */
		{ MOUSE_X10, "C!!", 3 },         /* a movement */
		{ MOUSE_X10, " \0!", 3 },        /* beyond column 223 */
		{ MOUSE_X10, " ! ", 3 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mouse_reader r = { 0 };
		size_t used;

		if (take(&r, cases[i].form, cases[i].bytes, cases[i].length, 1, &used) !=
				MOUSE_OTHER ||
			used != cases[i].length)
			fail_msg("case %zu", i);
	}
}

/* The byte that does not belong to it is the last one taken. */
static void broken(void **state)
{
	/* clang-format off */
	static const struct { enum mouse_form form; const char *bytes; size_t used; } cases[] = {
		{ MOUSE_SGR, "q", 1 },       { MOUSE_SGR, ";", 1 },      { MOUSE_SGR, "0;M", 3 },
		{ MOUSE_SGR, "0;1q", 4 },    { MOUSE_SGR, "0;1M", 4 },   { MOUSE_SGR, "0;1;1;", 6 },
		{ MOUSE_SGR, "0;1;\033", 5 }, { MOUSE_SGR, "-1", 1 },    { MOUSE_SGR, "123456", 6 },
		{ MOUSE_SGR, "M", 1 },       { MOUSE_SGR, "0;1;1q", 6 },
		{ MOUSE_X10, "\033", 1 },    { MOUSE_X10, " \r", 2 },    { MOUSE_X10, " !\t", 3 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mouse_reader r = { 0 };
		size_t used;

		if (take(&r, cases[i].form, cases[i].bytes, strlen(cases[i].bytes), 1, &used) !=
				MOUSE_BROKEN ||
			used != cases[i].used)
			fail_msg("case %zu", i);
		assert_int_equal(
			take(&r, MOUSE_SGR, "0;3;2M", 6, 1, &used), MOUSE_PRESS); /* the next */
		assert_int_equal(r.press.row, 1);
		assert_int_equal(r.press.column, 2);
	}
}

static bool is_twice(struct mouse_reader *r, const char *bytes, uint64_t ms)
{
	size_t used;

	assert_int_equal(
		take(r, MOUSE_SGR, bytes, strlen(bytes), ms * NS_PER_MS, &used), MOUSE_PRESS);
	return r->press.twice;
}

static void twice(void **state)
{
	struct mouse_reader r = { 0 };
	size_t used;

	(void)state;
	assert_false(is_twice(&r, "0;3;2M", 1000));
	assert_int_equal(take(&r, MOUSE_SGR, "0;3;2m", 6, 1050 * NS_PER_MS, &used), MOUSE_OTHER);
	assert_true(is_twice(&r, "0;3;2M", 1400));
	assert_false(is_twice(&r, "0;3;2M", 1500)); /* the third is a first one again */
	assert_true(is_twice(&r, "0;3;2M", 1600));
	assert_false(is_twice(&r, "0;3;2M", 3000));
	assert_false(is_twice(&r, "0;3;2M", 3401)); /* too late */
	assert_false(is_twice(&r, "2;3;2M", 3402)); /* another button */
	assert_false(is_twice(&r, "2;4;2M", 3403)); /* another place */
	assert_false(is_twice(&r, "2;4;3M", 3404));
	assert_false(is_twice(&r, "64;4;3M", 3405)); /* a wheel turns on */
	assert_false(is_twice(&r, "64;4;3M", 3406));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presses),
		cmocka_unit_test(others),
		cmocka_unit_test(broken),
		cmocka_unit_test(twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
