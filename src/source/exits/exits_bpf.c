#include "source/exits/exits_bpf.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/exits/bpf_count.h"
#include "source/tracefs/trace_format.h"

#ifdef HAVE_LIBBPF
#include <bpf/bpf.h>
#endif

/* "5.10.0-32-amd64". A kernel that does not know an instruction or a flag says no more than EINVAL;
 * distributions add BPF's parts to older kernels, so the version alone proves nothing. */
static bool is_too_old(const char *release)
{
	unsigned major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 12));
}

void exits_bpf_explain(int error, const char *release, char *why, size_t size)
{
	if (error == -EPERM || error == -EACCES)
		snprintf(why, size, "this kernel does not allow BPF");
	else if (error == -ENOMEM)
		snprintf(why, size, "out of memory");
	else if (error == -EINVAL && is_too_old(release))
		snprintf(why, size, "Linux %.*s lacks BPF atomic operations (5.12 or newer needed)",
			(int)strcspn(release, "-"), release);
	else
		snprintf(why, size, "%s", strerror(-error));
}

#ifdef HAVE_LIBBPF

enum { MAPS = sizeof(struct bpf_count_maps) / sizeof(int) };

enum event { EXIT, ENTRY, MSR, MMIO, IRQ, EVENTS };

struct exits_bpf {
	struct bpf_count_maps maps;
	struct bpf_tables tables;   /* the kernel's memory */
	struct bpf_thread *threads; /* those in the array */
	int programs[EVENTS];       /* descriptors; -1: none */
	int events[EVENTS];         /* the programs run while these are open; -1: closed */
	int event_ids[EVENTS];
};

static int make_array(const char *name, size_t size, uint32_t count)
{
	const struct bpf_map_create_opts options = { .sz = sizeof options,
		.map_flags = BPF_F_MMAPABLE };
	const int fd = bpf_map_create(
		BPF_MAP_TYPE_ARRAY, name, sizeof(uint32_t), (uint32_t)size, count, &options);

	return fd < 0 ? -errno : fd;
}

static size_t map_bytes(size_t size, size_t count)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size * count + page - 1) / page * page;
}

/* NULL: it cannot be mapped. */
static void *map_array(int fd, size_t size, size_t count)
{
	void *memory =
		mmap(NULL, map_bytes(size, count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static void list_maps(const struct bpf_count_maps *m, int fds[MAPS])
{
	fds[0] = m->control;
	fds[1] = m->threads;
	fds[2] = m->other_threads;
	fds[3] = m->bookings;
	fds[4] = m->used;
}

static int make_maps(struct exits_bpf *b)
{
	struct bpf_count_maps *m = &b->maps;
	int fds[MAPS];

	m->control = make_array("kvmtop_control", sizeof(struct bpf_control), 1);
	m->threads = make_array("kvmtop_threads", sizeof(struct bpf_thread), BPF_COUNT_THREADS);
	m->bookings =
		make_array("kvmtop_bookings", sizeof(struct bpf_booking), BPF_TABLES_BOOKINGS);
	m->used = make_array("kvmtop_used", 2 * sizeof(uint32_t), BPF_TABLES_BOOKINGS);
	m->other_threads = bpf_map_create(BPF_MAP_TYPE_HASH, "kvmtop_others", sizeof(uint32_t),
		sizeof(struct bpf_thread), BPF_COUNT_OTHER_THREADS, NULL);
	if (m->other_threads < 0)
		m->other_threads = -errno;
	list_maps(m, fds);
	for (int i = 0; i < MAPS; i++)
		if (fds[i] < 0)
			return fds[i];
	b->tables.control = map_array(m->control, sizeof(struct bpf_control), 1);
	b->tables.bookings =
		map_array(m->bookings, sizeof(struct bpf_booking), BPF_TABLES_BOOKINGS);
	b->tables.used = map_array(m->used, 2 * sizeof(uint32_t), BPF_TABLES_BOOKINGS);
	b->threads = map_array(m->threads, sizeof(struct bpf_thread), BPF_COUNT_THREADS);
	if (!b->tables.control || !b->tables.bookings || !b->tables.used || !b->threads)
		return -ENOMEM;
	return 0;
}

/* In the order of enum event. */
static const struct {
	const char *name;
	void (*write)(
		struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m);
} event_rows[EVENTS] = {
	[EXIT] = { "kvmtop_exit", bpf_count_exit },
	[ENTRY] = { "kvmtop_entry", bpf_count_entry },
	[MSR] = { "kvmtop_msr", bpf_count_msr },
	[MMIO] = { "kvmtop_mmio", bpf_count_mmio },
	[IRQ] = { "kvmtop_irq", bpf_count_irq },
};

static int load_program(struct exits_bpf *b, enum event event, const struct trace_format *f)
{
	struct bpf_code *code = mem_calloc(1, sizeof *code);
	int fd;

	event_rows[event].write(code, f, &b->maps);
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, event_rows[event].name, "GPL", code->insns,
		code->count, NULL);
	if (fd < 0)
		fd = -errno;
	free(code);
	b->programs[event] = fd;
	return fd < 0 ? fd : 0;
}

/* The program runs for the event on all CPUs, whatever CPU the descriptor is for, and although the
 * descriptor's own counting is never switched on. */
static int attach(struct exits_bpf *b, enum event event)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof attributes,
		.config = (uint64_t)b->event_ids[event],
		.disabled = 1,
	};
	int fd, error;

	if (b->events[event] >= 0)
		return 0;
	fd = (int)syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, b->programs[event])) {
		error = -errno;
		close(fd);
		return error;
	}
	b->events[event] = fd;
	return 0;
}

