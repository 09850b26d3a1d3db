/* Terminals that take nothing for a while, and that change their size. */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "terminal.h"
#include "view/term/term_info.h"

enum { ROWS = 24, COLUMNS = 80, FRAMES = 1000 };

#define DEADLINE_NS (60 * NS_PER_S)

/* What a terminal that takes nothing is given at the end; what does not wait for it takes less. */
#define GRACE_NS NS_PER_S

/* Row r, column c of frame i: nothing stays where it was. */
static char character(int i, int row, int column)
{
	return (char)('!' + (i * 7 + row * 5 + column) % 90);
}

static void make_row(char *line, int i, int row, int columns)
{
	for (int column = 0; column < columns; column++)
		line[column] = character(i, row, column);
	line[columns] = '\0';
}

static void paint(struct term *t, int i)
{
	int rows, columns;
	char line[512];

	term_size(t, &rows, &columns);
	term_erase(t);
	for (int row = 0; row < rows; row++) {
		make_row(line, i, row, columns);
		term_text(t, row, 0, columns, STYLE_NORMAL, line);
	}
	term_flush(t);
}

static void assert_frame(struct terminal *t, int i)
{
	char *text, *expected, *at;
	int rows, columns;

	terminal_show(t);
	term_size(t->term, &rows, &columns);
	text = terminal_text(t);
	expected = at = calloc((size_t)rows * ((size_t)columns + 2), 1);
	for (int row = 0; row < rows; row++) {
		make_row(at, i, row, columns);
		at += columns;
		*at++ = '\n';
	}
	assert_string_equal(text, expected);
	free(expected);
	free(text);
}

/* Paints until long after the terminal's buffers are full; returns the last frame's number. Nobody reads meanwhile: a
 * frame that waited for the terminal, for however short a time, would make FRAMES of them late. */
static int stall(struct terminal *t)
{
	const uint64_t start_ns = clock_mono_ns();

	for (int i = 0; i < FRAMES; i++)
		paint(t->term, i);
	assert_true(clock_mono_ns() - start_ns < DEADLINE_NS);
	assert_false(term_ready(t->term));
	assert_int_equal(term_send_more(t->term), 0);
	assert_false(term_ready(t->term));
	return FRAMES - 1;
}

/* The newest frame is on the screen without being painted again, and curses knows: nothing is left to
 * send, and what comes next starts from it. */
static void test_stalled(void **state)
{
	struct terminal t = terminal_new("xterm-256color", ROWS, COLUMNS);
	int last;

	(void)state;
	assert_true(term_ready(t.term));
	paint(t.term, 5);
	assert_true(term_ready(t.term));
	assert_frame(&t, 5);
	last = stall(&t);
	assert_frame(&t, last);
	paint(t.term, last);
	assert_int_equal(screen_feed(t.screen), 0);
	paint(t.term, last + 1);
	assert_frame(&t, last + 1);
	terminal_free(&t);
}

/* What is sent beside the frames keeps its place among them: the title behind the frame before. */
static void test_sequence_behind_frame(void **state)
{
	struct terminal t = terminal_new("xterm-256color", ROWS, COLUMNS);
	uint64_t start_ns;
	int last;

	(void)state;
	last = stall(&t);
	start_ns = clock_mono_ns();
	assert_int_equal(term_send(t.term, "\033]52;c;eA==\a"), -ETIMEDOUT);
	assert_in_range(clock_mono_ns() - start_ns, GRACE_NS, DEADLINE_NS);
	term_set_mouse(t.term, true);
	assert_frame(&t, last);
	assert_true(screen_click(t.screen, 1, 1, 1) > 0);
	assert_int_equal(term_send(t.term, "\033[5;5H*"), 0);
	assert_true(screen_feed(t.screen) >= 7);
	terminal_free(&t);
}

static void assert_modes(const struct termios *got, const struct termios *wanted)
{
	assert_int_equal(got->c_iflag, wanted->c_iflag);
	assert_int_equal(got->c_oflag, wanted->c_oflag);
	assert_int_equal(got->c_cflag, wanted->c_cflag);
	assert_int_equal(got->c_lflag, wanted->c_lflag);
	assert_memory_equal(got->c_cc, wanted->c_cc, sizeof got->c_cc);
}

