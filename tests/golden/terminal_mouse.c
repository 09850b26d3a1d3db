/* The mouse: what an emulator reports, and what is typed by hand. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "terminal.h"

#define DEADLINE_NS (60 * NS_PER_S)

static int set_up(void **state)
{
	struct terminal *t = malloc(sizeof *t);

	*t = terminal_new("xterm-256color", 60, 250);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct terminal *t = *state;

	terminal_free(t);
	free(t);
	return 0;
}

/* Waits for a key: what was typed takes its time through the terminal. */
static int next_key(const struct terminal *t)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;
	int key;

	while ((key = term_key(t->term)) == TERM_KEY_NONE && clock_mono_ns() < end_ns) {
		struct pollfd p = { .fd = fileno(screen_in(t->screen)), .events = POLLIN };

		poll(&p, 1, 100);
	}
	return key;
}

static void assert_press(const struct terminal *t, int row, int column, enum term_button button)
{
	struct term_mouse m;

	assert_int_equal(next_key(t), TERM_KEY_MOUSE);
	m = term_mouse(t->term);
	assert_int_equal(m.row, row);
	assert_int_equal(m.column, column);
	assert_int_equal(m.button, button);
}

/* What was typed before ends with it: nothing came before it that is a key. */
static void assert_only(const struct terminal *t)
{
	screen_type(t->screen, "z");
	assert_int_equal(next_key(t), 'z');
	assert_int_equal(term_key(t->term), TERM_KEY_NONE);
	assert_int_equal(screen_feed(t->screen), 0); /* and nothing is echoed */
}

/* An emulator reports only while it is told to, at once and without a frame. */
static void test_is_switched(void **state)
{
	const struct terminal *t = *state;

	screen_feed(t->screen);
	assert_int_equal(screen_click(t->screen, 0, 0, 1), 0);
	for (int i = 0; i < 2; i++) {
		term_set_mouse(t->term, true);
		assert_true(screen_feed(t->screen) > 0);
		term_set_mouse(t->term, true);
		assert_int_equal(screen_feed(t->screen), 0);
		assert_true(screen_click(t->screen, 0, 0, 1) > 0);
		assert_press(t, 0, 0, TERM_BUTTON_LEFT);
		assert_only(t);
		term_set_mouse(t->term, false);
		assert_true(screen_feed(t->screen) > 0);
		term_set_mouse(t->term, false);
		assert_int_equal(screen_feed(t->screen), 0);
		assert_int_equal(screen_click(t->screen, 0, 0, 1), 0);
	}
}

static void test_emulator(void **state)
{
	static const struct {
		int row, column, button;
		enum term_button seen;
	} cases[] = {
		{ 0, 0, 1, TERM_BUTTON_LEFT },
		{ 50, 200, 1, TERM_BUTTON_LEFT },
		{ 59, 249, 3, TERM_BUTTON_RIGHT }, /* beyond 223 columns */
		{ 3, 240, 2, TERM_BUTTON_MIDDLE },
		{ 7, 8, 4, TERM_BUTTON_WHEEL_UP },
		{ 7, 8, 5, TERM_BUTTON_WHEEL_DOWN },
	};
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		screen_click(t->screen, cases[i].row, cases[i].column, cases[i].button);
		assert_press(t, cases[i].row, cases[i].column, cases[i].seen);
		assert_only(t);
	}
}

/* A suspended kvmtop leaves the mouse to the shell, and takes it again. */
static void test_suspend(void **state)
{
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	term_flush(t->term);
	term_suspend(t->term);
	screen_feed(t->screen);
	assert_int_equal(screen_click(t->screen, 0, 0, 1), 0);
	term_resume(t->term);
	screen_feed(t->screen);
	assert_true(screen_click(t->screen, 9, 9, 1) > 0);
	assert_press(t, 9, 9, TERM_BUTTON_LEFT);
}

