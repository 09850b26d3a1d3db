#include "source/tracefs/trace_cpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/tracefs/trace_instance.h"
#include "source/tracefs/trace_ring.h"

/* More CPUs than Linux can have: what is above is no number of a CPU. */
#define CPU_MAX 65535

struct cpu_reader {
	int fd;
	size_t page_bytes;
	void *page;
};

static ssize_t read_cpu(void *context, const void **page)
{
	struct cpu_reader *r = context;

	*page = r->page;
	return read(r->fd, r->page, r->page_bytes);
}

static void close_cpu(void *context)
{
	struct cpu_reader *r = context;

	close(r->fd);
	free(r->page);
	free(r);
}

static void watch_cpu(struct trace_cpus *cpus, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (cpus->watch < 0 || !epoll_ctl(cpus->watch, EPOLL_CTL_ADD, fd, &event))
		return;
	close(cpus->watch);
	cpus->watch = -1;
}

static int add_cpu(
	struct trace_cpus *cpus, struct trace_instance *instance, struct trace_ring *ring, int cpu)
{
	const int fd = trace_instance_open_cpu(instance, cpu);
	struct cpu_reader *r;

	if (fd < 0)
		return fd;
	r = mem_calloc(1, sizeof *r);
	r->fd = fd;
	r->page_bytes = trace_instance_page_bytes(instance);
	r->page = mem_calloc(1, r->page_bytes);
	trace_ring_add(ring, cpu,
		(struct trace_reader){ .read = read_cpu, .close = close_cpu, .context = r });
	watch_cpu(cpus, fd);
	return 0;
}

/* The file reads as
 *	0-3,8-11 */
static int read_list(const char *path, char *list, size_t size)
{
	FILE *file = fopen(path, "re");
	int error = 0;

	if (!file)
		return -errno;
	if (!fgets(list, (int)size, file))
		error = -EIO;
	fclose(file);
	return error;
}

int trace_cpus_update(
	struct trace_cpus *cpus, struct trace_instance *instance, struct trace_ring *ring)
{
	char list[sizeof cpus->list];
	const char *at = list;
	int first, last, length, error = read_list(cpus->path, list, sizeof list);

	if (error || !strcmp(list, cpus->list))
		return error;
	while (!error && sscanf(at, "%d%n", &first, &length) == 1) {
		at += length;
		last = first;
		if (sscanf(at, "-%d%n", &last, &length) == 1)
			at += length;
		if (first < 0 || last > CPU_MAX)
			return -EINVAL;
		for (int cpu = first; cpu <= last && !error; cpu++)
			if (!trace_ring_has(ring, cpu))
				error = add_cpu(cpus, instance, ring, cpu);
		at += *at == ',';
	}
	if (!error)
		memcpy(cpus->list, list, sizeof list);
	return error;
}