/* The end does not wait for a terminal longer than a second, and the line's modes are restored. */
static void test_close_stalled(void **state)
{
	struct terminal t;
	struct termios before, during, after;
	uint64_t start_ns;
	int fd;

	(void)state;
	t.screen = screen_new(ROWS, COLUMNS);
	fd = fileno(screen_in(t.screen));
	assert_int_equal(tcgetattr(fd, &before), 0);
	t.term = term_open(
		"xterm", screen_out(t.screen), screen_in(t.screen), (char[200]){ "" }, 200);
	assert_non_null(t.term);
	assert_int_equal(tcgetattr(fd, &during), 0);
	assert_int_equal(during.c_lflag & (ECHO | ICANON), 0);
	assert_true(during.c_lflag & ISIG);
	stall(&t);
	start_ns = clock_mono_ns();
	term_suspend(t.term);
	assert_in_range(clock_mono_ns() - start_ns, GRACE_NS, DEADLINE_NS);
	assert_int_equal(tcgetattr(fd, &after), 0);
	assert_modes(&after, &before);
	start_ns = clock_mono_ns();
	term_resume(t.term);
	assert_true(clock_mono_ns() - start_ns < GRACE_NS);
	assert_int_equal(tcgetattr(fd, &after), 0);
	assert_modes(&after, &during);
	paint(t.term, 3);
	assert_frame(&t, 3); /* resumed after all */
	stall(&t);
	start_ns = clock_mono_ns();
	term_close(t.term);
	assert_in_range(clock_mono_ns() - start_ns, GRACE_NS, DEADLINE_NS);
	assert_int_equal(tcgetattr(fd, &after), 0);
	assert_modes(&after, &before);
	screen_free(t.screen);
}

static void test_hang_up_stalled(void **state)
{
	struct terminal t = terminal_new("xterm", ROWS, COLUMNS);
	uint64_t start_ns;
	int error;

	(void)state;
	stall(&t);
	screen_hang_up(t.screen);
	start_ns = clock_mono_ns();
	while (!(error = term_send_more(t.term)) && clock_mono_ns() - start_ns < DEADLINE_NS)
		continue; /* the kernel may take a moment */
	assert_int_equal(error, -EIO);
	paint(t.term, 0);
	assert_true(term_ready(t.term)); /* nobody is left to wait for */
	start_ns = clock_mono_ns();
	terminal_free(&t);
	assert_true(clock_mono_ns() - start_ns < GRACE_NS);
}

/* Each size is painted whole and right, once: the same frame again is nothing. */
static void test_shrinks_and_grows(void **state)
{
	static const struct {
		int rows, columns;
	} sizes[] = { { 24, 80 }, { 1, 1 }, { 24, 80 }, { 1, 200 }, { 60, 2 }, { 1, 1 }, { 2, 2 },
		{ 60, 250 }, { 24, 80 } };
	struct terminal t = terminal_new("xterm-256color", ROWS, COLUMNS);

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const int cells = sizes[i].rows * sizes[i].columns;
		size_t bytes;
		int rows, columns;

		screen_resize(t.screen, sizes[i].rows, sizes[i].columns);
		term_resize(t.term);
		term_size(t.term, &rows, &columns);
		assert_int_equal(rows, sizes[i].rows);
		assert_int_equal(columns, sizes[i].columns);
		paint(t.term, 1);
		bytes = terminal_show(&t);
		assert_in_range(bytes, cells, cells + 10 * sizes[i].rows + 150);
		assert_frame(&t, 1);
		paint(t.term, 1);
		assert_int_equal(screen_feed(t.screen), 0);
		paint(t.term, 2);
		assert_frame(&t, 2);
	}
	terminal_free(&t);
}

/* What was on its way for another size does not harm. */
static void test_resizes_while_stalled(void **state)
{
	struct terminal t = terminal_new("xterm-256color", ROWS, COLUMNS);

	(void)state;
	stall(&t);
	for (int size = 1; size < 60; size++) {
		screen_resize(t.screen, size, 2 * size);
		term_resize(t.term);
		paint(t.term, size);
	}
	assert_frame(&t, 59);
	terminal_free(&t);
}

int run_terminal_stall_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_sequence_behind_frame),
		cmocka_unit_test(test_close_stalled),
		cmocka_unit_test(test_hang_up_stalled),
		cmocka_unit_test(test_shrinks_and_grows),
		cmocka_unit_test(test_resizes_while_stalled),
	};

	return cmocka_run_group_tests_name("stalled terminal", tests, NULL, NULL);
}
