/* Every view with every popup, and no VM up to two hundred, in all sizes: whatever the window, frames are whole, the
 * selected row and the keys are to be seen, and nothing is sent twice. */
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
#include "scene_off.h"
#include "stage.h"
#include "view/draw/layout.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views.h"

/* What the user has open. */
struct opened {
	const char *name;
	enum action actions[3];
	const char *bar;  /* the bottom bar has it, unless there is a message */
	const char *mark; /* of the selected line in a popup that is about lines */
	const char *text; /* is typed then */
};

/* clang-format off */
static const struct opened opened[] = {
	{ .name = "nothing", .bar = "Help" },
	{ .name = "help", .actions = { ACTION_HELP }, .bar = "Scroll" },
	{ .name = "remedy", .actions = { ACTION_REMEDY }, .bar = "Scroll" },
	{ .name = "drill-down", .actions = { ACTION_DRILL_DOWN }, .bar = "Row", .mark = "▸" },
	{ .name = "latency", .actions = { ACTION_LATENCY, ACTION_DOWN }, .bar = "Row", .mark = "▸" },
	{ .name = "apply", .actions = { ACTION_REMEDY, ACTION_APPLY }, .bar = "" },
	{ .name = "undo", .actions = { ACTION_REMEDY, ACTION_UNDO }, .bar = "" },
	{ .name = "views", .actions = { ACTION_VIEW_MENU }, .bar = "Line", .mark = "▸" },
	{ .name = "sort", .actions = { ACTION_SORT_MENU, ACTION_LAST }, .bar = "Line", .mark = "▸" },
	{ .name = "setup", .actions = { ACTION_SETUP, ACTION_LAST }, .bar = "Line", .mark = "▸" },
	{ .name = "messages", .actions = { ACTION_MESSAGES }, .bar = "Scroll" },
	{ .name = "filter", .actions = { ACTION_FILTER }, .bar = "Filter: 0", .text = "0" },
	{ .name = "undo at once", .actions = { ACTION_LAST, ACTION_UNDO }, .bar = "" },
	{ .name = "cpus", .actions = { ACTION_CPUS }, .bar = "Help" },
	{ .name = "all panels", .actions = { ACTION_OPEN_ALL, ACTION_LAST }, .bar = "Help" },
	{ .name = "last row", .actions = { ACTION_LAST }, .bar = "Help" },
	{ .name = "folded", .actions = { ACTION_FOLD, ACTION_PAGE_DOWN }, .bar = "Help" },
};

