/* VMs that are shut off: in the lists, and what is known of one of them. */
#include <string.h>

#include "golden.h"
#include "scene_off.h"
#include "view/selection.h"
#include "view/ui_moves.h"

static void take(struct scene *s, const char *name)
{
	selection_rows(&s->ui, &s->model, &s->findings);
	for (size_t i = 0; i < s->ui.rows.count; i++)
		if (!strcmp(s->ui.rows.items[i].vm->name, name))
			selection_take(&s->ui, i);
	s->ui.settled = true;
}

static void open_changed(struct scene *s)
{
	take(s, "win11");
}

static void open_saved(struct scene *s)
{
	take(s, "backup");
}

static void open_broken(struct scene *s)
{
	take(s, "build");
}

static void show_clock(struct scene *s)
{
	take(s, "win11");
	ui_turn_to(&s->ui, VIEW_CLOCK);
}

static void show_findings(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_FINDINGS);
}

static void open_remedy(struct scene *s)
{
	take(s, "build");
	golden_act(s, ACTION_REMEDY);
}

static void find_nothing(struct scene *s)
{
	take(s, "backup");
	golden_act(s, ACTION_REMEDY);
}

static void drill(struct scene *s)
{
	take(s, "win11");
	golden_act(s, ACTION_DRILL_DOWN);
}

/* clang-format off */
static const struct golden cases[] = {
	{ .name = "off", .build = scene_off },
	{ .name = "off-changed", .build = scene_off, .choose = open_changed },
	{ .name = "off-saved", .build = scene_off, .choose = open_saved },
	{ .name = "off-broken", .build = scene_off, .choose = open_broken },
	{ .name = "off-mono", .build = scene_off, .choose = open_changed, .no_color = true },
	{ .name = "off-ascii", .build = scene_off, .choose = open_changed, .locale = "C" },
	{ .name = "off-clock", .build = scene_off, .choose = show_clock },
	{ .name = "off-findings", .build = scene_off, .choose = show_findings },
	{ .name = "off-remedy", .build = scene_off, .choose = open_remedy },
	{ .name = "off-nothing", .build = scene_off, .choose = find_nothing },
	{ .name = "off-drill", .build = scene_off, .choose = drill },
	{ .name = "off-alone", .build = scene_all_off },
	{ .name = "off-unasked", .build = scene_off_unasked },
};
/* clang-format on */

int run_off_tests(void)
{
	return run_goldens("off", cases, sizeof cases / sizeof *cases);
}
