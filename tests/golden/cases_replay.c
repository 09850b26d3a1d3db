/* What was recorded on a host with a real VM, as it is shown when it is played: nothing in these screens is made by
 * hand. */
#include "golden.h"
#include "view/ui.h"
#include "view/ui_moves.h"

/* At the height of the storm, and the last one. */
enum { STORM = 22, END = 100000 };

static void build_first(struct scene *s)
{
	scene_recorded(s, 0, END);
}

static void build_storm(struct scene *s)
{
	scene_recorded(s, STORM, END);
}

static void build_proof(struct scene *s)
{
	scene_recorded(s, END, STORM);
}

static void select_next(struct scene *s)
{
	golden_act(s, ACTION_DOWN);
}

static void open_exits(struct scene *s)
{
	golden_act(s, ACTION_DRILL_DOWN);
}

static void open_next(struct scene *s)
{
	select_next(s);
	open_exits(s);
}

static void open_remedy(struct scene *s)
{
	golden_act(s, ACTION_REMEDY);
}

static void show_threads(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_THREADS);
}

static void show_exits(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_EXITS);
}

static void show_clock(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_CLOCK);
}

static void show_findings(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_FINDINGS);
}

static void show_host(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_HOST);
}

static void show_events(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_EVENTS);
}

static void show_symbols(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_SYMBOLS);
}

static void show_halts(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_HALTS);
}

static void show_log(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_LOG);
}

int run_replay_tests(void)
{
#ifdef HAVE_ZSTD
	static const struct golden goldens[] = {
		{ .name = "recorded-first", .build = build_first },
		{ .name = "recorded-storm", .build = build_storm },
		{ .name = "recorded-drill", .build = build_storm, .choose = open_exits },
		{ .name = "recorded-remedy", .build = build_storm, .choose = open_remedy },
		{ .name = "recorded-threads", .build = build_storm, .choose = show_threads },
		{ .name = "recorded-exits", .build = build_storm, .choose = show_exits },
		{ .name = "recorded-clock", .build = build_storm, .choose = show_clock },
		{ .name = "recorded-findings", .build = build_storm, .choose = show_findings },
		{ .name = "recorded-host", .build = build_storm, .choose = show_host },
		{ .name = "recorded-events", .build = build_storm, .choose = show_events },
		{ .name = "recorded-symbols", .build = build_storm, .choose = show_symbols },
		{ .name = "recorded-halts", .build = build_storm, .choose = show_halts },
		{ .name = "recorded-log", .build = build_storm, .choose = show_log },
		{ .name = "recorded-proof", .build = build_proof, .choose = select_next },
		{ .name = "recorded-proof-drill", .build = build_proof, .choose = open_next },
	};

	return run_goldens("recorded", goldens, sizeof goldens / sizeof *goldens);
#else
	return 0;
#endif
}
