/* The setup, and screens of users who want few columns. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "screen.h"
#include "view/draw/layout.h"
#include "view/ui_moves.h"
#include "view/view.h"

static void hide(struct scene *s, enum settings_table table, size_t column)
{
	s->ui.settings.hidden[table] |= UINT32_C(1) << column;
}

static void open_setup(struct scene *s)
{
	golden_act(s, ACTION_SETUP);
}

static void change_general(struct scene *s)
{
	open_setup(s);
	golden_act(s, ACTION_NEXT);
	golden_act(s, ACTION_DOWN);
	golden_act(s, ACTION_NEXT);
}

static void switch_column_off(struct scene *s)
{
	open_setup(s);
	for (int i = 0; i < 8; i++)
		golden_act(s, ACTION_DOWN);
	golden_act(s, ACTION_ENTER);
}

static void go_to_end(struct scene *s)
{
	open_setup(s);
	golden_act(s, ACTION_LAST);
}

/* The list goes on being sorted by %CPU. */
static void hide_some(struct scene *s)
{
	s->ui.settings.of_host = true;
	hide(s, SETTINGS_VMS, VM_COL_PID);
	hide(s, SETTINGS_VMS, VM_COL_CPU);
	hide(s, SETTINGS_THREADS, THREAD_COL_TID);
	hide(s, SETTINGS_EXITS, EXIT_COL_SAMPLES);
	hide(s, SETTINGS_EXITS, EXIT_COL_AVG);
}

static void drill_some(struct scene *s)
{
	hide_some(s);
	golden_act(s, ACTION_DRILL_DOWN);
}

static void hide_all(struct scene *s)
{
	for (int t = 0; t < SETTINGS_TABLE__COUNT; t++)
		for (size_t i = 1; i < settings_tables[t].count; i++)
			hide(s, (enum settings_table)t, i);
}

static void threads_hidden(struct scene *s)
{
	hide_all(s);
	ui_turn_to(&s->ui, VIEW_THREADS);
}

/* clang-format off */
static const struct golden goldens[] = {
	{ .name = "setup", .build = scene_storm, .choose = open_setup },
	{ .name = "setup-changed", .build = scene_storm, .choose = change_general },
	{ .name = "setup-column", .build = scene_storm, .choose = switch_column_off },
	{ .name = "setup-end", .build = scene_storm, .choose = go_to_end },
	{ .name = "setup-ascii", .build = scene_storm, .choose = open_setup, .locale = "C" },
	{ .name = "setup-mono", .build = scene_storm, .choose = open_setup, .no_color = true },
	{ .name = "hidden", .build = scene_storm, .choose = hide_some },
	{ .name = "hidden-drill", .build = scene_storm, .choose = drill_some },
	{ .name = "hidden-all", .build = scene_storm, .choose = hide_all },
	{ .name = "hidden-threads", .build = scene_storm, .choose = threads_hidden },
};
/* clang-format on */

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
	hide_all(&f->scene);
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

static void check(struct fixture *f, const char *text)
{
	char *seen;

	view_paint(f->term, &f->scene.model, &f->scene.findings, &f->scene.ui);
	screen_feed(f->screen);
	seen = screen_dump(f->screen);
	if (!strstr(seen, text))
		fail_msg("no \"%s\" in\n%s", text, seen);
	free(seen);
}

/* With nothing but the first columns, in all sizes: it still says whose row it is, and the setup, with which the rest
 * comes back, shows the selected line and its help. */
static void test_sizes(void **state)
{
	struct fixture *f = *state;
	struct ui *ui = &f->scene.ui;

	for (int rows = LAYOUT_MIN_ROWS; rows <= 60; rows += rows < 26 ? 1 : 7)
		for (int columns = LAYOUT_MIN_COLUMNS; columns <= 200; columns += 7) {
			screen_resize(f->screen, rows, columns);
			term_resize(f->term);
			ui->popup = POPUP_NONE;
			check(f, "win10");
			ui_open_popup(ui, POPUP_EXITS);
			check(f, "IO_INSTRUCTION");
			ui_open_popup(ui, POPUP_SETUP);
			ui_move(ui, &f->scene.model, &f->scene.findings, rows % 40);
			check(f, "▸");
		}
}

int run_setup_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
	};

	return run_goldens("golden screens: the setup", goldens, sizeof goldens / sizeof *goldens) +
	       cmocka_run_group_tests_name("few columns", tests, NULL, NULL);
}
