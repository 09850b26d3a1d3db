/* spark and bar: figures as signs and as cells. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "model/history.h"
#include "view/draw/bar.h"
#include "view/draw/spark.h"

#define N NAN
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void test_spark(void **state)
{
	/* clang-format off */
	static const struct {
		float values[8];
		size_t count;
		int columns;
		double top;
		const char *utf8, *ascii;
		double shown_top;
	} cases[] = {
		{ { 1, 2, 3, 4, 5, 6, 7, 8 }, 8, 8, N, "▁▂▃▄▅▆▇█", "_-=+*%#@", 8 },
		{ { 1, 2, 3, 4, 5, 6, 7, 8 }, 8, 3, N, "▆▇█", "%#@", 8 },       /* the newest */
		{ { 8, 7, 1, 2 }, 4, 2, N, "▄█", "+@", 2 },         /* the scale is of what is shown */
		{ { 5, 10 }, 2, 5, N, "   ▄█", "   +@", 10 },      /* the newest keeps its place */
		{ { 0, 1, 1000, 0 }, 4, 4, N, ".▁█.", "._@.", 1000 }, /* little is more than nothing */
		{ { N, 4, N, 2 }, 4, 4, N, " █ ▄", " @ +", 4 },
		{ { N, N }, 2, 3, N, "   ", "   ", N },
		{ { 0, 0 }, 2, 2, N, "..", "..", 0 },
		{ { 50, 100, 150 }, 3, 3, 200, "▂▄▆", "-+%", 200 },
		{ { 50, 100, 150 }, 3, 3, 100, "▄██", "+@@", 100 },  /* over the top */
		{ { 50 }, 1, 1, 0, "█", "@", 0 },
		{ { -3, 3 }, 2, 2, N, ".█", ".@", 3 },
		{ { INFINITY, 3, -INFINITY }, 3, 3, N, " █ ", " @ ", 3 },
		{ { FLT_MAX, FLT_MIN }, 2, 2, N, "█▁", "@_", (double)FLT_MAX },
		{ { 1 }, 0, 3, N, "   ", "   ", N },
		{ { 1 }, 1, 0, N, "", "", N },
		{ { 1 }, 1, -4, N, "", "", N },
	};
	/* clang-format on */
	char out[8 * SPARK_BYTES + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (int utf8 = 0; utf8 < 2; utf8++) {
			const double top = spark_text(cases[i].values, cases[i].count,
				cases[i].columns, cases[i].top, utf8, out, sizeof out);

			assert_string_equal(out, utf8 ? cases[i].utf8 : cases[i].ascii);
			assert_int_equal(
				text_width(out), cases[i].columns > 0 ? cases[i].columns : 0);
			assert_true(top == cases[i].shown_top ||
				    (isnan(top) && isnan(cases[i].shown_top)));
		}
	}
}

/* Not a byte past the end, and no part of a sign. */
static void test_spark_in_little_memory(void **state)
{
	const float values[] = { 1, 2, 3 };
	char out[32];

	(void)state;
	for (size_t size = 0; size <= 12; size++) {
		memset(out, 'x', sizeof out);
		spark_text(values, 3, 3, N, true, out, size);
		assert_int_equal(out[size], 'x');
		if (size)
			assert_int_equal(text_width(out), size > 9 ? 3 : (size - 1) / 3);
	}
	spark_text(values, 3, 3, N, true, out, 4);
	assert_string_equal(out, "█");
}

static struct bar_part part(char letter, double amount)
{
	return (struct bar_part){ STYLE_NORMAL, letter, amount };
}

static void test_bar(void **state)
{
	/* clang-format off */
	static const struct { double g, u, s, whole; int columns; const char *text; } cases[] = {
		{ 25, 25, 50, 100, 8, "gguussss" },
		{ 22.1, 13.0, 41.4, 100, 20, "gggguuussssssss     " },
		{ 33.4, 33.3, 33.3, 100, 10, "ggguuuusss" },      /* not 3 + 3 + 3 */
		{ 24.6, 24.6, 0, 100, 10, "gguuu     " },
		{ 0, 0, 0, 100, 4, "    " },
		{ 0.1, 0.3, 0.2, 100, 10, "u         " },         /* more than nothing is seen */
		{ 200, 100, 50, 100, 4, "gggg" },                 /* a share of more than all */
		{ N, 50, N, 100, 4, "uu  " },
		{ N, N, N, 100, 4, "    " },
		{ -5, 50, 0, 100, 4, "uu  " },
		{ 50, 0, 0, N, 4, "    " },
		{ 50, 0, 0, 0, 4, "    " },
		{ 50, 0, 0, 100, 0, "" },
		{ 50, 0, 0, 100, -1, "" },
		{ 50, 0, 0, 100, 1, "g" },
	};
	/* clang-format on */
	char out[32];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct bar_part parts[] = { part('g', cases[i].g), part('u', cases[i].u),
			part('s', cases[i].s) };

		bar_text(parts, 3, cases[i].whole, cases[i].columns, out, sizeof out);
		assert_string_equal(out, cases[i].text);
	}
}

static int count(const char *text, char letter)
{
	int n = 0;

	for (; *text; text++)
		n += *text == letter;
	return n;
}

/* Whatever the shares: as many cells as all of them together are, and each within one of its own share. */
static void test_bar_sweep(void **state)
{
	(void)state;
	for (int columns = 1; columns <= 60; columns++) {
		for (int g = 0; g <= 100; g += 7) {
			for (int u = 0; g + u <= 100; u += 3) {
				const int s = (100 - g - u) / 2;
				const struct bar_part parts[] = { part('g', g), part('u', u),
					part('s', s) };
				const double of_all = columns / 100.0;
				char out[64];

				bar_text(parts, 3, 100, columns, out, sizeof out);
				assert_int_equal(strlen(out), columns);
				assert_true(fabs(strcspn(out, " ") - (g + u + s) * of_all) <=
					    0.5 + 1e-9);
				for (int i = 0; i < 3; i++)
					assert_true(fabs(count(out, parts[i].letter) -
							    parts[i].amount * of_all) <= 1 + 1e-9);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spark),
		cmocka_unit_test(test_spark_in_little_memory),
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_bar_sweep),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
