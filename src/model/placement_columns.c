#include "model/placement_columns.h"

#include <math.h>

static const struct thread *thread_of(const void *row)
{
	return ((const struct placement_row *)row)->thread;
}

/* NULL: not read. */
static const struct placement *known_of(const void *row)
{
	const struct placement *p = ((const struct placement_row *)row)->placement;

	return p && p->known ? p : NULL;
}

static const struct cgroup *group_of(const void *row)
{
	const struct placement *p = known_of(row);

	return p ? p->group : NULL;
}

static double number_or_unknown(int number)
{
	return number < 0 ? NAN : number;
}

static const char *row_vm(const void *row)
{
	return thread_of(row)->vm->name;
}

static const char *row_name(const void *row)
{
	return thread_of(row)->name;
}

static double row_cpu(const void *row)
{
	return thread_of(row)->cpu.cpu_pct;
}

static double row_wait(const void *row)
{
	return thread_of(row)->cpu.wait_pct;
}

static double row_last(const void *row)
{
	return known_of(row) ? number_or_unknown(known_of(row)->last_cpu) : NAN;
}

static double row_node(const void *row)
{
	return known_of(row) ? number_or_unknown(known_of(row)->node) : NAN;
}

static const char *row_cpus(const void *row)
{
	return known_of(row) ? known_of(row)->cpus : NULL;
}

/* The fewer the choices, the more there is to look at. */
static double order_cpus(const void *row)
{
	const struct placement *p = known_of(row);

	return p && p->cpu_count >= 0 ? -p->cpu_count : NAN;
}

static const char *row_nodes(const void *row)
{
	return known_of(row) ? known_of(row)->nodes : NULL;
}

static const char *row_quota(const void *row)
{
	return group_of(row) && group_of(row)->quota[0] ? group_of(row)->quota : NULL;
}

static double order_quota(const void *row)
{
	return group_of(row) ? -group_of(row)->quota_cpus : NAN;
}

static double row_throttled(const void *row)
{
	return group_of(row) ? group_of(row)->throttled_pct : NAN;
}

static double row_weight(const void *row)
{
	return group_of(row) ? group_of(row)->weight : NAN;
}

static const char *row_remark(const void *row)
{
	return known_of(row) ? placement_remark(known_of(row)) : NULL;
}

/* clang-format off */
#define TEXT .left = true, .ascending = true

const struct field placement_columns[PLACEMENT_COL__COUNT] = {
	[PLACEMENT_COL_VM] = { .title = "VM", .key = "vm", .width = 12, TEXT, .text = row_vm,
		.help = "Name of the VM whose thread it is" },
	[PLACEMENT_COL_NAME] = { .title = "thread", .key = "name", .width = 13, TEXT, .text = row_name,
		.help = "Name of the thread" },
	[PLACEMENT_COL_CPU] = { .title = "%CPU", .key = "cpu_pct", .width = 6, .unit = NUMBER_PERCENT, .of_cpu = true,
		.number = row_cpu, .help = "CPU time of the thread, in percent of one host CPU" },
	[PLACEMENT_COL_WAIT] = { .title = "wait", .key = "wait_pct", .width = 6, .rank = 4, .unit = NUMBER_PERCENT,
		.of_cpu = true, .number = row_wait, .help = "Time in which the thread could run, but had to wait for a CPU" },
	[PLACEMENT_COL_LAST] = { .title = "on", .key = "last_cpu", .width = 4, .ascending = true, .unit = NUMBER_INTEGER,
		.number = row_last, .help = "Host CPU on which it ran last" },
	[PLACEMENT_COL_NODE] = { .title = "node", .key = "node", .width = 4, .rank = 3, .ascending = true,
		.unit = NUMBER_INTEGER, .number = row_node, .help = "NUMA node of that CPU" },
	[PLACEMENT_COL_CPUS] = { .title = "may run on", .key = "cpus", .width = 10, TEXT, .text = row_cpus,
		.order = order_cpus, .help = "Host CPUs on which it may run; all: on each that is online" },
	[PLACEMENT_COL_NODES] = { .title = "memory of", .key = "nodes", .width = 9, .rank = 5, TEXT, .text = row_nodes,
		.help = "NUMA nodes of which it may take memory" },
	[PLACEMENT_COL_QUOTA] = { .title = "quota", .key = "quota_cpus", .width = 5, .rank = 2, TEXT, .text = row_quota,
		.order = order_quota, .help = "CPU time that its control group, or one above, allows it and those with it: 0.50 is half a CPU" },
	[PLACEMENT_COL_THROTTLED] = { .title = "held", .key = "throttled_pct", .width = 5, .unit = NUMBER_PERCENT,
		.number = row_throttled, .help = "Time in which that quota was used up and held its threads back, in percent of one CPU" },
	[PLACEMENT_COL_WEIGHT] = { .title = "weight", .key = "weight", .width = 6, .rank = 6, .unit = NUMBER_INTEGER,
		.number = row_weight, .help = "Its group's share where CPUs are short: cpu.weight (usually 100), or cpu.shares of cgroup v1 (usually 1024)" },
	[PLACEMENT_COL_REMARK] = { .title = "note", .key = "remark", .width = 9, .rank = 1, TEXT, .text = row_remark,
		.help = "What is out of the ordinary: throttled, or remote memory: it ran on a node of which it may not take memory" },
};
/* clang-format on */

struct placement_row placement_row_of(const struct vm *vm, size_t thread)
{
	return (struct placement_row){
		.thread = &vm->threads[thread],
		.placement = vm->placement ? &vm->placement->threads[thread] : NULL,
	};
}
