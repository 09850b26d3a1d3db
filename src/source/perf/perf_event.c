#include "source/perf/perf_event.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A sample is 24 bytes: at 99 a second two pages of 4 KiB are full after more than three seconds. */
enum { RING_PAGES = 2 };

struct perf_event_way perf_event_best(unsigned hz, const char *proc)
{
	struct perf_event_way way = { SYMBOL_EVENT_CYCLES, hz, false, false, RING_PAGES };
	char path[256];
	unsigned most;
	FILE *file;

	snprintf(path, sizeof path, "%s/sys/kernel/perf_event_max_sample_rate", proc);
	file = fopen(path, "re");
	if (file && fscanf(file, "%u", &most) == 1 && most > 0 && most < hz)
		way.hz = most;
	if (file)
		fclose(file);
	return way;
}

static struct perf_event_attr describe(const struct perf_event_way *way)
{
	const bool cycles = way->event == SYMBOL_EVENT_CYCLES;

	return (struct perf_event_attr){
		.size = sizeof(struct perf_event_attr),
		.type = cycles ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE,
		.config = cycles ? PERF_COUNT_HW_CPU_CYCLES : PERF_COUNT_SW_CPU_CLOCK,
		.sample_type = PERF_RING_SAMPLE_TYPE,
		.freq = 1,
		.sample_freq = way->hz,
		.exclude_kernel = way->without_kernel,
		.exclude_hv = 1,
		.exclude_guest = way->without_guest,
		.task = 1, /* tells of new threads */
		/* Nobody waits for the ring: it is looked at now and then. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};
}

static int open_event(pid_t tid, const struct perf_event_way *way)
{
	struct perf_event_attr attr = describe(way);
	const long fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

/* Takes away what the host may have refused. False: there is nothing more to try. A host without such a counter says
 * ENOENT, ENODEV or EOPNOTSUPP, and EINVAL where its counter cannot leave a guest in. */
static bool settle_for_less(struct perf_event_way *way, int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		if (way->without_kernel)
			return false;
		way->without_kernel = true;
		return true;
	case -EINVAL:
		if (!way->without_guest) {
			way->without_guest = true;
			return true;
		}
		/* fallthrough */
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
	case -EOPNOTSUPP:
		if (way->event == SYMBOL_EVENT_CPU_CLOCK)
			return false;
		way->event = SYMBOL_EVENT_CPU_CLOCK;
		way->without_guest = false;
		return true;
	default:
		return false;
	}
}

static int map_ring(struct perf_event *e, struct perf_event_way *way)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at;

	for (;;) {
		e->mapped = page * (1 + (size_t)way->ring_pages);
		at = mmap(NULL, e->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, e->fd, 0);
		if (at != MAP_FAILED)
			break;
		if (way->ring_pages == 1)
			return errno == EPERM || errno == ENOMEM ? -ENOBUFS : -errno;
		way->ring_pages /= 2;
	}
	e->ring = (struct perf_ring){ at, (unsigned char *)at + page, e->mapped - page };
	return 0;
}

int perf_event_start(struct perf_event *e, pid_t tid, struct perf_event_way *way)
{
	struct perf_event_way less = *way;
	int error;

	*e = (struct perf_event){ .fd = open_event(tid, way) };
	while (e->fd < 0 && settle_for_less(&less, e->fd))
		e->fd = open_event(tid, &less);
	if (e->fd < 0)
		return e->fd;
	*way = less;
	error = map_ring(e, way);
	if (error)
		close(e->fd);
	return error;
}

void perf_event_stop(struct perf_event *e)
{
	munmap(e->ring.page, e->mapped);
	close(e->fd);
}
