/* Paints scenes on a terminal in memory and compares what a user would see with tests/golden/expected.
 * KVMTOP_GOLDEN=update writes what is seen there instead. */
#include <assert.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "core/text.h"
#include "domain/cmdline_config.h"
#include "golden.h"
#include "scene.h"
#include "screen.h"
#include "terminal.h"
#include "view/selection.h"
#include "view/view.h"

void golden_act(struct scene *s, enum action action)
{
	selection_rows(&s->ui, &s->model, &s->findings); /* as the frame before did */
	ui_act(&s->ui, action, &s->model, &s->findings);
	s->ui.message[0] = '\0';
}

static char *paint(const struct golden *g)
{
	struct screen *screen = screen_new(g->rows, g->columns);
	struct scene scene;
	struct term *term;
	char why[200], *seen;

	assert_non_null(screen);
	assert_non_null(setlocale(LC_ALL, g->locale ? g->locale : "C.UTF-8"));
	if (g->no_color)
		setenv("NO_COLOR", "1", 1);
	else
		unsetenv("NO_COLOR");
	g->build(&scene);
	if (g->choose)
		g->choose(&scene);
	term = term_open("xterm-256color", screen_out(screen), screen_in(screen), why, sizeof why);
	assert_non_null(term);
	term_set_theme(term, scene.ui.settings.theme);
	view_paint(term, &scene.model, &scene.findings, &scene.ui);
	terminal_show(&(struct terminal){ screen, term });
	seen = screen_dump(screen);
	term_close(term);
	scene_fini(&scene);
	screen_free(screen);
	return seen;
}

static char *read_file(const char *path)
{
	struct strbuf text = { 0 };
	FILE *in = fopen(path, "r");
	char part[4096];
	size_t got;

	while (in && (got = fread(part, 1, sizeof part, in)) > 0)
		strbuf_add_bytes(&text, part, got);
	if (in)
		fclose(in);
	return strbuf_take(&text);
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void test_golden(void **state)
{
	const struct golden *g = *state;
	const char *tests = getenv("KVMTOP_TESTS"), *update = getenv("KVMTOP_GOLDEN");
	char path[4096], *seen = paint(g), *expected;

	snprintf(path, sizeof path, "%s/golden/expected/%s-%dx%d.txt", tests ? tests : "tests",
		g->name, g->columns, g->rows);
	if (update && !strcmp(update, "update"))
		write_file(path, seen);
	expected = read_file(path);
	if (strcmp(seen, expected) != 0)
		print_message("# %s is not what is seen:\n%s", path, seen);
	assert_string_equal(seen, expected);
	free(seen);
	free(expected);
}

enum { TESTS_MAX = 400 };

struct plan {
	struct golden goldens[TESTS_MAX];
	char names[TESTS_MAX][64];
	struct CMUnitTest tests[TESTS_MAX];
	size_t count;
};

static void plan_one(struct plan *p, struct golden g, int rows, int columns)
{
	const size_t i = p->count++;

	assert_true(i < TESTS_MAX);
	p->goldens[i] = g;
	p->goldens[i].rows = rows;
	p->goldens[i].columns = columns;
	snprintf(p->names[i], sizeof p->names[i], "%s %dx%d", g.name, columns, rows);
	p->tests[i] = (struct CMUnitTest){
		.name = p->names[i], .test_func = test_golden, .initial_state = &p->goldens[i]
	};
}

static void plan_table(struct plan *p, const struct golden *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		plan_one(p, table[i], table[i].rows ? table[i].rows : 24,
			table[i].columns ? table[i].columns : 80);
		if (!table[i].wide)
			continue;
		plan_one(p, table[i], 40, 120);
		plan_one(p, table[i], 60, 200);
	}
}

int run_goldens(const char *group, const struct golden *cases, size_t count)
{
	struct plan *p = calloc(1, sizeof *p);
	int failed;

	plan_table(p, cases, count);
	failed = _cmocka_run_group_tests(group, p->tests, p->count, NULL, NULL);
	free(p);
	return failed;
}

int main(void)
{
	int failed;

	unsetenv("LINES"); /* curses would believe them more than the terminal */
	unsetenv("COLUMNS");
	setenv("TZ", "UTC", 1);
	tzset();
	failed = run_overview_tests();
	failed += run_remedy_tests();
	failed += run_drill_tests();
	failed += run_view_tests();
	failed += run_symbols_tests();
	failed += run_events_tests();
	failed += run_host_tests();
	failed += run_halts_tests();
	failed += run_graph_tests();
	failed += run_setup_tests();
	failed += run_replay_tests();
	failed += run_remote_tests();
	failed += run_off_tests();
	failed += run_sweep_drill_tests();
	failed += run_sweep_screens_tests();
	failed += run_sweep_view_tests();
	failed += run_pointer_tests();
	failed += run_terminal_tests();
	return failed ? 1 : 0;
}
