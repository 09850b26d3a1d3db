/* screenshot: draws what kvmtop shows of a recording as an SVG picture.
 *
 *   screenshot COLUMNSxROWS RECORDING [TICK:KEYS]... > NAME.svg
 *
 * The recording is played up to each TICK (from 0; -1: the last one), and the KEYS are pressed then, as they
 * are typed. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "app/app.h"
#include "screen_svg.h"
#include "source/replay/replay.h"
#include "terminal.h"
#include "view/selection.h"
#include "view/view.h"

struct shot {
	struct app app;
	struct ui ui;
	struct terminal terminal;
};

static void die(const char *sentence)
{
	fprintf(stderr, "screenshot: %s\n", sentence);
	exit(1);
}

static void play_to(struct shot *s, long tick)
{
	struct source *tape = s->app.sources[APP_TAPE];

	while (!replay_is_over(tape) && (tick < 0 || replay_next_tick(tape) <= (uint64_t)tick)) {
		app_tick(&s->app);
		selection_rows(&s->ui, s->app.model, &s->app.findings);
	}
}

/* What the loop of the screen does besides: kept in memory alone. */
static void take_baseline(struct shot *s)
{
	struct model *m = s->app.model;
	const struct vm *vm = model_find(m, s->ui.selected);
	struct baseline b;

	if (!vm)
		die("no VM is selected");
	verdict_take_baseline(&b, vm, &s->app.findings, m->host.details, m->real_ns);
	baselines_put(&m->baselines, &b);
}

static int key_of(char typed)
{
	return typed == '\t' ? TERM_KEY_TAB : typed == '\n' ? TERM_KEY_ENTER : typed;
}

static void press(struct shot *s, const char *keys)
{
	for (; *keys; keys++) {
		const enum action action = ui_action(&s->ui, key_of(*keys));

		if (action == ACTION_BASELINE)
			take_baseline(s);
		ui_act(&s->ui, action, s->app.model, &s->app.findings);
		s->ui.message[0] = '\0';
		view_paint(s->terminal.term, s->app.model, &s->app.findings, &s->ui);
		terminal_show(&s->terminal);
	}
}

int main(int argc, char **argv)
{
	struct options options = { .delay_s = 1, .replay = argc > 2 ? argv[2] : NULL };
	int rows, columns;
	struct shot s = { 0 };
	char why[300];

	unsetenv("NO_COLOR");
	setenv("TZ", "UTC", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc < 3 || sscanf(argv[1], "%dx%d", &columns, &rows) != 2)
		die("usage: screenshot COLUMNSxROWS RECORDING [TICK:KEYS]...");
	if (app_init(&s.app, &options, false, why, sizeof why))
		die(why);
	ui_init(&s.ui);
	s.ui.replay.on = true;
	s.terminal = terminal_new("xterm-256color", rows, columns);
	for (int i = 3; i < argc; i++) {
		char *keys;

		play_to(&s, strtol(argv[i], &keys, 10));
		press(&s, *keys == ':' ? keys + 1 : keys);
	}
	view_paint(s.terminal.term, s.app.model, &s.app.findings, &s.ui);
	terminal_show(&s.terminal);
	screen_draw(s.terminal.screen, stdout);
	terminal_free(&s.terminal);
	ui_fini(&s.ui);
	app_fini(&s.app);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
