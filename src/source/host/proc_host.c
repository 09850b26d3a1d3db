#include "source/host/proc_host.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "source/host/proc_file.h"

#define MEMINFO_SIZE 8192

static uint64_t without(uint64_t total, uint64_t part)
{
	return total > part ? total - part : 0;
}

/* "  5770 0 3587 200154 722 0 174 2876 0 0", what follows the line's name: user nice system idle iowait irq
 * softirq steal guest guest_nice. user holds guest, and nice holds guest_nice. All or nothing: a share of a
 * part of them would be wrong. */
static void parse_ticks(const char *p, struct sample_cpu *cpu)
{
	enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, COUNT };
	uint64_t ticks[COUNT];

	for (int i = 0; i < COUNT; i++) {
		if (!proc_file_number(&p, &ticks[i]))
			return;
	}
	cpu->user_ticks = without(ticks[USER], ticks[GUEST]);
	cpu->nice_ticks = without(ticks[NICE], ticks[GUEST_NICE]);
	cpu->system_ticks = ticks[SYSTEM];
	cpu->idle_ticks = ticks[IDLE];
	cpu->iowait_ticks = ticks[IOWAIT];
	cpu->irq_ticks = ticks[IRQ];
	cpu->softirq_ticks = ticks[SOFTIRQ];
	cpu->steal_ticks = ticks[STEAL];
	cpu->guest_ticks = ticks[GUEST] + ticks[GUEST_NICE];
}

/* "cpu  5770 0 3587 ...": all CPUs together. */
static void parse_sum(const char *line, struct sample_host *host)
{
	struct sample_cpu all = sample_cpu_unknown(-1);

	parse_ticks(line + strlen("cpu"), &all);
	host->user_ticks = all.user_ticks;
	host->nice_ticks = all.nice_ticks;
	host->system_ticks = all.system_ticks;
	host->idle_ticks = all.idle_ticks;
	host->iowait_ticks = all.iowait_ticks;
	host->irq_ticks = all.irq_ticks;
	host->softirq_ticks = all.softirq_ticks;
	host->steal_ticks = all.steal_ticks;
	host->guest_ticks = all.guest_ticks;
}

/* "cpu12 2809 0 1581 ...". A line that is cut within its number is nobody's; one that is cut behind it is of
 * a CPU of which nothing else is known. */
static bool parse_cpu(const char *line, struct sample_cpu *cpu)
{
	const char *p = line + strlen("cpu");
	uint64_t number;

	if (!proc_file_number(&p, &number) || number > INT_MAX)
		return false;
	*cpu = sample_cpu_unknown((int)number);
	parse_ticks(p, cpu);
	return true;
}

/* The line behind, or NULL at the end of the text. */
static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : NULL;
}

static bool is_cpu(const char *line)
{
	return line && strncmp(line, "cpu", 3) == 0 && line[3] >= '0' && line[3] <= '9';
}

/* The line of all CPUs, then one for each that is online. */
static void collect_cpus(int root, struct arena *arena, struct sample_host *host)
{
	char *text = proc_file_read_whole(root, "stat");
	const uint64_t time_ns = clock_mono_ns();
	const char *first = text;
	int cpus = 0;

	if (!text)
		return;
	host->time_ns = time_ns;
	if (strncmp(text, "cpu ", 4) == 0) {
		parse_sum(text, host);
		first = next_line(text);
	}
	for (const char *p = first; is_cpu(p); p = next_line(p))
		cpus++;
	if (cpus) {
		host->cpus = cpus;
		host->per_cpu = arena_array(arena, (size_t)cpus, sizeof(*host->per_cpu));
	}
	for (const char *p = first; is_cpu(p); p = next_line(p))
		host->per_cpu_count += parse_cpu(p, &host->per_cpu[host->per_cpu_count]);
	free(text);
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

void proc_host_collect(int root, struct arena *arena, struct sample_host *host)
{
	collect_name(root, host);
	collect_uptime(root, host);
	collect_load(root, host);
	collect_cpus(root, arena, host);
	collect_memory(root, host);
}
