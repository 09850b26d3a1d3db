/* Going about in the recording of the case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "app/replay.h"
#include "core/clock.h"
#include "model/baseline.h"
#include "source/replay/replay.h"

struct fixture {
	struct app app;
	struct options options;
	struct ui ui;
	char path[4096];
	uint64_t last; /* tick */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *tests = getenv("KVMTOP_TESTS");
	char why[300];

	setenv("TZ", "UTC", 1);
	tzset();
	snprintf(f->path, sizeof f->path, "%s/../share/demo.jsonl.zst", tests ? tests : "tests");
	f->options = (struct options){ .delay_s = 1, .replay = f->path };
	*state = f;
	if (app_init(&f->app, &f->options, false, why, sizeof why))
		return -1;
	ui_init(&f->ui);
	f->ui.replay.on = true;
	app_tick(&f->app);
	while (!replay_is_over(f->app.sources[APP_TAPE]))
		app_tick(&f->app);
	f->last = f->app.model->recording.tick;
	return f->last > 40 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	ui_fini(&f->ui);
	app_fini(&f->app);
	free(f);
	return 0;
}

static uint64_t here(const struct fixture *f)
{
	return f->app.model->recording.tick;
}

/* What is shown of a tick is the same, whatever way leads there: rates and findings need those before it. */
static void test_any_tick(void **state)
{
	static const uint64_t ticks[] = { 30, 31, 12, 40, 1, 0, 22 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
		double exits_per_s;
		size_t findings;

		replay_go_to_tick(&f->app, ticks[i]);
		assert_int_equal(here(f), ticks[i]);
		exits_per_s = f->app.model->host.exits_per_s;
		findings = f->app.findings.count;
		replay_go_to_tick(&f->app, 0);
		while (here(f) < ticks[i])
			app_tick(&f->app);
		assert_memory_equal(
			&exits_per_s, &f->app.model->host.exits_per_s, sizeof exits_per_s);
		assert_int_equal(findings, f->app.findings.count);
	}
	replay_go_to_tick(&f->app, f->last + 1000);
	assert_int_equal(here(f), f->last);
	assert_true(replay_is_over(f->app.sources[APP_TAPE]));
}

static void test_any_time(void **state)
{
	struct fixture *f = *state;

	for (uint64_t tick = 0; tick <= f->last; tick += 7) {
		uint64_t real_ns;

		replay_go_to_tick(&f->app, tick);
		real_ns = f->app.model->real_ns;
		replay_go_to_tick(&f->app, (tick * 13 + 5) % f->last);
		replay_go_to_time(&f->app, real_ns);
		assert_int_equal(here(f), tick);
		replay_go_to_time(&f->app, real_ns + NS_PER_S / 2);
		assert_int_equal(here(f), tick);
		if (tick) {
			replay_go_to_time(&f->app, real_ns - 1);
			assert_int_equal(here(f), tick - 1);
		}
	}
	replay_go_to_time(&f->app, 0);
	assert_int_equal(here(f), 0);
	replay_go_to_time(&f->app, UINT64_MAX);
	assert_int_equal(here(f), f->last);
}

