/* Paints every view and popup in all sizes, with no VM and with many: everything is in its place, and a second
 * frame of the same costs nothing. */
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
#include "view/draw/layout.h"
#include "view/ui_moves.h"
#include "view/view.h"
#include "view/views.h"

enum { SCENES = 5 };

struct fixture {
	struct terminal terminal;
	struct scene scenes[SCENES];
	int rows, columns;
	const char *seen; /* the rows as text */
};

static int set_up(void **state)
{
	static const size_t vms[SCENES] = { 0, 1, 2, 7, 200 };
	struct fixture *f = calloc(1, sizeof *f);

	unsetenv("NO_COLOR");
	setlocale(LC_ALL, "C.UTF-8");
	f->terminal = terminal_new("xterm-256color", 24, 80);
	for (int i = 0; i < SCENES; i++) {
		if (vms[i])
			scene_many(&f->scenes[i], vms[i]);
		else
			scene_empty(&f->scenes[i]);
	}
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < SCENES; i++)
		scene_fini(&f->scenes[i]);
	terminal_free(&f->terminal);
	free(f);
	return 0;
}

static void resize(struct fixture *f, int rows, int columns)
{
	f->rows = rows;
	f->columns = columns;
	screen_resize(f->terminal.screen, rows, columns);
	term_resize(f->terminal.term);
}

static size_t paint(struct fixture *f, struct scene *s)
{
	view_paint(f->terminal.term, &s->model, &s->findings, &s->ui);
	return terminal_show(&f->terminal);
}

/* The character there; " " where nothing is. */
static const char *at(const struct fixture *f, int row, int column)
{
	const char *line = f->seen;
	size_t bytes = 0, length;

	for (int i = 0; i < row; i++)
		line += strcspn(line, "\n") + 1;
	length = strcspn(line, "\n");
	for (int i = 0; i < column && bytes < length; i++)
		bytes += text_fit(line + bytes, 1, NULL);
	return bytes < length ? line + bytes : " ";
}

static void expect(const struct fixture *f, int row, int column, const char *wanted)
{
	if (strncmp(at(f, row, column), wanted, strlen(wanted)) != 0)
		fail_msg("%dx%d: no %s at row %d, column %d:\n%s", f->columns, f->rows, wanted, row,
			column, f->seen);
}

static void check_popup(const struct fixture *f, struct rect box)
{
	const int bottom = box.row + box.height - 1, right = box.column + box.width - 1;

	assert_true(box.height >= 3 && box.width >= 10);
	expect(f, box.row, box.column, "┌");
	expect(f, box.row, right, "┐");
	expect(f, bottom, box.column, "└");
	expect(f, bottom, right, "┘");
	for (int row = box.row + 1; row < bottom; row++) {
		expect(f, row, box.column, "│");
		expect(f, row, right, "│");
	}
	assert_in_range(bottom, 0, f->rows - 2); /* the bottom bar stays in sight */
}

/* What can be hit is on the screen, each row at one place, the selected one among them. */
static void check_hits(const struct fixture *f, const struct scene *s)
{
	const struct ui *ui = &s->ui;
	bool selected = false, popup = false;
	int last = -1;

	for (size_t i = 0; i < ui->painted.regions.count; i++) {
		const struct mouse_region *region = &ui->painted.regions.items[i];
		const struct rect r = region->at;

		assert_true(r.row >= 0 && r.column >= 0 && r.row + r.height <= f->rows &&
			    r.column + r.width <= f->columns);
		if (region->kind == REGION_POPUP) {
			popup = true;
			check_popup(f, r);
		}
		if (region->kind != REGION_ROW)
			continue;
		assert_true(r.row > last);
		last = r.row;
		selected |= region->number == ui->selected_row;
	}
	assert_int_equal(popup, ui->popup != POPUP_NONE);
	if (!ui->popup)
		assert_int_equal(selected, ui->rows.count > 0);
}

static bool is_too_small(const struct fixture *f)
{
	return f->rows < LAYOUT_MIN_ROWS || f->columns < LAYOUT_MIN_COLUMNS;
}

/* Below the limit one sentence, as far as it fits, and nothing else. */
static void check_sentence(const struct fixture *f)
{
	assert_null(strstr(f->seen, "CPU"));
	if (f->columns >= 30 && f->rows >= 5)
		assert_non_null(strstr(f->seen, "kvmtop needs"));
}

static void check(struct fixture *f, struct scene *s)
{
	char *seen;

	s->ui.message[0] = '\0';
	paint(f, s);
	f->seen = seen = terminal_text(&f->terminal);
	if (is_too_small(f)) {
		check_sentence(f);
	} else {
		check_hits(f, s);
		if (s->ui.popup != POPUP_EXITS || f->rows >= 32)
			assert_true(s->ui.popup || strstr(seen, "kvmtop") == seen);
		assert_true(strncmp(at(f, f->rows - 1, 0), " ", 1) != 0); /* the bottom bar */
	}
	free(seen);
	if (paint(f, s))
		fail_msg("%dx%d, view %s, popup %d: a second frame is not free", f->columns,
			f->rows, views[s->ui.view]->name, s->ui.popup);
}

