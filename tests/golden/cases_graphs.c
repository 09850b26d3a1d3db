/* What is to be seen, not only read: bars, histories, the heat of CPUs. */
#include <locale.h>
#include <math.h>
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
#include "view/draw/layout.h"
#include "view/view.h"
#include "view/views/list_graphs.h"

static void show_cpus(struct scene *s)
{
	golden_act(s, ACTION_CPUS);
}

/* The notices get what the CPUs leave. */
static void show_cpus_blind(struct scene *s)
{
	scene_blind(s);
	show_cpus(s);
}

static void show_no_cpus(struct scene *s)
{
	s->model.host.per_cpu_count = 0;
	show_cpus(s);
}

/* The popup covers them, and leaves the host's lines. */
static void drill_over_cpus(struct scene *s)
{
	show_cpus(s);
	s->ui.popup = POPUP_EXITS;
}

/* VMs of which nobody knows anything yet. */
static void forget_history(struct scene *s)
{
	for (size_t i = 0; i < s->model.vm_count; i++) {
		struct vm *vm = s->vms[i];

		vm->cpu_history = vm->exits_history = (struct history){ 0 };
		vm->cpu = (struct cpu_shares){ NAN, NAN, NAN, NAN, NAN };
		vm->exits_per_s = NAN;
	}
}

/* As long as figures get. */
static void take_everything(struct scene *s)
{
	struct vm *vm = s->vms[0];

	s->model.host.cpus = 1024;
	vm->cpu = (struct cpu_shares){ 98765.4, 90000, 8000, 765.4, 0 };
	vm->exits_per_s = 123456789;
	history_add(&vm->cpu_history, vm->cpu.cpu_pct);
	history_add(&vm->exits_history, vm->exits_per_s);
}

/* clang-format off */
static const struct golden goldens[] = {
	{ .name = "no-history", .build = scene_storm, .choose = forget_history },
	{ .name = "much", .build = scene_storm, .choose = take_everything },
	{ .name = "much", .build = scene_storm, .choose = take_everything, .rows = 24, .columns = 60 },
	{ .name = "cpus", .build = scene_storm, .choose = show_cpus },
	{ .name = "cpus-crowd", .build = scene_crowd, .choose = show_cpus },
	{ .name = "cpus-mono", .build = scene_crowd, .choose = show_cpus, .no_color = true },
	{ .name = "cpus-ascii", .build = scene_crowd, .choose = show_cpus, .locale = "C" },
	{ .name = "cpus-blind", .build = scene_storm, .choose = show_cpus_blind },
	{ .name = "cpus-unknown", .build = scene_storm, .choose = show_no_cpus },
	{ .name = "cpus-drill", .build = scene_storm, .choose = drill_over_cpus },
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

/* The row that follows text. */
static const char *next_row(const char *text)
{
	return text + strcspn(text, "\n") + 1;
}

/* How many CPUs a row shows: each is a figure of one decimal, or the one that is not known. */
static int count_cpus(const char *row)
{
	const size_t length = strcspn(row, "\n");
	int count = 0;

	for (size_t i = 1; i + 1 < length; i++)
		count += row[i] == '.' && row[i - 1] >= '0' && row[i - 1] <= '9';
	return count + (memmem(row, length, "     -", 6) != NULL);
}

/* In all sizes: whatever the room, each CPU is shown or counted, and no cell is cut. */
static void test_every_cpu_is_shown_or_counted(void **state)
{
	enum { CPUS = 96 };
	struct fixture *f = *state;

	scene_crowd(&f->scene);
	show_cpus(&f->scene);
	for (int rows = LAYOUT_MIN_ROWS; rows <= 60; rows += rows < 26 ? 1 : 7) {
		for (int columns = LAYOUT_MIN_COLUMNS; columns <= 200; columns += 7) {
			int shown = 0, more = 0;
			const char *row;
			char *seen;

			screen_resize(f->screen, rows, columns);
			term_resize(f->term);
			view_paint(f->term, &f->scene.model, &f->scene.findings, &f->scene.ui);
			terminal_show(&(struct terminal){ f->screen, f->term });
			seen = screen_dump(f->screen);
			row = next_row(next_row(next_row(seen)));
			assert_memory_equal(row, "busy%", 5);
			do {
				const char *words = memmem(row, strcspn(row, "\n"), "…", 3);

				shown += count_cpus(row);
				if (words)
					assert_int_equal(
						sscanf(words, "… %d more, less busy\n", &more), 1);
				row = next_row(row);
			} while (!strncmp(row, "     ", 5));
			assert_int_equal(shown + more, CPUS);
			free(seen);
		}
	}
}

/* Where the list has room for them: each in its place, and as wide as it was told. */
static void test_list_graphs(void **state)
{
	static const char expected[] = "1[gguusssssss     ]2\n"
				       "1[g               ]2\n"
				       "1[                ]2\n"
				       "1[                ]2\n"
				       "1▁▁▁▁▁▁▂▅▇██▇██▇███2\n"
				       "1     ▁▁▁▁▁..▁▁▁▁▁▁2\n"
				       "1                  2\n";
	static const char styles[] = "-- styles --\n"
				     "0: 1-1 dim, 2-3 fg114, 4-5 fg80, 6-12 fg176, 18-18 dim\n"
				     "1: 1-18 reverse\n"
				     "2: 1-18 dim\n"
				     "3: 1-18 dim\n"
				     "5: 1-18 reverse\n";
	struct fixture *f = *state;
	struct scene *s = &f->scene;
	struct vm *win10, *web1, nothing = { .cpu = { NAN, NAN, NAN, NAN, NAN } };
	char *seen;

	scene_storm(s);
	win10 = s->vms[0];
	web1 = s->vms[1];
	list_graphs_paint_bar(f->term, 0, 1, 18, win10, 2, false);
	list_graphs_paint_bar(f->term, 1, 1, 18, web1, 4, true);
	list_graphs_paint_bar(f->term, 2, 1, 18, &nothing, 4, false);
	list_graphs_paint_bar(f->term, 3, 1, 18, win10, 0, false);
	list_graphs_paint_spark(f->term, 4, 1, 18, win10, false);
	list_graphs_paint_spark(f->term, 5, 1, 18, web1, true);
	list_graphs_paint_spark(f->term, 6, 1, 18, &nothing, false);
	for (int i = 0; i < 7; i++) {
		term_text(f->term, i, 0, 1, STYLE_NORMAL, "1");
		term_text(f->term, i, 19, 1, STYLE_NORMAL, "2");
	}
	term_flush(f->term);
	terminal_show(&(struct terminal){ f->screen, f->term });
	seen = screen_dump(f->screen);
	assert_memory_equal(seen, expected, strlen(expected));
	assert_string_equal(strstr(seen, "-- styles --"), styles);
	free(seen);
}

int run_graph_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_every_cpu_is_shown_or_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_list_graphs, set_up, tear_down),
	};

	return run_goldens("golden screens: bars, histories, CPUs", goldens,
		       sizeof goldens / sizeof *goldens) +
	       cmocka_run_group_tests_name("bars, histories, CPUs", tests, NULL, NULL);
}