static void test_keys(void **state)
{
	struct fixture *f = *state;
	struct ui_replay *r = &f->ui.replay;

	replay_go_to_tick(&f->app, 20);
	assert_false(replay_step(&f->app, &f->ui));
	ui_act(&f->ui, ACTION_TICK_ON, f->app.model, &f->app.findings);
	assert_true(f->ui.paused);
	assert_true(replay_step(&f->app, &f->ui));
	assert_int_equal(here(f), 21);
	assert_false(replay_step(&f->app, &f->ui)); /* once */
	r->ticks = -2;
	replay_step(&f->app, &f->ui);
	assert_int_equal(here(f), 19);
	r->ticks = -1000;
	replay_step(&f->app, &f->ui);
	assert_int_equal(here(f), 0);
	r->ticks = 100000;
	replay_step(&f->app, &f->ui);
	assert_int_equal(here(f), f->last);
	ui_act(&f->ui, ACTION_TICK_ON, f->app.model,
		&f->app.findings); /* nothing comes behind it */
	replay_step(&f->app, &f->ui);
	assert_int_equal(here(f), f->last);
	ui_act(&f->ui, ACTION_MINUTE_BACK, f->app.model, &f->app.findings);
	assert_true(replay_step(&f->app, &f->ui));
	assert_in_range(here(f), f->last > 62 ? f->last - 62 : 0, f->last > 58 ? f->last - 58 : 0);
	ui_act(&f->ui, ACTION_GO_TO, f->app.model, &f->app.findings);
	for (const char *c = "#7x"; *c; c++)
		ui_type(&f->ui, *c);
	ui_act(&f->ui, ACTION_GO_ERASE, f->app.model, &f->app.findings);
	ui_act(&f->ui, ACTION_GO, f->app.model, &f->app.findings);
	assert_true(replay_step(&f->app, &f->ui));
	assert_int_equal(here(f), 7);
	strcpy(r->go_to, "soon");
	r->wanted = true;
	assert_false(replay_step(&f->app, &f->ui));
	assert_non_null(strstr(f->ui.message, "\"soon\" is no time"));
	assert_int_equal(here(f), 7);
}

static void test_speed(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 20; i++)
		ui_act(&f->ui, ACTION_PLAY_FASTER, f->app.model, &f->app.findings);
	assert_true(f->ui.replay.speed == UI_SPEED_MAX);
	for (int i = 0; i < 20; i++)
		ui_act(&f->ui, ACTION_PLAY_SLOWER, f->app.model, &f->app.findings);
	assert_true(f->ui.replay.speed == UI_SPEED_MIN);
}

/* What is kept of before a jump: the baseline, which is what one jumps for. */
static void test_baseline_stays(void **state)
{
	struct fixture *f = *state;
	struct baseline b = { .name = "win10" };

	baselines_put(&f->app.model->baselines, &b);
	replay_go_to_tick(&f->app, 3);
	assert_int_equal(f->app.model->baselines.count, 1);
}

static void test_parse(void **state)
{
	/* 2018-09-02 14:07:31 UTC, in a recording that begins at 23:50 the day before. */
	const uint64_t start = 1535845800, now = 1535897251;
	struct model m = { .real_ns = now * NS_PER_S };
	/* clang-format off */
	static const struct { const char *text; bool good; uint64_t seconds, tick; } cases[] = {
		{ "14:07", true, 1535897220, UINT64_MAX },
		{ "14:07:31", true, 1535897251, UINT64_MAX },
		{ "23:55", true, 1535846100, UINT64_MAX },
		{ "23:50", true, 1535845800, UINT64_MAX },
		{ "00:10", true, 1535847000, UINT64_MAX },
		{ "2018-09-02 14:07", true, 1535897220, UINT64_MAX },
		{ "2018-09-02 14:07:31", true, 1535897251, UINT64_MAX },
		{ "+90", true, 1535897341, UINT64_MAX },
		{ "-30", true, 1535897221, UINT64_MAX },
		{ "-1000000000", true, 535897251, UINT64_MAX },
		{ "#40", true, 0, 40 }, { "#0", true, 0, 0 },
		{ "", false, 0, 0 }, { "#", false, 0, 0 }, { "+", false, 0, 0 }, { "-x", false, 0, 0 },
		{ "#4 0", false, 0, 0 }, { "+nan", false, 0, 0 }, { "+1e99", false, 0, 0 }, { "25:00", false, 0, 0 },
		{ "14", false, 0, 0 }, { "14:07x", false, 0, 0 }, { "soon", false, 0, 0 },
		{ "+99999999999999999999", false, 0, 0 },
	};
	/* clang-format on */

	(void)state;
	m.recording.start_real_ns = start * NS_PER_S;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t tick = 0, real_ns = 0;

		assert_int_equal(replay_parse(&m, cases[i].text, &tick, &real_ns), cases[i].good);
		if (!cases[i].good)
			continue;
		assert_int_equal(tick, cases[i].tick);
		assert_int_equal(real_ns / NS_PER_S, cases[i].seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_any_tick, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_any_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_speed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_baseline_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_parse, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
