/* Clicks on what is painted: a text is looked for on the screen, and clicked where it stands. */
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
#include "terminal.h"
#include "view/pointer.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/view.h"

struct fixture {
	struct terminal terminal;
	struct scene scene;
	enum action then; /* of the last click */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	unsetenv("NO_COLOR");
	setlocale(LC_ALL, "C.UTF-8");
	f->terminal = terminal_new("xterm-256color", 40, 120);
	scene_house(&f->scene);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	scene_fini(&f->scene);
	terminal_free(&f->terminal);
	free(f);
	return 0;
}

static void paint(struct fixture *f)
{
	struct scene *s = &f->scene;

	s->ui.message[0] = '\0';
	view_paint(f->terminal.term, &s->model, &s->findings, &s->ui);
	terminal_show(&f->terminal);
}

/* Where the text stands for the nth time, from the top; fails the test when it does not. */
static struct term_mouse place_of(struct fixture *f, const char *text, int nth)
{
	struct term_mouse mouse = { .button = TERM_BUTTON_LEFT };
	char *seen = terminal_text(&f->terminal), *place = strstr(seen, text), *line = seen;

	for (; place && nth; nth--)
		place = strstr(place + 1, text);
	if (!place)
		fail_msg("\"%s\" is not on the screen:\n%s", text, seen);
	*place = '\0';
	for (char *end; (end = strchr(line, '\n')); line = end + 1)
		mouse.row++;
	mouse.column = text_width(line);
	free(seen);
	return mouse;
}

static enum stale press(struct fixture *f, struct term_mouse mouse)
{
	struct scene *s = &f->scene;

	return pointer_act(&s->ui, mouse, &s->model, &s->findings, &f->then);
}

static void click(struct fixture *f, const char *text, int nth)
{
	press(f, place_of(f, text, nth));
}

static const char *selected(struct fixture *f)
{
	const struct rows *rows = selection_rows(&f->scene.ui, &f->scene.model, &f->scene.findings);

	return rows->items[f->scene.ui.selected_row].vm->name;
}

static void test_rows(void **state)
{
	struct fixture *f = *state;

	for (int view = 0; view < VIEW_FINDINGS; view++) {
		ui_turn_to(&f->scene.ui, (enum view_id)view);
		paint(f);
		click(f, "web2", 0);
		assert_string_equal(selected(f), "web2");
		paint(f);
		click(f, "builder", 0);
		assert_string_equal(selected(f), "builder");
		assert_int_equal(f->then, ACTION_NONE);
		assert_int_equal(f->scene.ui.popup, POPUP_NONE);
	}
}

/* Rows change their places between a frame and a click: what was clicked is what was seen. */
static void test_rows_that_moved(void **state)
{
	struct fixture *f = *state;
	struct term_mouse there;

	paint(f);
	there = place_of(f, "web2", 0);
	f->scene.vms[2]->cpu.cpu_pct = 999; /* web2 is the first now */
	press(f, there);
	assert_string_equal(selected(f), "web2");
	paint(f);
	there = place_of(f, "ad-controller", 0);
	f->scene.model.vm_count = 3; /* and that one is gone */
	assert_int_equal(press(f, there), STALE_NOTHING);
	assert_string_equal(selected(f), "web2");
}

static void test_titles(void **state)
{
	struct fixture *f = *state;
	struct ui *ui = &f->scene.ui;

	paint(f);
	click(f, "PID", 0);
	assert_string_equal(ui->views[VIEW_OVERVIEW].sort, "pid");
	assert_false(ui->views[VIEW_OVERVIEW].reverse);
	paint(f);
	click(f, "PID", 0);
	assert_true(ui->views[VIEW_OVERVIEW].reverse);
	click(f, "time%", 0);
	assert_int_equal(ui->exit_sort, EXIT_COL_TIME_PCT);
	assert_false(ui->exit_reverse);
	click(f, "time%", 0);
	assert_true(ui->exit_reverse);
	ui_turn_to(ui, VIEW_EXITS);
	paint(f);
	click(f, "HLT", 0);
	assert_string_equal(ui->views[VIEW_EXITS].sort, "HLT");
	assert_string_equal(ui->views[VIEW_OVERVIEW].sort, "pid");
}