/* The VMs there are: count of scene_many(), where nothing is built. */
static const struct { void (*build)(struct scene *s); size_t count; } worlds[] = {
	{ NULL, 0 }, { NULL, 1 }, { NULL, 2 }, { NULL, 7 }, { NULL, 200 },
	{ scene_storm, 0 }, { scene_names, 0 }, { scene_house, 0 },
	{ scene_off, 0 },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The limits of layout.h, and just beside them. */
static const int rows_near_limits[] = { 15, 16, 17, 23, 24, 25, 31, 32, 33, 40, 50, 70 };
static const int columns_near_limits[] = { 60, 61, 62, 79, 80, 81, 100, 117, 118, 119, 120, 121,
	139, 140, 141, 159, 160, 161, 200, 220 };

/* Each world, view and popup meets so many of these sizes, each time others. */
enum { SIZES_EACH = 3, SIZES_STEP = 37 };

static void open_it(struct stage *s, enum view_id view, const struct opened *o)
{
	ui_turn_to(&s->scene.ui, view);
	for (size_t i = 0; i < COUNT(o->actions) && o->actions[i]; i++)
		stage_act(s, o->actions[i]);
	if (o->text)
		stage_type(s, o->text);
}

/* Puts all back as it was at first, but for the figures. */
static void close_it(struct stage *s)
{
	ui_fini(&s->scene.ui);
	ui_init(&s->scene.ui);
}

static void explain(const struct stage *s, const char *what, const struct opened *o)
{
	print_message("%s", s->seen);
	fail_msg("%dx%d, %s in %s: %s", s->columns, s->rows, o->name, views[s->scene.ui.view]->name,
		what);
}

static void check_rows(const struct stage *s, const struct opened *o)
{
	for (int row = 0; row < s->rows; row++) {
		size_t length;
		const char *line = stage_row(s, row, &length);
		char *text = strndup(line, length);
		const int width = text_width(text);

		free(text);
		if (width > s->columns)
			explain(s, "a row is too long", o);
	}
}

/* The frame's right end in the row of its corner; -1 when there is none. */
static int right_end(const struct stage *s, int row, int from)
{
	for (int column = from + 1; column < s->columns; column++)
		if (stage_is_at(s, row, column, "┐"))
			return column;
	return -1;
}

/* How many rows of the frame bear the mark of the selected line: counts it along the way. */
static int check_frame(const struct stage *s, const struct opened *o)
{
	int top, left, right, row, marks = 0;

	stage_find(s, 0, "┌", &top, &left);
	right = right_end(s, top, left);
	if (right < 0)
		explain(s, "the frame has no corner", o);
	for (row = top + 1; row < s->rows && !stage_is_at(s, row, left, "└"); row++) {
		if (!stage_is_at(s, row, left, "│") || !stage_is_at(s, row, right, "│"))
			explain(s, "the frame has a hole", o);
		marks += o->mark && stage_is_at(s, row, left + 1, o->mark);
	}
	if (row >= s->rows - 1 || !stage_is_at(s, row, right, "┘"))
		explain(s, "the frame has no end above the keys", o);
	return marks;
}

static void check_popup(const struct stage *s, const struct opened *o)
{
	const struct ui *ui = &s->scene.ui;
	const int marks = check_frame(s, o);
	const struct vm *vm = model_find(&s->scene.model, ui->selected);
	const bool lines = ui->popup != POPUP_EXITS || (vm && !vm->off);

	if (o->mark && lines && marks != 1 && !stage_has(s, "no exits yet"))
		explain(s, "the selected line of the popup is not to be seen", o);
}

static void check_list(struct stage *s, const struct opened *o)
{
	struct ui *ui = &s->scene.ui;
	const struct field *sorted = &ui->rows.columns[selection_sorted(ui)];
	const int selected = stage_selected_row(s);
	bool titled = false;

	for (int row = 0; row < s->rows && !titled; row++)
		titled = stage_row_has(s, row, ui->rows.columns[0].title) &&
			 stage_row_has(s, row, sorted->title);
	if (!titled)
		explain(s, "the titles are not to be seen", o);
	if (!ui->rows.count != (selected == -1) || selected == -2)
		explain(s, "not one row is selected", o);
	if (stage_has(s, "┌"))
		explain(s, "a frame, where no popup is", o);
}

static void check_screen(struct stage *s, const struct opened *o)
{
	const struct ui *ui = &s->scene.ui;
	size_t keys;

	stage_look(s);
	check_rows(s, o);
	if (ui->popup)
		check_popup(s, o);
	else
		check_list(s, o);
	if (!stage_row_has(s, 0, "kvmtop") && !ui->popup)
		explain(s, "the first row has no title", o);
	stage_row(s, s->rows - 1, &keys);
	if (!keys || (!ui->message[0] && !stage_row_has(s, s->rows - 1, o->bar)))
		explain(s, "the keys are not to be seen", o);
	if (stage_paint(s) != 0)
		explain(s, "the same frame is sent again", o);
}

static void check_sizes(struct stage *s, const struct opened *o, size_t *next)
{
	for (int i = 0; i < SIZES_EACH; i++, *next += SIZES_STEP) {
		const size_t rows = *next % COUNT(rows_near_limits),
			     columns = *next / COUNT(rows_near_limits) % COUNT(columns_near_limits);

		stage_resize(s, rows_near_limits[rows], columns_near_limits[columns]);
		check_screen(s, o);
	}
}

static void test_everything_in_some_sizes(void **state)
{
	struct stage *s = stage_new(scene_empty, 24, 80);
	size_t next = 0;

	(void)state;
	for (size_t w = 0; w < COUNT(worlds); w++) {
		stage_build(s, worlds[w].build, worlds[w].count);
		for (int view = 0; view < VIEW__COUNT; view++)
			for (size_t i = 0; i < COUNT(opened); i++) {
				open_it(s, (enum view_id)view, &opened[i]);
				check_sizes(s, &opened[i], &next);
				close_it(s);
			}
	}
	stage_free(s);
}

/* The overview, which has most to arrange, in every height, and in all widths with a step. */
static void test_overview_in_all_sizes(void **state)
{
	static const struct opened nothing = { .name = "nothing", .bar = "Help" };
	struct stage *s = stage_new(scene_house, 24, 80);

	(void)state;
	for (int rows = LAYOUT_MIN_ROWS; rows <= 70; rows++)
		for (int columns = LAYOUT_MIN_COLUMNS + rows % 13; columns <= 220; columns += 13) {
			stage_resize(s, rows, columns);
			check_screen(s, &nothing);
		}
	stage_free(s);
}

/* The screen's text without blanks: how words are wrapped is another's business. */
static void squeeze(char *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != ' ' && text[i] != '\n')
			*out++ = text[i];
	*out = '\0';
}

/* One sentence, or its beginning where not even that has room. */
static void test_too_small(void **state)
{
	struct stage *s = stage_new(scene_storm, 24, 80);

	(void)state;
	for (int rows = 1; rows < 30; rows++)
		for (int columns = 1; columns < 90; columns += columns < 10 ? 1 : 7) {
			char sentence[200], wanted[200], *got;
			size_t length;

			if (rows >= LAYOUT_MIN_ROWS && columns >= LAYOUT_MIN_COLUMNS)
				continue;
			s->scene.ui.popup = (enum popup)((rows + columns) % POPUP__COUNT);
			stage_resize(s, rows, columns);
			stage_look(s);
			assert_int_equal(stage_paint(s), 0);
			snprintf(sentence, sizeof sentence,
				"kvmtop needs %d columns and %d rows, this window has %d and %d.",
				LAYOUT_MIN_COLUMNS, LAYOUT_MIN_ROWS, columns, rows);
			squeeze(wanted, sentence, strlen(sentence));
			length = (size_t)(strstr(s->seen, "-- styles") - s->seen);
			got = calloc(length + 1, 1);
			squeeze(got, s->seen, length);
			if (rows * columns > 2 * (int)strlen(sentence))
				assert_string_equal(got, wanted);
			else if (!*got || strncmp(got, wanted, strlen(got)) != 0)
				fail_msg("%dx%d: \"%s\"", columns, rows, got);
			free(got);
		}
	stage_free(s);
}

int run_sweep_screens_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_in_some_sizes),
		cmocka_unit_test(test_overview_in_all_sizes),
		cmocka_unit_test(test_too_small),
	};

	return cmocka_run_group_tests_name("screens in all sizes", tests, NULL, NULL);
}
