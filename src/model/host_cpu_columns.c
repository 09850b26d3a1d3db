#include "model/host_cpu_columns.h"

#define SHARE(name)                               \
	static double cpu_##name(const void *row) \
	{                                         \
		const struct host_cpu *cpu = row; \
                                                  \
		return cpu->name##_pct;           \
	}
SHARE(user)
SHARE(system)
SHARE(guest)
SHARE(idle)
SHARE(iowait)
SHARE(steal)

/* clang-format off */
const struct field host_cpu_columns[HOST_CPU_COL__COUNT] = {
	[HOST_CPU_COL_NUMBER] = { .title = "CPU", .key = "number", .width = 3, .ascending = true, .unit = NUMBER_INTEGER,
		FIELD_NUMBER_AT(host_cpu, number), .help = "Number of the host CPU" },
	[HOST_CPU_COL_USER] = { .title = "user", .key = "user_pct", .width = 4, .unit = NUMBER_PERCENT, .number = cpu_user,
		.help = "Time in user space, without guests, in percent" },
	[HOST_CPU_COL_SYSTEM] = { .title = "sys", .key = "system_pct", .width = 4, .unit = NUMBER_PERCENT,
		.number = cpu_system, .help = "Time in the kernel, interrupts included" },
	[HOST_CPU_COL_GUEST] = { .title = "guest", .key = "guest_pct", .width = 5, .unit = NUMBER_PERCENT,
		.number = cpu_guest, .help = "Time in guests" },
	[HOST_CPU_COL_IDLE] = { .title = "idle", .key = "idle_pct", .width = 4, .unit = NUMBER_PERCENT, .number = cpu_idle,
		.help = "Time in which it had nothing to do, waiting for disks included" },
	[HOST_CPU_COL_IOWAIT] = { .title = "wait", .key = "iowait_pct", .width = 4, .unit = NUMBER_PERCENT,
		.number = cpu_iowait, .help = "The part of idle in which a task waited for a disk" },
	[HOST_CPU_COL_STEAL] = { .title = "steal", .key = "steal_pct", .width = 5, .unit = NUMBER_PERCENT,
		.number = cpu_steal, .help = "Time taken by the hypervisor below, where the host is a guest itself" },
};
/* clang-format on */