/* Each view; on the way the selection goes through the list, and CPUs, folds and a filter come and go. */
static int sweep_views(struct fixture *f)
{
	int screens = 0;

	for (int i = 0; i < SCENES; i++)
		for (int v = 0; v < VIEW__COUNT; v++, screens++) {
			struct scene *s = &f->scenes[i];

			ui_turn_to(&s->ui, (enum view_id)v);
			golden_act(s, (f->rows + v) % 3 ? ACTION_DOWN : ACTION_PAGE_DOWN);
			s->ui.open_all = (f->columns + v) % 2;
			s->ui.settings.cpus = (f->rows + f->columns) % 3 == 0;
			s->ui.settings.of_host = f->rows % 2;
			if ((f->rows + v) % 5 == 0)
				golden_act(s, ACTION_FILTER);
			check(f, s);
			golden_act(s, ACTION_FILTER_CLEAR);
		}
	return screens;
}

static int sweep_popups(struct fixture *f)
{
	static const enum action opening[] = { ACTION_HELP, ACTION_REMEDY, ACTION_DRILL_DOWN,
		ACTION_LATENCY, ACTION_VIEW_MENU, ACTION_SORT_MENU, ACTION_SETUP, ACTION_MESSAGES };
	const size_t count = sizeof opening / sizeof *opening;
	int screens = 0;

	for (int i = 0; i < SCENES; i += 2)
		for (size_t k = 0; k < count; k++, screens++) {
			struct scene *s = &f->scenes[i];

			ui_turn_to(&s->ui, (enum view_id)((k + (size_t)f->rows) % VIEW__COUNT));
			golden_act(s, opening[k]);
			golden_act(s, f->columns % 2 ? ACTION_LAST : ACTION_DOWN);
			check(f, s);
			golden_act(s, ACTION_CLOSE);
		}
	return screens;
}

static void test_all_sizes(void **state)
{
	static const int rows[] = { 1, 5, 14, 15, 16, 24, 25, 31, 32, 40, 60, 70 };
	static const int columns[] = { 1, 20, 59, 60, 61, 79, 80, 81, 100, 117, 118, 119, 120, 121,
		139, 140, 159, 160, 200, 220 };
	const size_t row_count = sizeof rows / sizeof *rows;
	const size_t column_count = sizeof columns / sizeof *columns;
	struct fixture *f = *state;
	int screens = 0;

	/* Each height with every eighth width, and so each width with some heights. */
	for (size_t r = 0; r < row_count; r++)
		for (size_t c = r % 8; c < column_count; c += 8) {
			resize(f, rows[r], columns[c]);
			screens += sweep_views(f);
			screens += sweep_popups(f);
		}
	print_message("# %d screens\n", screens);
}

/* A terminal that shrinks to nothing while a popup is open, and grows back. */
static void test_shrinks_to_nothing(void **state)
{
	static const enum action opening[] = { ACTION_NONE, ACTION_HELP, ACTION_REMEDY,
		ACTION_DRILL_DOWN, ACTION_LATENCY, ACTION_VIEW_MENU, ACTION_SORT_MENU, ACTION_SETUP,
		ACTION_MESSAGES, ACTION_FILTER };
	struct fixture *f = *state;
	struct scene *s = &f->scenes[SCENES - 1];

	for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
		char *before, *after;

		golden_act(s, opening[i]);
		resize(f, 40, 120);
		paint(f, s);
		before = screen_dump(f->terminal.screen);
		resize(f, 1, 1);
		paint(f, s);
		golden_act(s, ACTION_NONE);
		paint(f, s);
		resize(f, 40, 120);
		paint(f, s);
		after = screen_dump(f->terminal.screen);
		assert_string_equal(after, before);
		free(before);
		free(after);
		golden_act(s, opening[i] == ACTION_FILTER ? ACTION_FILTER_CLEAR : ACTION_CLOSE);
	}
}

/* A tick in which the figures of two VMs change costs little, and clears nothing. */
static void test_bytes_of_a_tick(void **state)
{
	struct fixture *f = *state;
	struct scene *s = &f->scenes[2];

	resize(f, 24, 80);
	for (int v = 0; v < VIEW__COUNT; v++) {
		ui_turn_to(&s->ui, (enum view_id)v);
		s->ui.open_all = false;
		paint(f, s);
		for (size_t i = 0; i < 2; i++) {
			s->vms[i]->cpu.cpu_pct += 1.1;
			s->vms[i]->cpu.system_pct += 1.1;
			s->vms[i]->exits_per_s += 11;
		}
		assert_in_range(paint(f, s), 0, 400);
		assert_int_equal(paint(f, s), 0);
	}
}

int run_sweep_view_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shrinks_to_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bytes_of_a_tick, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("views in all sizes", tests, NULL, NULL);
}
