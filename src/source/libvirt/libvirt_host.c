#include "source/libvirt/libvirt_host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"

static void read_name(struct libvirt_host *h, virConnectPtr connection)
{
	char *name = virConnectGetHostname(connection);

	if (name)
		text_clean(h->name, sizeof h->name, name);
	free(name);
}

/* kernel, user, idle, iowait: of all CPUs, in ns since the host's start. */
static void read_cpu(struct libvirt_host *h, virConnectPtr connection)
{
	virNodeCPUStatsPtr stats;
	int count = 0;

	if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, NULL, &count, 0) < 0 ||
		count <= 0)
		return;
	stats = mem_calloc((size_t)count, sizeof *stats);
	if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, stats, &count, 0) < 0)
		count = 0;
	for (int i = 0; i < count; i++) {
		if (!strcmp(stats[i].field, VIR_NODE_CPU_STATS_USER))
			h->user_ns = stats[i].value;
		if (!strcmp(stats[i].field, VIR_NODE_CPU_STATS_KERNEL))
			h->system_ns = stats[i].value;
		if (!strcmp(stats[i].field, VIR_NODE_CPU_STATS_IDLE))
			h->idle_ns = stats[i].value;
		if (!strcmp(stats[i].field, VIR_NODE_CPU_STATS_IOWAIT))
			h->iowait_ns = stats[i].value;
	}
	h->time_ns = clock_mono_ns();
	free(stats);
}

/* total, free, buffers, cached in KiB. What caches hold is as good as free: the kernel's own estimate is not
 * told. */
static void read_memory(struct libvirt_host *h, virConnectPtr connection)
{
	virNodeMemoryStatsPtr stats;
	uint64_t spare = 0;
	bool has_free = false;
	int count = 0;

	if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, NULL, &count, 0) <
			0 ||
		count <= 0)
		return;
	stats = mem_calloc((size_t)count, sizeof *stats);
	if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats, &count, 0) <
		0)
		count = 0;
	for (int i = 0; i < count; i++) {
		if (!strcmp(stats[i].field, VIR_NODE_MEMORY_STATS_TOTAL)) {
			h->memory_kib = stats[i].value;
			continue;
		}
		spare += stats[i].value;
		has_free |= !strcmp(stats[i].field, VIR_NODE_MEMORY_STATS_FREE);
	}
	if (has_free)
		h->memory_available_kib = spare;
	free(stats);
}

void libvirt_host_read(struct libvirt_host *h, virConnectPtr connection)
{
	virNodeInfo info;

	*h = (struct libvirt_host){
		.known = true,
		.user_ns = SAMPLE_UNKNOWN,
		.system_ns = SAMPLE_UNKNOWN,
		.idle_ns = SAMPLE_UNKNOWN,
		.iowait_ns = SAMPLE_UNKNOWN,
		.memory_kib = SAMPLE_UNKNOWN,
		.memory_available_kib = SAMPLE_UNKNOWN,
	};
	read_name(h, connection);
	if (virNodeGetInfo(connection, &info) == 0) {
		h->cpus = (int)info.cpus;
		h->memory_kib = info.memory;
	}
	read_cpu(h, connection);
	read_memory(h, connection);
}

static uint64_t ticks(uint64_t ns)
{
	return ns == SAMPLE_UNKNOWN ? ns : ns / (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
}

void libvirt_host_put(const struct libvirt_host *h, struct sample_host *out)
{
	if (!h->known)
		return;
	if (h->name[0])
		memcpy(out->name, h->name, sizeof out->name);
	out->cpus = h->cpus;
	out->memory_kib = h->memory_kib;
	out->memory_available_kib = h->memory_available_kib;
	out->time_ns = h->time_ns;
	if (!h->time_ns)
		return;
	out->user_ticks = ticks(h->user_ns);
	out->system_ticks = ticks(h->system_ns);
	out->idle_ticks = ticks(h->idle_ns);
	out->iowait_ticks = ticks(h->iowait_ns);
	out->nice_ticks = out->irq_ticks = out->softirq_ticks = 0; /* in the others */
}
