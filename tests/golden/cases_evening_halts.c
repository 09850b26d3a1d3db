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
	{ "halts", scene_halts, show_halts, 0, 0, NULL, false },
	{ "halts-mono", scene_halts, show_halts, 24, 80, "C", true },
	{ "halts-enter", scene_halts, enter_halts, 24, 80, NULL, false },
	{ "halts-sums", scene_halts_sums, show_halts, 24, 80, NULL, false },
	{ "halts-unknown", scene_halts_unknown, show_halts, 0, 0, NULL, false },
	{ "log", scene_log, show_log, 0, 0, NULL, false },
	{ "log-mono", scene_log, show_log, 24, 80, "C", true },
	{ "log-host", scene_log, show_log_of_host, 24, 80, NULL, false },
	{ "log-filter", scene_log, filter_log, 24, 80, NULL, false },
	{ "log-gaps", scene_log_gaps, show_log, 24, 80, NULL, false },
	{ "log-quiet", scene_log_quiet, show_log, 24, 80, NULL, false },
	{ "log-denied", scene_log_denied, show_log, 0, 0, NULL, false },
	{ "log-no-vm", scene_log_host, show_log, 24, 80, NULL, false },
};
/* clang-format on */

int run_halts_tests(void)
{
	return run_goldens("halts and log", cases, sizeof cases / sizeof *cases);
}
