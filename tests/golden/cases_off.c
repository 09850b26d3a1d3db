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
	{ "off", scene_off, NULL, 0, 0, NULL, false },
	{ "off-changed", scene_off, open_changed, 0, 0, NULL, false },
	{ "off-saved", scene_off, open_saved, 24, 80, NULL, false },
	{ "off-broken", scene_off, open_broken, 40, 120, NULL, false },
	{ "off-mono", scene_off, open_changed, 24, 80, NULL, true },
	{ "off-ascii", scene_off, open_changed, 24, 80, "C", false },
	{ "off-small", scene_off, open_changed, 15, 60, NULL, false },
	{ "off-clock", scene_off, show_clock, 0, 0, NULL, false },
	{ "off-findings", scene_off, show_findings, 24, 80, NULL, false },
	{ "off-remedy", scene_off, open_remedy, 40, 120, NULL, false },
	{ "off-nothing", scene_off, find_nothing, 24, 80, NULL, false },
	{ "off-drill", scene_off, drill, 24, 80, NULL, false },
	{ "off-alone", scene_all_off, NULL, 24, 80, NULL, false },
	{ "off-unasked", scene_off_unasked, NULL, 24, 80, NULL, false },
};
/* clang-format on */

int run_off_tests(void)
{
	return run_goldens("off", cases, sizeof cases / sizeof *cases);
}
