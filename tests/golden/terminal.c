#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "scene.h"
#include "screen.h"
#include "terminal.h"
#include "view/view.h"

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

static size_t paint(struct fixture *f)
{
	view_paint(f->term, &f->scene.model, &f->scene.findings, &f->scene.ui);
	return terminal_show(&(struct terminal){ f->screen, f->term });
}

static void test_unchanged_frame(void **state)
{
	struct fixture *f = *state;

	assert_true(paint(f) > 1000);
	assert_int_equal(paint(f), 0);
	f->scene.ui.popup = POPUP_REMEDY;
	assert_true(paint(f) > 0);
	assert_int_equal(paint(f), 0);
}

/* Twelve rows of 16 columns: a tenth of the screen's 1920 cells. */
static void paint_tenth(struct fixture *f, const char *text)
{
	term_erase(f->term);
	for (int i = 0; i < 12; i++)
		term_text(f->term, 2 * i, 5, 16, STYLE_NORMAL, text);
	term_flush(f->term);
}

static void test_tenth_of_cells(void **state)
{
	struct fixture *f = *state;
	size_t bytes;

	paint_tenth(f, "0123456789abcdef");
	terminal_show(&(struct terminal){ f->screen, f->term });
	paint_tenth(f, "ghijklmnopqrstuv");
	bytes = terminal_show(&(struct terminal){ f->screen, f->term });
	assert_in_range(bytes, 192, 400);
}

static void test_redraw(void **state)
{
	struct fixture *f = *state;
	const size_t first = paint(f);

	term_redraw(f->term);
	assert_true(paint(f) > first / 2);
	assert_int_equal(paint(f), 0);
}

/* Only the first frame, and one that the user asks for, may clear the screen: all others would flicker. */
static void test_no_clear(void **state)
{
	struct fixture *f = *state;
	struct ui *ui = &f->scene.ui;
	unsigned int clears;

	paint(f);
	clears = screen_clears(f->screen);
	assert_true(clears > 0);
	for (int view = 0; view < VIEW__COUNT; view++) {
		ui->view = (enum view_id)view;
		for (int popup = POPUP_NONE; popup < POPUP__COUNT; popup++) {
			ui->popup = (enum popup)popup;
			paint(f);
			ui->popup = POPUP_NONE;
			paint(f);
		}
	}
	assert_int_equal(screen_clears(f->screen), clears);
	term_redraw(f->term);
	paint(f);
	assert_true(screen_clears(f->screen) > clears);
}

static void test_suspend(void **state)
{
	struct fixture *f = *state;
	char *before, *after;

	paint(f);
	before = screen_dump(f->screen);
	term_suspend(f->term);
	terminal_show(&(struct terminal){ f->screen, f->term });
	term_resume(f->term);
	paint(f);
	after = screen_dump(f->screen);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void test_resize(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int rows, columns;
	} sizes[] = { { 50, 160 }, { 5, 20 }, { 1, 1 }, { 40, 120 }, { 24, 80 } };

	paint(f);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int rows, columns;

		screen_resize(f->screen, sizes[i].rows, sizes[i].columns);
		term_resize(f->term);
		term_size(f->term, &rows, &columns);
		assert_int_equal(rows, sizes[i].rows);
		assert_int_equal(columns, sizes[i].columns);
		paint(f);
	}
}

static void test_clip(void **state)
{
	struct fixture *f = *state;
	char *seen;

	term_erase(f->term);
	term_clip(f->term, 5, 2);
	for (int row = -3; row < 30; row++)
		term_text(f->term, row, 78, 10, STYLE_NORMAL, "xyz");
	term_text(f->term, 5, 80, 10, STYLE_NORMAL, "outside");
	term_text(f->term, 5, -1, 10, STYLE_NORMAL, "outside");
	term_flush(f->term);
	terminal_show(&(struct terminal){ f->screen, f->term });
	seen = screen_dump(f->screen);
	assert_int_equal(strspn(seen, "\n"), 5);
	assert_memory_equal(seen + 5 + 78, "xy\n", 3);
	assert_memory_equal(seen + 5 + 81 + 78, "xy\n\n", 4);
	assert_null(strstr(seen, "outside"));
	free(seen);
}

