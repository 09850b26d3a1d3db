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
	{ .name = "coarse", .build = scene_coarse },
	{ .name = "coarse-drill", .build = scene_coarse, .choose = drill },
	{ .name = "coarse-vcpu", .build = scene_coarse, .choose = drill_vcpu },
	{ .name = "coarse-exits", .build = scene_coarse, .choose = show_exits },
	{ .name = "devices", .build = scene_devices, .choose = show_devices, .wide = true },
	{ .name = "devices-panel", .build = scene_devices, .rows = 40, .columns = 120 },
	{ .name = "devices-alone", .build = scene_devices, .choose = show_devices_alone },
	{ .name = "remote", .build = scene_remote },
	{ .name = "remote-drill", .build = scene_remote, .choose = drill },
	{ .name = "remote-exits", .build = scene_remote, .choose = show_exits },
};
/* clang-format on */

int run_remote_tests(void)
{
	return run_goldens("remote", cases, sizeof cases / sizeof *cases);
}
