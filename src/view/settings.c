#include "view/settings.h"

const struct settings_columns settings_tables[SETTINGS_TABLE__COUNT] = {
	[SETTINGS_VMS] = { "vms", "VMs", vm_columns, VM_COL__COUNT },
	[SETTINGS_THREADS] = { "threads", "Threads", thread_columns, THREAD_COL__COUNT },
	[SETTINGS_EXITS] = { "exits", "Exit table", exit_columns, EXIT_COL__COUNT },
};

uint32_t settings_hidden_at_first(enum settings_table table)
{
	uint32_t hidden = 0;

	for (size_t i = VM_COL_DEVICES; table == SETTINGS_VMS && i < VM_COL__COUNT; i++)
		hidden |= UINT32_C(1) << i;
	return hidden;
}

bool settings_show_devices(const struct settings *set)
{
	return ~set->hidden[SETTINGS_VMS] & settings_hidden_at_first(SETTINGS_VMS);
}

struct settings settings_default(void)
{
	return (struct settings){
		.interval_s = 1.0,
		.mouse = true,
		.follow = true,
		.theme = THEME_DARK,
		.hidden[SETTINGS_VMS] = settings_hidden_at_first(SETTINGS_VMS),
	};
}

double settings_step_interval(double interval_s, bool faster)
{
	static const double steps[] = { SETTINGS_INTERVAL_MIN_S, 0.2, 0.5, 1, 2, 5, 10, 30,
		SETTINGS_INTERVAL_MAX_S };
	const size_t count = sizeof steps / sizeof *steps;
	double next = interval_s;

	for (size_t i = 0; i < count; i++) {
		const double step = faster ? steps[i] : steps[count - 1 - i];

		if (faster ? step < interval_s : step > interval_s)
			next = step;
	}
	return next;
}

bool settings_can_hide(enum settings_table table, size_t column)
{
	return column > 0 && column < settings_tables[table].count;
}
