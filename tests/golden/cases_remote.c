/* What is known without root: KVM's counters in the place of traced exits. */
#include "golden.h"
#include "scene_remote.h"

static void drill(struct scene *s)
{
	golden_act(s, ACTION_DRILL_DOWN);
}

static void drill_vcpu(struct scene *s)
{
	drill(s);
	golden_act(s, ACTION_NEXT);
}

static void show_exits(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_EXITS);
}

/* clang-format off */
static const struct golden cases[] = {
	{ "coarse", scene_coarse, NULL, 0, 0, NULL, false },
	{ "coarse-drill", scene_coarse, drill, 0, 0, NULL, false },
	{ "coarse-vcpu", scene_coarse, drill_vcpu, 24, 80, NULL, false },
	{ "coarse-exits", scene_coarse, show_exits, 0, 0, NULL, false },
};
/* clang-format on */

int run_remote_tests(void)
{
	return run_goldens("remote", cases, sizeof cases / sizeof *cases);
}
