#include "source/proc_host.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/proc_file.h"

/* Room for the lines of about 1800 CPUs, which stand before all else in /proc/stat. */
#define STAT_SIZE (128 * 1024)
#define MEMINFO_SIZE 8192

static uint64_t without(uint64_t total, uint64_t part)
{
	return total > part ? total - part : 0;
}

/* "cpu  5770 0 3587 200154 722 0 174 2876 0 0": user nice system idle iowait irq softirq steal guest
 * guest_nice. user holds guest, and nice holds guest_nice. All or nothing: a share of a part of them
 * would be wrong. */
static void parse_cpu_line(const char *p, struct sample_host *host)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, COUNT };
	uint64_t ticks[COUNT];

	for (int i = 0; i < COUNT; i++) {
		if (!proc_file_number(&p, &ticks[i]))
			return;
	}
	host->user_ticks = without(ticks[USER], ticks[GUEST]);
	host->nice_ticks = without(ticks[NICE], ticks[GUEST_NICE]);
	host->system_ticks = ticks[SYSTEM];
	host->idle_ticks = ticks[IDLE];
	host->iowait_ticks = ticks[IOWAIT];
	host->irq_ticks = ticks[IRQ];
	host->softirq_ticks = ticks[SOFTIRQ];
	host->steal_ticks = ticks[STEAL];
	host->guest_ticks = ticks[GUEST] + ticks[GUEST_NICE];
}

/* The line of all CPUs, then "cpu0 2809 0 1581 ..." for each one that is online. */
static void collect_cpus(int root, struct sample_host *host)
{
	char text[STAT_SIZE];
	int cpus = 0;

	if (proc_file_read(root, "stat", text, sizeof(text)) <= 0)
		return;
	if (strncmp(text, "cpu ", 4) == 0)
		parse_cpu_line(text + 4, host);
	for (const char *p = strchr(text, '\n'); p && strncmp(p, "\ncpu", 4) == 0;
		p = strchr(p + 1, '\n'))
		cpus++;
	if (cpus)
		host->cpus = cpus;
}

/* "MemTotal:       24684092 kB" */
static void collect_memory(int root, struct sample_host *host)
{
	const struct {
		const char *key;
		uint64_t *value;
	} wanted[] = {
		{ "MemTotal:", &host->memory_kib },
		{ "MemAvailable:", &host->memory_available_kib },
		{ "SwapTotal:", &host->swap_kib },
		{ "SwapFree:", &host->swap_free_kib },
	};
	char text[MEMINFO_SIZE];
	const char *line = text;

	if (proc_file_read(root, "meminfo", text, sizeof(text)) <= 0)
		return;
	while (line) {
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
			size_t length = strlen(wanted[i].key);
			const char *p = line + length;
			uint64_t value;

			if (strncmp(line, wanted[i].key, length) == 0 &&
				proc_file_number(&p, &value))
				*wanted[i].value = value;
		}
		line = strchr(line, '\n');
		if (line)
			line++;
	}
}

/* "0.20 0.18 0.12 1/80 11206" */
static void collect_load(int root, struct sample_host *host)
{
	char text[128];
	const char *p = text;
	double load[3];

	if (proc_file_read(root, "loadavg", text, sizeof(text)) <= 0)
		return;
	for (int i = 0; i < 3; i++) {
		if (!proc_file_decimal(&p, &load[i]))
			return;
	}
	memcpy(host->load, load, sizeof(load));
}

/* "12345.67 45678.90": since boot, and all CPUs' idle time. */
static void collect_uptime(int root, struct sample_host *host)
{
	char text[128];
	const char *p = text;
	double uptime_s;

	if (proc_file_read(root, "uptime", text, sizeof(text)) > 0 &&
		proc_file_decimal(&p, &uptime_s))
		host->uptime_s = uptime_s;
}

static void collect_name(int root, struct sample_host *host)
{
	if (proc_file_read(root, "sys/kernel/hostname", host->name, sizeof(host->name)) <= 0 &&
		gethostname(host->name, sizeof(host->name) - 1) != 0)
		host->name[0] = '\0';
	host->name[strcspn(host->name, "\n")] = '\0';
}

void proc_host_collect(int root, struct sample_host *host)
{
	collect_name(root, host);
	collect_uptime(root, host);
	collect_load(root, host);
	collect_cpus(root, host);
	collect_memory(root, host);
}
