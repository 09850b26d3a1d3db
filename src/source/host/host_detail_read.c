#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample/sample.h"
#include "source/host/host_detail.h"
#include "source/host/proc_file.h"

#define NODES "sys/devices/system/node"
#define KVM "sys/module/kvm/parameters/"

/* The longest list of CPUs that is taken: of every other one of some 1600. */
#define TEXT_SIZE 8192

/* Behind "avg10=" and the like. NAN when it is not there. */
static double parse_average(const char *line, size_t length, const char *key)
{
	const char *p = memmem(line, length, key, strlen(key));
	double value;

	if (!p)
		return NAN;
	p += strlen(key);
	return proc_file_decimal(&p, &value) ? value : NAN;
}

/* "some avg10=4.51 avg60=4.91 avg300=6.49 total=6279676417" */
static void parse_pressure(struct sample_pressure *out, const char *text, const char *which)
{
	const char *line = text, *total;
	size_t length;

	while (*line && strncmp(line, which, strlen(which)) != 0) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	length = strcspn(line, "\n");
	out->avg10_pct = parse_average(line, length, " avg10=");
	out->avg60_pct = parse_average(line, length, " avg60=");
	total = memmem(line, length, " total=", strlen(" total="));
	if (!total)
		return;
	total += strlen(" total=");
	if (!proc_file_number(&total, &out->total_us))
		out->total_us = SAMPLE_UNKNOWN;
}

/* The files are there only where the kernel accounts for it; kernels before 5.13 do not say "full" of CPUs. */
static void read_pressure(struct sample_host_detail *out, int root)
{
	const struct {
		const char *path;
		struct sample_pressure *some, *full;
	} files[] = {
		{ "proc/pressure/cpu", &out->cpu_some, &out->cpu_full },
		{ "proc/pressure/memory", &out->memory_some, &out->memory_full },
		{ "proc/pressure/io", &out->io_some, &out->io_full },
	};
	char text[512];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (proc_file_read(root, files[i].path, text, sizeof text) <= 0)
			continue;
		parse_pressure(files[i].some, text, "some ");
		parse_pressure(files[i].full, text, "full ");
	}
}

/* "always [madvise] never" */
static void read_thp(struct sample_host_detail *out, int root)
{
	char text[128];
	const char *open, *close;

	if (proc_file_read(root, "sys/kernel/mm/transparent_hugepage/enabled", text, sizeof text) <=
		0)
		return;
	open = strchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close)
		snprintf(out->thp, sizeof out->thp, "%.*s", (int)(close - open - 1), open + 1);
}

static long read_parameter(int root, const char *path)
{
	char text[32];
	const char *p = text;
	uint64_t value;

	if (proc_file_read(root, path, text, sizeof text) <= 0 || !proc_file_number(&p, &value) ||
		value > LONG_MAX)
		return -1;
	return (long)value;
}

/* The number in a line whose name ends in key: "Dirty:    39360 kB", "Node 0 MemTotal:  24684092 kB". */
static uint64_t find_number(const char *text, const char *key)
{
	for (const char *p = text; (p = strstr(p, key)); p += strlen(key)) {
		const char *at = p + strlen(key);
		uint64_t value;

		if ((p == text || p[-1] == '\n' || p[-1] == ' ') && proc_file_number(&at, &value))
			return value;
	}
	return SAMPLE_UNKNOWN;
}

static void read_memory(struct sample_host_detail *out, int root)
{
	char text[TEXT_SIZE];

	if (proc_file_read(root, "proc/meminfo", text, sizeof text) <= 0)
		return;
	out->huge_pages = find_number(text, "HugePages_Total:");
	out->huge_pages_free = find_number(text, "HugePages_Free:");
	out->huge_page_kib = find_number(text, "Hugepagesize:");
	out->dirty_kib = find_number(text, "Dirty:");
	out->writeback_kib = find_number(text, "Writeback:");
}

/* "0-3,8-11"; NULL where there is none. */
static const char *read_list(struct arena *arena, int root, const char *path)
{
	char *text = proc_file_read_whole(root, path), *end = text ? strchr(text, '\n') : NULL;
	const char *list = NULL;

	if (end && end > text && !end[1]) {
		*end = '\0';
		list = arena_strdup(arena, text);
	}
	free(text);
	return list;
}

static void read_node(struct sample_node *out, struct arena *arena, int root, int number)
{
	char path[64], text[4096];

	*out = (struct sample_node){ number, NULL, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN };
	snprintf(path, sizeof path, NODES "/node%d/cpulist", number);
	out->cpus = read_list(arena, root, path);
	snprintf(path, sizeof path, NODES "/node%d/meminfo", number);
	if (proc_file_read(root, path, text, sizeof text) <= 0)
		return;
	out->memory_kib = find_number(text, "MemTotal:");
	out->free_kib = find_number(text, "MemFree:");
}

/* The number in "node12"; -1 for "online" and "power". */
static int node_number(const char *name)
{
	int number, length;

	return sscanf(name, "node%d%n", &number, &length) == 1 && !name[length] && number >= 0
		       ? number
		       : -1;
}

static int compare_nodes(const void *a, const void *b)
{
	const struct sample_node *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static size_t count_nodes(DIR *dir)
{
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(dir)))
		count += node_number(entry->d_name) >= 0;
	rewinddir(dir);
	return count;
}

static void read_nodes(struct sample_host_detail *out, struct arena *arena, int root)
{
	const int fd = openat(root, NODES, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t room;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	room = count_nodes(dir);
	out->nodes = arena_array(arena, room, sizeof *out->nodes);
	while ((entry = readdir(dir)) && out->node_count < room) {
		const int number = node_number(entry->d_name);

		if (number >= 0)
			read_node(&out->nodes[out->node_count++], arena, root, number);
	}
	closedir(dir);
	if (out->node_count)
		qsort(out->nodes, out->node_count, sizeof *out->nodes, compare_nodes);
}

void host_detail_read(struct sample_host_detail *out, struct arena *arena, int root)
{
	*out = sample_host_detail_unknown();
	read_pressure(out, root);
	read_thp(out, root);
	out->halt_poll_grow = read_parameter(root, KVM "halt_poll_ns_grow");
	out->halt_poll_grow_start_ns = read_parameter(root, KVM "halt_poll_ns_grow_start");
	out->halt_poll_shrink = read_parameter(root, KVM "halt_poll_ns_shrink");
	out->cpus_online = read_list(arena, root, "sys/devices/system/cpu/online");
	read_memory(out, root);
	read_nodes(out, arena, root);
}
