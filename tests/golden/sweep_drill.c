/* Paints the drill-down in all sizes: its frame must be whole, and nothing may touch it. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "golden.h"
#include "scene.h"
#include "screen.h"
#include "terminal.h"
#include "view/draw/layout.h"
#include "view/selection.h"
#include "view/view.h"

enum { ROWS_MAX = 60, COLUMNS_MAX = 200 };

struct fixture {
	struct screen *screen;
	struct term *term;
	struct scene scene;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char why[200];
	setlocale(LC_ALL, "C.UTF-8");
	unsetenv("NO_COLOR");
	f->screen = screen_new(24, 80);
	f->term = term_open(
		"xterm-256color", screen_out(f->screen), screen_in(f->screen), why, sizeof why);
	scene_storm(&f->scene);
	selection_rows(&f->scene.ui, &f->scene.model, &f->scene.findings);
	*state = f;
	return f->term ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	term_close(f->term);
	scene_fini(&f->scene);
	screen_free(f->screen);
	free(f);
	return 0;
}

static void act(struct fixture *f, enum action action)
{
	ui_act(&f->scene.ui, action, &f->scene.model, &f->scene.findings);
}

static size_t paint(struct fixture *f)
{
	view_paint(f->term, &f->scene.model, &f->scene.findings, &f->scene.ui);
	return terminal_show(&(struct terminal){ f->screen, f->term });
}

/* The character in a column of a line of one-column characters; ' ' past its end. */
static const char *at(const char *line, size_t length, int column)
{
	size_t bytes = 0;

	for (int i = 0; i < column && bytes < length; i++)
		bytes += text_fit(line + bytes, 1, NULL);
	return bytes < length ? line + bytes : " ";
}

static bool is(const char *character, const char *wanted)
{
	return strstr(character, wanted) == character;
}

static void check_frame(const char *seen, int rows, int columns)
{
	bool in_frame = false, ended = false;
	int inner = 0, bars = 0, marks = 0;

	for (int row = 0; row < rows; row++) {
		const size_t length = strcspn(seen, "\n");

		if (is(seen, "┌")) {
			in_frame = true;
			assert_true(is(at(seen, length, columns - 1), "┐"));
		} else if (is(seen, "└")) {
			ended = true;
			in_frame = false;
			assert_true(is(at(seen, length, columns - 1), "┘"));
			assert_int_equal(row, rows - 2);
		} else if (in_frame) {
			inner++;
			assert_true(is(seen, "│"));
			assert_true(is(at(seen, length, columns - 1), "│"));
			assert_true(is(at(seen, length, columns - 2), " "));
			marks += is(at(seen, length, 1), "▸");
			bars += memmem(seen, length, " us ", 4) && memmem(seen, length, "% ", 2);
		}
		seen += length + 1;
	}
	assert_true(ended && inner >= 10);
	assert_int_equal(marks, 1); /* the selected row is to be seen */
	assert_true(bars >= 2);
}

static void test_sizes(void **state)
{
	struct fixture *f = *state;

	act(f, ACTION_LATENCY);
	for (int rows = LAYOUT_MIN_ROWS; rows <= ROWS_MAX; rows += rows < 26 ? 1 : 7) {
		for (int columns = LAYOUT_MIN_COLUMNS; columns <= COLUMNS_MAX; columns += 7) {
			char *seen;

			act(f, ACTION_SORT_EXITS);
			act(f, columns % 2 ? ACTION_NEXT : ACTION_PREVIOUS);
			f->scene.ui.message[0] = '\0';
			screen_resize(f->screen, rows, columns);
			term_resize(f->term);
			paint(f);
			seen = screen_dump(f->screen);
			check_frame(seen, rows, columns);
			free(seen);
			assert_int_equal(paint(f), 0);
		}
	}
}

/* An unchanged frame costs nothing, changed figures little. */
static void test_bytes(void **state)
{
	struct fixture *f = *state;
	size_t whole;

	act(f, ACTION_LATENCY);
	whole = paint(f);
	assert_int_equal(paint(f), 0);
	f->scene.vms[0]->interval.reasons[0].durations.count++;
	assert_in_range(paint(f), 1, whole / 10);
	assert_int_equal(paint(f), 0);
	act(f, ACTION_NEXT);
	assert_true(paint(f) > 0);
	assert_int_equal(paint(f), 0);
}

int run_sweep_drill_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("drill-down in all sizes", tests, NULL, NULL);
}
