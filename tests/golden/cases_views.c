/* The views, the menus, and what goes across all views: filter, theme, percent of the host. */
#include <stdio.h>
#include <string.h>

#include "golden.h"
#include "view/ui.h"
#include "view/ui_moves.h"

static void turn(struct scene *s, enum view_id view)
{
	ui_turn_to(&s->ui, view);
}

static void show_threads(struct scene *s)
{
	turn(s, VIEW_THREADS);
}

static void show_exits(struct scene *s)
{
	turn(s, VIEW_EXITS);
}

static void show_exits_blind(struct scene *s)
{
	scene_blind(s);
	show_exits(s);
}

static void sort_exits_by_reason(struct scene *s)
{
	show_exits(s);
	for (int i = 0; i < 3; i++)
		golden_act(s, ACTION_SORT_ROWS);
}

static void show_clock(struct scene *s)
{
	turn(s, VIEW_CLOCK);
}

static void show_findings(struct scene *s)
{
	turn(s, VIEW_FINDINGS);
}

static void enter_finding(struct scene *s)
{
	show_findings(s);
	golden_act(s, ACTION_DOWN);
	golden_act(s, ACTION_ENTER);
}

static void open_views(struct scene *s)
{
	show_clock(s);
	golden_act(s, ACTION_VIEW_MENU);
}

static void open_sort(struct scene *s)
{
	golden_act(s, ACTION_SORT_MENU);
	golden_act(s, ACTION_DOWN);
}

static void open_messages(struct scene *s)
{
	s->ui.messages = "libvirt: XML-RPC error : Cannot recv data: Connection reset by peer\n"
			 "libvirt: QEMU Driver error : Domain not found\n";
	golden_act(s, ACTION_MESSAGES);
}

static void open_no_messages(struct scene *s)
{
	golden_act(s, ACTION_MESSAGES);
}

static void type(struct scene *s, const char *text)
{
	golden_act(s, ACTION_FILTER);
	for (; *text; text++)
		ui_type(&s->ui, *text);
}

static void type_filter(struct scene *s)
{
	type(s, "WEB");
}

static void keep_filter(struct scene *s)
{
	type_filter(s);
	golden_act(s, ACTION_FILTER_KEEP);
}

static void filter_nothing(struct scene *s)
{
	type(s, "nobody");
}

static void filter_threads(struct scene *s)
{
	show_threads(s);
	type(s, "qemu");
}

static void open_all(struct scene *s)
{
	golden_act(s, ACTION_OPEN_ALL);
}

static void use_light(struct scene *s)
{
	s->ui.settings.theme = THEME_LIGHT;
}

static void of_host(struct scene *s)
{
	golden_act(s, ACTION_OF_HOST);
}

static void many(struct scene *s)
{
	scene_many(s, 200);
}

static void scroll_many(struct scene *s)
{
	golden_act(s, ACTION_FOLD);
	s->ui.painted.page = 20;
	golden_act(s, ACTION_PAGE_DOWN);
	golden_act(s, ACTION_PAGE_DOWN);
}

/* clang-format off */
static const struct golden views_cases[] = {
	{ "house", scene_house, NULL, 0, 0, NULL, false },
	{ "house-all", scene_house, open_all, 0, 0, NULL, false },
	{ "house-host", scene_house, of_host, 24, 80, NULL, false },
	{ "many", many, scroll_many, 0, 0, NULL, false },
	{ "threads", scene_house, show_threads, 0, 0, NULL, false },
	{ "threads-mono", scene_house, show_threads, 24, 80, NULL, true },
	{ "threads-filter", scene_house, filter_threads, 24, 80, NULL, false },
	{ "exits", scene_house, show_exits, 0, 0, NULL, false },
	{ "exits-sorted", scene_house, sort_exits_by_reason, 24, 80, NULL, false },
	{ "exits-blind", scene_storm, show_exits_blind, 24, 80, NULL, false },
	{ "clock", scene_house, show_clock, 0, 0, NULL, false },
	{ "clock-ascii", scene_house, show_clock, 24, 80, "C", false },
	{ "findings-all", scene_house, show_findings, 0, 0, NULL, false },
	{ "findings-mono", scene_house, show_findings, 24, 80, NULL, true },
	{ "findings-none", scene_quiet, show_findings, 24, 80, NULL, false },
	{ "findings-enter", scene_house, enter_finding, 24, 80, NULL, false },
	{ "threads-names", scene_names, show_threads, 24, 80, NULL, false },
	{ "clock-no-vm", scene_empty, show_clock, 24, 80, NULL, false },
	{ "views", scene_house, open_views, 0, 0, NULL, false },
	{ "sort", scene_house, open_sort, 0, 0, NULL, false },
	{ "messages", scene_house, open_messages, 0, 0, NULL, false },
	{ "messages-none", scene_house, open_no_messages, 24, 80, NULL, false },
	{ "filter", scene_house, type_filter, 0, 0, NULL, false },
	{ "filter-kept", scene_house, keep_filter, 24, 80, NULL, false },
	{ "filter-none", scene_house, filter_nothing, 24, 80, NULL, false },
	{ "light", scene_storm, use_light, 0, 0, NULL, false },
};
/* clang-format on */

int run_view_tests(void)
{
	return run_goldens("views", views_cases, sizeof views_cases / sizeof *views_cases);
}
