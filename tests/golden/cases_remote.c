/* What is known without root: KVM's counters in the place of traced exits. */
#include "golden.h"
#include "scene_remote.h"
#include "view/ui_moves.h"

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

/* Every column that is hidden at first. */
static void show_devices(struct scene *s)
{
	s->ui.settings.hidden[SETTINGS_VMS] = 0;
}

static void show_devices_alone(struct scene *s)
{
	static const enum vm_column wanted[] = { VM_COL_CPU, VM_COL_RD_BYTES, VM_COL_WR_BYTES,
		VM_COL_RX_BYTES, VM_COL_TX_BYTES, VM_COL_MEMORY, VM_COL_RSS };

	s->ui.settings.hidden[SETTINGS_VMS] = ~UINT32_C(1);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		s->ui.settings.hidden[SETTINGS_VMS] &= ~(UINT32_C(1) << wanted[i]);
}

/* clang-format off */
static const struct golden cases[] = {
	{ "coarse", scene_coarse, NULL, 0, 0, NULL, false },
	{ "coarse-drill", scene_coarse, drill, 0, 0, NULL, false },
	{ "coarse-vcpu", scene_coarse, drill_vcpu, 24, 80, NULL, false },
	{ "coarse-exits", scene_coarse, show_exits, 0, 0, NULL, false },
	{ "devices", scene_devices, show_devices, 0, 0, NULL, false },
	{ "devices-panel", scene_devices, NULL, 40, 120, NULL, false },
	{ "devices-alone", scene_devices, show_devices_alone, 24, 80, NULL, false },
	{ "remote", scene_remote, NULL, 0, 0, NULL, false },
	{ "remote-drill", scene_remote, drill, 24, 80, NULL, false },
	{ "remote-exits", scene_remote, show_exits, 40, 120, NULL, false },
};
/* clang-format on */

int run_remote_tests(void)
{
	return run_goldens("remote", cases, sizeof cases / sizeof *cases);
}
