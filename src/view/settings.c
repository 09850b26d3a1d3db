#include "view/settings.h"

const struct settings_columns settings_tables[SETTINGS_TABLE__COUNT] = {
	[SETTINGS_VMS] = { "vms", "VMs", vm_columns, VM_COL__COUNT },
	[SETTINGS_THREADS] = { "threads", "Threads", thread_columns, THREAD_COL__COUNT },
	[SETTINGS_EXITS] = { "exits", "Exit table", exit_columns, EXIT_COL__COUNT },
};

struct settings settings_default(void)
{
	return (struct settings){
		.interval_s = 1.0,
		.mouse = true,
		.follow = true,
		.theme = THEME_DARK,
	};
}
