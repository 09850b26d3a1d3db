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
	{ .name = "house", .build = scene_house },
	{ .name = "house-all", .build = scene_house, .choose = open_all },
	{ .name = "house-host", .build = scene_house, .choose = of_host },
	{ .name = "many", .build = many, .choose = scroll_many },
	{ .name = "threads", .build = scene_house, .choose = show_threads, .wide = true },
	{ .name = "threads-mono", .build = scene_house, .choose = show_threads, .no_color = true },
	{ .name = "threads-filter", .build = scene_house, .choose = filter_threads },
	{ .name = "exits", .build = scene_house, .choose = show_exits, .wide = true },
	{ .name = "exits-sorted", .build = scene_house, .choose = sort_exits_by_reason },
	{ .name = "exits-blind", .build = scene_storm, .choose = show_exits_blind },
	{ .name = "clock", .build = scene_house, .choose = show_clock, .wide = true },
	{ .name = "clock-ascii", .build = scene_house, .choose = show_clock, .locale = "C" },
	{ .name = "findings-all", .build = scene_house, .choose = show_findings, .wide = true },
	{ .name = "findings-mono", .build = scene_house, .choose = show_findings, .no_color = true },
	{ .name = "findings-none", .build = scene_quiet, .choose = show_findings },
	{ .name = "findings-enter", .build = scene_house, .choose = enter_finding },
	{ .name = "threads-names", .build = scene_names, .choose = show_threads },
	{ .name = "clock-no-vm", .build = scene_empty, .choose = show_clock },
	{ .name = "views", .build = scene_house, .choose = open_views },
	{ .name = "sort", .build = scene_house, .choose = open_sort },
	{ .name = "messages", .build = scene_house, .choose = open_messages },
	{ .name = "messages-none", .build = scene_house, .choose = open_no_messages },
	{ .name = "filter", .build = scene_house, .choose = type_filter },
	{ .name = "filter-kept", .build = scene_house, .choose = keep_filter },
	{ .name = "filter-none", .build = scene_house, .choose = filter_nothing },
	{ .name = "light", .build = scene_storm, .choose = use_light },
};
/* clang-format on */

int run_view_tests(void)
{
	return run_goldens("views", views_cases, sizeof views_cases / sizeof *views_cases);
}
