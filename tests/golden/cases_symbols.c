/* Hot symbols of the selected VM. */
#include "golden.h"
#include "scene_symbols.h"

static void go_down(struct scene *s)
{
	for (int i = 0; i < 3; i++)
		golden_act(s, ACTION_DOWN);
}

static void go_to_unknown(struct scene *s)
{
	for (int i = 0; i < 16; i++)
		golden_act(s, ACTION_DOWN);
}

static void go_to_guest(struct scene *s)
{
	golden_act(s, ACTION_DOWN);
}

/* clang-format off */
static const struct golden symbols_cases[] = {
	{ .name = "symbols", .build = scene_symbols, .wide = true },
	{ .name = "symbols-mono", .build = scene_symbols, .choose = go_down, .no_color = true },
	{ .name = "symbols-ascii", .build = scene_symbols, .choose = go_down, .locale = "C" },
	{ .name = "symbols-unknown", .build = scene_symbols, .choose = go_to_unknown },
	{ .name = "symbols-arm64", .build = scene_symbols_arm64, .choose = go_to_guest },
	{ .name = "symbols-limited", .build = scene_symbols_limited },
	{ .name = "symbols-refused", .build = scene_symbols_refused },
	{ .name = "symbols-early", .build = scene_symbols_early },
};
/* clang-format on */

int run_symbols_tests(void)
{
	return run_goldens("symbols", symbols_cases, sizeof symbols_cases / sizeof *symbols_cases);
}
