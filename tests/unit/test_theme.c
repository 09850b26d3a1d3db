/* view/theme: looks that can be read, and told apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "view/term/theme.h"

static const int depths[] = { 0, 8, 16, 256 };
#define DEPTHS (sizeof depths / sizeof *depths)

static bool is_same(enum theme theme, int colours, enum style a, enum style b)
{
	const struct theme_look x = theme_look(theme, a, colours);
	const struct theme_look y = theme_look(theme, b, colours);

	return x.attributes == y.attributes && x.colour == y.colour;
}

/* What stands side by side, and nothing but its look tells apart at a glance. */
static void what_must_differ_does(void **state)
{
	static const enum style pairs[][2] = {
		{ STYLE_NORMAL, STYLE_DIM },
		{ STYLE_NORMAL, STYLE_BOLD },
		{ STYLE_NORMAL, STYLE_TITLE },
		{ STYLE_NORMAL, STYLE_HEADER },
		{ STYLE_NORMAL, STYLE_SELECTED },
		{ STYLE_NORMAL, STYLE_WARNING },
		{ STYLE_NORMAL, STYLE_CRITICAL },
		{ STYLE_NORMAL, STYLE_KEY },
		{ STYLE_HEADER, STYLE_SORTED },
		{ STYLE_OK, STYLE_WARNING },
		{ STYLE_OK, STYLE_CRITICAL },
		{ STYLE_WARNING, STYLE_CRITICAL },
		{ STYLE_ADDED, STYLE_REMOVED }, /* a diff, with NORMAL around */
		{ STYLE_NORMAL, STYLE_ADDED },
		{ STYLE_NORMAL, STYLE_REMOVED },
		{ STYLE_GUEST, STYLE_USER }, /* the parts of a bar */
		{ STYLE_GUEST, STYLE_SYSTEM },
		{ STYLE_USER, STYLE_SYSTEM },
		{ STYLE_HEAT_0, STYLE_HEAT_1 },
		{ STYLE_HEAT_0, STYLE_HEAT_2 },
		{ STYLE_HEAT_0, STYLE_HEAT_3 },
		{ STYLE_HEAT_0, STYLE_HEAT_4 },
		{ STYLE_HEAT_1, STYLE_HEAT_2 },
		{ STYLE_HEAT_1, STYLE_HEAT_3 },
		{ STYLE_HEAT_1, STYLE_HEAT_4 },
		{ STYLE_HEAT_2, STYLE_HEAT_3 },
		{ STYLE_HEAT_2, STYLE_HEAT_4 },
		{ STYLE_HEAT_3, STYLE_HEAT_4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (size_t d = 0; d < DEPTHS; d++)
			for (int theme = 0; theme < THEME__COUNT; theme++)
				if (is_same((enum theme)theme, depths[d], pairs[i][0], pairs[i][1]))
					fail_msg("pair %zu is the same in theme %d at %d colours",
						i, theme, depths[d]);
}

static void mono_has_no_colour(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE__COUNT; style++) {
		for (size_t d = 0; d < DEPTHS; d++) {
			const struct theme_look look =
				theme_look(THEME_MONO, (enum style)style, depths[d]);

			assert_int_equal(look.colour, -1);
			assert_int_equal(look.attributes,
				theme_look(THEME_LIGHT, (enum style)style, 0).attributes);
		}
	}
}

static void colours_are_the_terminals(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_MONO; theme++)
		for (int style = 0; style < STYLE__COUNT; style++)
			for (size_t d = 0; d < DEPTHS; d++)
				assert_in_range(
					theme_look((enum theme)theme, (enum style)style, depths[d])
							.colour +
						1,
					0, depths[d]);
}

/* Of the palette of 8 and 16 each terminal has its own, but these are never readable on white. */
static void light_is_dark_enough(void **state)
{
	enum { YELLOW = 3, CYAN = 6, BRIGHT = 8 };

	(void)state;
	for (int style = 0; style < STYLE__COUNT; style++) {
		for (int colours = 8; colours <= 16; colours += 8) {
			const int colour =
				theme_look(THEME_LIGHT, (enum style)style, colours).colour;

			if (colour == YELLOW || colour == CYAN || colour >= BRIGHT)
				fail_msg("style %d at %d colours", style, colours);
		}
	}
}

/* One of red, green and blue of a colour in xterm's palette: 6 * 6 * 6 from 16 on. */
static double part_of(int colour, int divisor)
{
	static const int levels[] = { 0, 95, 135, 175, 215, 255 };
	const double part = levels[(colour - 16) / divisor % 6] / 255.0;

	return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance_of(int colour)
{
	return 0.2126 * part_of(colour, 36) + 0.7152 * part_of(colour, 6) +
	       0.0722 * part_of(colour, 1);
}

/* WCAG 2, 1.4.3: text needs a contrast of 4.5 at least. */
static void of_256_are_readable(void **state)
{
	(void)state;
	for (int style = 0; style < STYLE__COUNT; style++) {
		const int on_black = theme_look(THEME_DARK, (enum style)style, 256).colour;
		const int on_white = theme_look(THEME_LIGHT, (enum style)style, 256).colour;

		if (on_black >= 0 && (luminance_of(on_black) + 0.05) / 0.05 < 4.5)
			fail_msg("style %d is too dark on black", style);
		if (on_white >= 0 && 1.05 / (luminance_of(on_white) + 0.05) < 4.5)
			fail_msg("style %d is too light on white", style);
	}
}

static void more_colours_are_used(void **state)
{
	(void)state;
	assert_int_equal(theme_look(THEME_DARK, STYLE_WARNING, 7).colour, -1);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 8).colour, 2);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 8).attributes, THEME_BOLD);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 15).colour, 2);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 16).colour, 10);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 88).colour, 10);
	assert_int_equal(theme_look(THEME_DARK, STYLE_GUEST, 88).attributes, 0);
	assert_true(theme_look(THEME_DARK, STYLE_GUEST, 256).colour >= 16);
	assert_true(theme_look(THEME_DARK, STYLE_GUEST, 1 << 24).colour >= 16);
	assert_true(theme_look(THEME_LIGHT, STYLE_GUEST, 256).colour !=
		    theme_look(THEME_DARK, STYLE_GUEST, 256).colour);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_must_differ_does),
		cmocka_unit_test(mono_has_no_colour),
		cmocka_unit_test(colours_are_the_terminals),
		cmocka_unit_test(light_is_dark_enough),
		cmocka_unit_test(of_256_are_readable),
		cmocka_unit_test(more_colours_are_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
