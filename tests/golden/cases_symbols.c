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
	{ "symbols", scene_symbols, NULL, 0, 0, NULL, false },
	{ "symbols-small", scene_symbols, NULL, 15, 60, NULL, false },
	{ "symbols-mono", scene_symbols, go_down, 24, 80, NULL, true },
	{ "symbols-ascii", scene_symbols, go_down, 24, 80, "C", false },
	{ "symbols-unknown", scene_symbols, go_to_unknown, 24, 80, NULL, false },
	{ "symbols-arm64", scene_symbols_arm64, go_to_guest, 24, 80, NULL, false },
	{ "symbols-limited", scene_symbols_limited, NULL, 24, 80, NULL, false },
	{ "symbols-limited", scene_symbols_limited, NULL, 60, 200, NULL, false },
	{ "symbols-refused", scene_symbols_refused, NULL, 24, 80, NULL, false },
	{ "symbols-early", scene_symbols_early, NULL, 24, 80, NULL, false },
};
/* clang-format on */

int run_symbols_tests(void)
{
	return run_goldens("symbols", symbols_cases, sizeof symbols_cases / sizeof *symbols_cases);
}