static void test_wide_characters_whole(void **state)
{
	struct fixture *f = *state;
	char *seen;

	term_erase(f->term);
	assert_int_equal(term_text(f->term, 0, 0, 5, STYLE_NORMAL, "日本語"), 4);
	term_text_right(f->term, 1, 0, 7, STYLE_NORMAL, "日本");
	term_text(f->term, 0, 5, 1, STYLE_NORMAL, "|");
	term_flush(f->term);
	terminal_show(&(struct terminal){ f->screen, f->term });
	seen = screen_dump(f->screen);
	assert_memory_equal(seen, "日本 |\n   日本\n", strlen("日本 |\n   日本\n"));
	free(seen);
}

static int next_key(struct fixture *f)
{
	struct pollfd p = { .fd = fileno(screen_in(f->screen)), .events = POLLIN };

	assert_int_equal(poll(&p, 1, 5000), 1);
	return term_key(f->term);
}

static void test_keys(void **state)
{
	/* clang-format off */
	static const struct { const char *bytes; int key; } keys[] = {
		{ "r", 'r' }, { " ", ' ' }, { "\f", '\f' }, { "\r", TERM_KEY_ENTER },
		{ "\t", TERM_KEY_TAB }, { "\033[Z", TERM_KEY_BACKTAB }, { "\177", TERM_KEY_BACKSPACE },
		{ "\033OA", TERM_KEY_UP }, { "\033OB", TERM_KEY_DOWN },
		{ "\033OD", TERM_KEY_LEFT }, { "\033OC", TERM_KEY_RIGHT },
		{ "\033[5~", TERM_KEY_PAGE_UP }, { "\033[6~", TERM_KEY_PAGE_DOWN },
		{ "\033OH", TERM_KEY_HOME }, { "\033OF", TERM_KEY_END },
		{ "\033OP", TERM_KEY_F1 }, { "\033[21~", TERM_KEY_F1 + 9 },
		{ "\033", TERM_KEY_ESCAPE }, { "é", 0xe9 }, { "日", 0x65e5 },
	};
	/* clang-format on */
	struct fixture *f = *state;

	paint(f);
	assert_int_equal(term_key(f->term), TERM_KEY_NONE);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		screen_type(f->screen, keys[i].bytes);
		assert_int_equal(next_key(f), keys[i].key);
		assert_int_equal(term_key(f->term), TERM_KEY_NONE);
	}
	assert_int_equal(terminal_show(&(struct terminal){ f->screen, f->term }),
		0); /* reading keys paints and echoes nothing */
}

static void test_hang_up(void **state)
{
	struct fixture *f = *state;

	paint(f);
	screen_hang_up(f->screen);
	assert_int_equal(term_key(f->term), TERM_KEY_HANGUP);
	view_paint(f->term, &f->scene.model, &f->scene.findings, &f->scene.ui); /* is no harm */
}

static void test_refused(void **state)
{
	struct screen *screen = screen_new(24, 80);
	FILE *file = tmpfile();
	static const char *const types[] = { "dumb", "unknown", "no-such-terminal" };
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		why[0] = '\0';
		assert_null(term_open(
			types[i], screen_out(screen), screen_in(screen), why, sizeof why));
		assert_non_null(strstr(why, types[i]));
		assert_non_null(strstr(why, "kvmtop --batch"));
	}
	why[0] = '\0';
	assert_null(term_open("", screen_out(screen), screen_in(screen), why, sizeof why));
	assert_non_null(strstr(why, "kvmtop --batch"));
	why[0] = '\0';
	assert_null(term_open("xterm", file, file, why, sizeof why));
	assert_non_null(strstr(why, "kvmtop --batch"));
	fclose(file);
	screen_free(screen);
}

int run_terminal_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unchanged_frame, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tenth_of_cells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_redraw, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_clear, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_suspend, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_resize, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_clip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wide_characters_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hang_up, set_up, tear_down),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL) +
	       run_terminal_stall_tests() + run_terminal_looks_tests() + run_terminal_mouse_tests();
}