static void test_fold_sign(void **state)
{
	struct fixture *f = *state;
	struct ui *ui = &f->scene.ui;
	struct term_mouse sign;

	paint(f);
	sign = place_of(f, "▾ ", 0);
	press(f, sign);
	assert_true(ui->folded);
	paint(f);
	press(f, sign);
	assert_false(ui->folded);
	paint(f);
	sign = place_of(f, "web1", 0); /* of another VM: that one is opened */
	sign.column = 1;
	press(f, sign);
	assert_string_equal(selected(f), "web1");
	assert_false(ui->folded);
}

static void test_tabs_and_keys(void **state)
{
	struct fixture *f = *state;

	paint(f);
	click(f, "Clock", 0);
	assert_int_equal(f->scene.ui.view, VIEW_CLOCK);
	paint(f);
	click(f, "Findings", 0);
	assert_int_equal(f->scene.ui.view, VIEW_FINDINGS);
	paint(f);
	click(f, "Remedy", 0);
	assert_int_equal(f->then, ACTION_REMEDY);
	click(f, "F2", 0);
	assert_int_equal(f->then, ACTION_SETUP);
}

static void test_twice(void **state)
{
	struct fixture *f = *state;
	struct term_mouse there;

	paint(f);
	there = place_of(f, "web2", 0);
	there.twice = true;
	press(f, there);
	assert_int_equal(f->then, ACTION_ENTER);
}

static void test_wheel(void **state)
{
	struct fixture *f = *state;
	struct term_mouse wheel = { .button = TERM_BUTTON_WHEEL_DOWN, .row = 10, .column = 10 };

	paint(f);
	assert_int_equal(f->scene.ui.selected_row, 0);
	press(f, wheel);
	assert_int_equal(f->scene.ui.selected_row, 3);
	wheel.button = TERM_BUTTON_WHEEL_UP;
	press(f, wheel);
	press(f, wheel);
	assert_int_equal(f->scene.ui.selected_row, 0);
	golden_act(&f->scene, ACTION_HELP);
	paint(f);
	wheel.button = TERM_BUTTON_WHEEL_DOWN;
	press(f, wheel);
	assert_int_equal(f->scene.ui.popup_scroll, 3);
}

static void test_popups(void **state)
{
	struct fixture *f = *state;
	struct ui *ui = &f->scene.ui;

	golden_act(&f->scene, ACTION_VIEW_MENU);
	paint(f);
	click(f, "─ Views", 0); /* the frame is nothing */
	assert_int_equal(f->then, ACTION_NONE);
	click(f, "Threads   ", 0);
	assert_int_equal(f->then, ACTION_ENTER);
	assert_int_equal(ui->popup_row, VIEW_THREADS);
	golden_act(&f->scene, f->then);
	assert_int_equal(ui->view, VIEW_THREADS);

	golden_act(&f->scene, ACTION_REMEDY);
	paint(f);
	press(f, (struct term_mouse){ .row = 19, .column = 60, .button = TERM_BUTTON_LEFT });
	assert_int_equal(f->then, ACTION_NONE);
	press(f, (struct term_mouse){ .row = 12, .column = 0, .button = TERM_BUTTON_LEFT });
	assert_int_equal(f->then, ACTION_CLOSE); /* beside it */
	golden_act(&f->scene, f->then);
	assert_int_equal(ui->popup, POPUP_NONE);

	ui_turn_to(ui, VIEW_OVERVIEW);
	golden_act(&f->scene, ACTION_FIRST);
	golden_act(&f->scene, ACTION_DRILL_DOWN);
	paint(f);
	click(f, "EXTERNAL_INTERRUPT", 0);
	assert_int_equal(ui->drill.selected.reason, 1);
	click(f, "avg", 0);
	assert_int_equal(ui->exit_sort, EXIT_COL_AVG);
}

static void test_other_buttons(void **state)
{
	struct fixture *f = *state;
	struct term_mouse there;

	paint(f);
	there = place_of(f, "web2", 0);
	there.button = TERM_BUTTON_RIGHT;
	assert_int_equal(press(f, there), STALE_NOTHING);
	there.button = TERM_BUTTON_MIDDLE;
	assert_int_equal(press(f, there), STALE_NOTHING);
	assert_int_equal(f->scene.ui.selected_row, 0);
	there = (struct term_mouse){ .row = 400, .column = 4000, .button = TERM_BUTTON_LEFT };
	assert_int_equal(press(f, there), STALE_NOTHING);
}

int run_pointer_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rows_that_moved, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_titles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_fold_sign, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tabs_and_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wheel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_popups, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_buttons, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("clicks and the wheel", tests, NULL, NULL);
}