static void detach(struct exits_bpf *b, enum event event)
{
	if (b->events[event] >= 0)
		close(b->events[event]);
	b->events[event] = -1;
}

static int open_all(struct exits_bpf *b, const struct trace_format *f)
{
	const int ids[EVENTS] = { f->exit_id, f->entry_id, f->msr_id, f->mmio_id, f->irq_id };
	int error = make_maps(b);

	memcpy(b->event_ids, ids, sizeof ids);
	for (enum event i = EXIT; i < EVENTS && !error; i++)
		if (ids[i] >= 0)
			error = load_program(b, i, f);
	/* The entry first: an exit that is counted has its entry counted, too. */
	if (!error)
		error = attach(b, ENTRY);
	if (!error)
		error = attach(b, EXIT);
	return error;
}

int exits_bpf_open(
	struct exits_bpf **out, const struct trace_format *format, char *why, size_t size)
{
	struct exits_bpf *b;
	struct utsname host;
	int error;

	if (!format->usual) {
		snprintf(why, size, "the kernel's events have an unexpected format");
		return -ENOTSUP;
	}
	b = mem_calloc(1, sizeof *b);
	b->maps = (struct bpf_count_maps){ -1, -1, -1, -1, -1 };
	for (enum event i = EXIT; i < EVENTS; i++)
		b->programs[i] = b->events[i] = -1;
	error = open_all(b, format);
	if (error) {
		uname(&host);
		exits_bpf_explain(error, host.release, why, size);
		exits_bpf_close(b);
		return error;
	}
	*out = b;
	return 0;
}

static void unmap(void *memory, size_t size, size_t count)
{
	if (memory)
		munmap(memory, map_bytes(size, count));
}

void exits_bpf_close(struct exits_bpf *b)
{
	int fds[MAPS];

	if (!b)
		return;
	for (enum event i = EXIT; i < EVENTS; i++) {
		detach(b, i);
		if (b->programs[i] >= 0)
			close(b->programs[i]);
	}
	unmap(b->tables.control, sizeof(struct bpf_control), 1);
	unmap(b->tables.bookings, sizeof(struct bpf_booking), BPF_TABLES_BOOKINGS);
	unmap(b->tables.used, 2 * sizeof(uint32_t), BPF_TABLES_BOOKINGS);
	unmap(b->threads, sizeof(struct bpf_thread), BPF_COUNT_THREADS);
	list_maps(&b->maps, fds);
	for (int i = 0; i < MAPS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(b);
}

bool exits_bpf_set_details(struct exits_bpf *b, bool wanted)
{
	bool any = false;

	for (enum event i = MSR; i < EVENTS; i++) {
		if (!wanted || b->programs[i] < 0)
			detach(b, i);
		else
			any |= !attach(b, i);
	}
	return any;
}

/* Until every program that may still fill the table of before is at its end. */
static void wait_for_programs(void)
{
	/* Not where a CPU is kept free of the kernel's timer: a program takes a microsecond. */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(1000);
}

/* Of any process, as tids are asked for, too. */
static bool is_alive(pid_t tid)
{
	return !kill(tid, 0) || errno == EPERM;
}

static void forget_others(const struct exits_bpf *b)
{
	uint32_t tid, next;
	bool more = !bpf_map_get_next_key(b->maps.other_threads, NULL, &next);

	while (more) {
		tid = next;
		more = !bpf_map_get_next_key(b->maps.other_threads, &tid, &next);
		if (!is_alive((pid_t)tid))
			bpf_map_delete_elem(b->maps.other_threads, &tid);
	}
}

struct bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e)
{
	const uint32_t table = bpf_tables_flip(&b->tables);

	wait_for_programs();
	bpf_tables_forget(b->threads, BPF_COUNT_THREADS, is_alive);
	forget_others(b);
	return bpf_tables_take(&b->tables, table, e);
}

#else

int exits_bpf_open(
	struct exits_bpf **out, const struct trace_format *format, char *why, size_t size)
{
	(void)out;
	(void)format;
	snprintf(why, size, "kvmtop was built without libbpf 0.6 or newer");
	return -ENOTSUP;
}

void exits_bpf_close(struct exits_bpf *b)
{
	(void)b;
}

bool exits_bpf_set_details(struct exits_bpf *b, bool wanted)
{
	(void)b;
	(void)wanted;
	return false;
}

struct bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e)
{
	(void)b;
	(void)e;
	return (struct bpf_intake){ 0 };
}

#endif
