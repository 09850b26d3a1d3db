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
	{ "host", scene_host, show_host, 0, 0, NULL, false },
	{ "host", scene_host, show_host, 15, 60, NULL, false },
	{ "host-need", scene_host_in_need, show_by_throttled, 0, 0, NULL, false },
	{ "host-need-mono", scene_host_in_need, show_host, 24, 80, NULL, true },
	{ "host-need-ascii", scene_host_in_need, show_host, 24, 80, "C", false },
	{ "host-need", scene_host_in_need, show_host, 15, 60, NULL, false },
	{ "host-unknown", scene_host_unknown, show_host, 24, 80, NULL, false },
	{ "host-unread", scene_house, show_unread, 24, 80, NULL, false },
	{ "host-recorded", scene_house, show_recorded, 24, 80, NULL, false },
	{ "host-crowd", scene_host_crowd, show_end_of_list, 0, 0, NULL, false },
	{ "host-no-vm", scene_empty, show_host, 24, 80, NULL, false },
};
/* clang-format on */

int run_host_tests(void)
{
	return run_goldens("host", host_cases, sizeof host_cases / sizeof *host_cases);
}
