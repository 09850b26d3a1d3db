/* The views of halts and of the kernel's log. */
#include "golden.h"
#include "scene_halts.h"
#include "view/ui.h"
#include "view/ui_moves.h"

static void show_halts(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_HALTS);
}

static void enter_halts(struct scene *s)
{
	show_halts(s);
	golden_act(s, ACTION_ENTER);
}

static void show_log(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_LOG);
}

/* The last row but one is the host's. */
static void show_log_of_host(struct scene *s)
{
	show_log(s);
	golden_act(s, ACTION_LAST);
	golden_act(s, ACTION_UP);
}

static void filter_log(struct scene *s)
{
	show_log(s);
	golden_act(s, ACTION_FILTER);
	for (const char *text = "lockup"; *text; text++)
		ui_type(&s->ui, *text);
}

/* clang-format off */
static const struct golden cases[] = {
	{ .name = "halts", .build = scene_halts, .choose = show_halts, .wide = true },
	{ .name = "halts-mono", .build = scene_halts, .choose = show_halts, .locale = "C", .no_color = true },
	{ .name = "halts-enter", .build = scene_halts, .choose = enter_halts },
	{ .name = "halts-sums", .build = scene_halts_sums, .choose = show_halts },
	{ .name = "halts-unknown", .build = scene_halts_unknown, .choose = show_halts },
	{ .name = "log", .build = scene_log, .choose = show_log, .wide = true },
	{ .name = "log-mono", .build = scene_log, .choose = show_log, .locale = "C", .no_color = true },
	{ .name = "log-host", .build = scene_log, .choose = show_log_of_host },
	{ .name = "log-filter", .build = scene_log, .choose = filter_log },
	{ .name = "log-gaps", .build = scene_log_gaps, .choose = show_log },
	{ .name = "log-quiet", .build = scene_log_quiet, .choose = show_log },
	{ .name = "log-denied", .build = scene_log_denied, .choose = show_log },
	{ .name = "log-no-vm", .build = scene_log_host, .choose = show_log },
};
/* clang-format on */

int run_halts_tests(void)
{
	return run_goldens("halts and log", cases, sizeof cases / sizeof *cases);
}
