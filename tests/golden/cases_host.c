/* The view of the host. */
#include "golden.h"
#include "scene_host.h"
#include "view/ui.h"
#include "view/ui_moves.h"

static void show_host(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_HOST);
}

static void show_by_throttled(struct scene *s)
{
	show_host(s);
	for (int i = 0; i < 7; i++)
		golden_act(s, ACTION_SORT_ROWS);
	golden_act(s, ACTION_FIRST);
}

static void show_end_of_list(struct scene *s)
{
	show_host(s);
	golden_act(s, ACTION_LAST);
}

static void show_unread(struct scene *s)
{
	s->model.platform = sample_platform_unknown();
	show_host(s);
}

static void show_recorded(struct scene *s)
{
	s->model.recording =
		(struct sample_recording){ .file = "evening.jsonl", .is_replay = true };
	show_unread(s);
}

/* clang-format off */
static const struct golden host_cases[] = {
	{ .name = "host", .build = scene_host, .choose = show_host },
	{ .name = "host-need", .build = scene_host_in_need, .choose = show_by_throttled, .wide = true },
	{ .name = "host-need-mono", .build = scene_host_in_need, .choose = show_host, .no_color = true },
	{ .name = "host-need-ascii", .build = scene_host_in_need, .choose = show_host, .locale = "C" },
	{ .name = "host-need", .build = scene_host_in_need, .choose = show_host, .rows = 15, .columns = 60 },
	{ .name = "host-unknown", .build = scene_host_unknown, .choose = show_host },
	{ .name = "host-unread", .build = scene_house, .choose = show_unread },
	{ .name = "host-recorded", .build = scene_house, .choose = show_recorded },
	{ .name = "host-crowd", .build = scene_host_crowd, .choose = show_end_of_list },
	{ .name = "host-no-vm", .build = scene_empty, .choose = show_host },
};
/* clang-format on */

int run_host_tests(void)
{
	return run_goldens("host", host_cases, sizeof host_cases / sizeof *host_cases);
}