static void test_x10(void **state)
{
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	screen_type(t->screen, "\033[M !!\033[M#!!"); /* and its release */
	assert_press(t, 0, 0, TERM_BUTTON_LEFT);
	screen_type(t->screen, "\033[M \351S\033[M#\351S"); /* bytes that are no UTF-8 */
	assert_press(t, 50, 200, TERM_BUTTON_LEFT);
	screen_type(
		t->screen, "\033[Ma\177\303"); /* one that is a key, one that starts a character */
	assert_press(t, 162, 94, TERM_BUTTON_WHEEL_DOWN);
	assert_only(t);
}

static void test_nothing_but_presses(void **state)
{
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	screen_type(t->screen, "\033[<0;5;5m\033[<32;6;5M\033[<35;7;5M\033[M@##\033[<128;1;1M");
	assert_only(t);
}

static void test_twice(void **state)
{
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	screen_type(t->screen, "\033[<0;5;6M\033[<0;5;6m\033[<0;5;6M\033[<0;5;6m\033[<0;5;7M");
	assert_press(t, 5, 4, TERM_BUTTON_LEFT);
	assert_false(term_mouse(t->term).twice);
	assert_press(t, 5, 4, TERM_BUTTON_LEFT);
	assert_true(term_mouse(t->term).twice);
	assert_press(t, 6, 4, TERM_BUTTON_LEFT);
	assert_false(term_mouse(t->term).twice);
	assert_only(t);
}

/* Late reports after switching off are nobody's keys. */
static void test_unwanted(void **state)
{
	const struct terminal *t = *state;

	screen_feed(t->screen);
	screen_type(t->screen, "\033[<0;5;6M\033[M !!");
	assert_only(t);
}

/* The keys behind a report that was cut off arrive; so do two ends of reports that are none, as the
 * characters they are. */
static void test_cut(void **state)
{
	static const struct {
		const char *bytes;
		int key; /* the byte that broke it; TERM_KEY_NONE: the first of what follows */
	} cut[] = {
		{ "\033[<", TERM_KEY_NONE },
		{ "\033[<0", TERM_KEY_NONE },
		{ "\033[<0;", TERM_KEY_NONE },
		{ "\033[<0;5;", TERM_KEY_NONE },
		{ "\033[<0;5;6", TERM_KEY_NONE },
		{ "\033[<0;;", ';' },
		{ "\033[<0;5M", 'M' },
	};
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
		screen_type(t->screen, cut[i].bytes);
		screen_type(t->screen, "q\033OA\303\251\033[<0;2;3M");
		if (cut[i].key != TERM_KEY_NONE)
			assert_int_equal(next_key(t), cut[i].key);
		assert_int_equal(next_key(t), 'q');
		assert_int_equal(next_key(t), TERM_KEY_UP);
		assert_int_equal(next_key(t), 0xe9);
		assert_press(t, 2, 1, TERM_BUTTON_LEFT);
		assert_only(t);
	}
}

/* A slow line brings a report in pieces; meanwhile there is no key. */
static void test_pieces(void **state)
{
	static const char *const pieces[] = { "\033[<", "0", ";2", "01;", "51" };
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct pollfd p = { .fd = fileno(screen_in(t->screen)), .events = POLLIN };

		screen_type(t->screen, pieces[i]);
		assert_int_equal(poll(&p, 1, (int)(DEADLINE_NS / NS_PER_MS)), 1);
		assert_int_equal(term_key(t->term), TERM_KEY_NONE);
	}
	screen_type(t->screen, "M");
	assert_press(t, 50, 200, TERM_BUTTON_LEFT);
	assert_only(t);
}

/* Followed by an escape sequence, and by the end of the terminal. */
static void test_cut_by_escape(void **state)
{
	const struct terminal *t = *state;

	term_set_mouse(t->term, true);
	screen_feed(t->screen);
	screen_type(t->screen, "\033[<0;5\033[5~\033[M \033[6~");
	assert_int_equal(next_key(t), TERM_KEY_PAGE_UP);
	assert_int_equal(next_key(t), TERM_KEY_PAGE_DOWN);
	assert_only(t);
	screen_type(t->screen, "\033[<0;5");
	screen_hang_up(t->screen);
	assert_int_equal(next_key(t), TERM_KEY_HANGUP);
}

int run_terminal_mouse_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_is_switched, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_emulator, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_suspend, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_x10, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_but_presses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unwanted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_by_escape, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
