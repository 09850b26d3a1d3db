#include "source/exits_bpf.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/bpf_count.h"
#include "source/exit_key.h"
#include "source/exits.h"
#include "source/trace_format.h"

enum event { EXIT, ENTRY, MSR, MMIO, IRQ, EVENTS };

#define TABLE_COUNT (2 * BPF_COUNT_BOOKINGS)

struct exits_bpf {
	struct bpf_count_maps maps;
	/* The kernel's memory. */
	struct bpf_control *control;
	struct bpf_booking *bookings;
	uint32_t *used;
	int programs[EVENTS]; /* descriptors; -1: none */
	int events[EVENTS];   /* the programs run while these are open; -1: closed */
	int event_ids[EVENTS];
};

static int make_array(const char *name, size_t size, uint32_t count)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
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

static int make_maps(struct exits_bpf *b)
{
	struct bpf_count_maps *m = &b->maps;

	m->control = make_array("kvmtop_control", sizeof(struct bpf_control), 1);
	m->threads = make_array("kvmtop_threads", sizeof(struct bpf_thread), BPF_COUNT_THREADS);
	m->bookings = make_array("kvmtop_bookings", sizeof(struct bpf_booking), TABLE_COUNT);
	m->used = make_array("kvmtop_used", 2 * sizeof(uint32_t), TABLE_COUNT);
	m->other_threads = bpf_map_create(BPF_MAP_TYPE_HASH, "kvmtop_others", sizeof(uint32_t),
		sizeof(struct bpf_thread), BPF_COUNT_OTHER_THREADS, NULL);
	if (m->other_threads < 0)
		m->other_threads = -errno;
	for (const int *fd = &m->control; fd <= &m->used; fd++)
		if (*fd < 0)
			return *fd;
	b->control = map_array(m->control, sizeof(struct bpf_control), 1);
	b->bookings = map_array(m->bookings, sizeof(struct bpf_booking), TABLE_COUNT);
	b->used = map_array(m->used, 2 * sizeof(uint32_t), TABLE_COUNT);
	return b->control && b->bookings && b->used ? 0 : -ENOMEM;
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
	int error;

	if (!format->usual) {
		snprintf(why, size, "its events have an unusual form");
		return -ENOTSUP;
	}
	b = mem_calloc(1, sizeof *b);
	b->maps = (struct bpf_count_maps){ -1, -1, -1, -1, -1 };
	for (enum event i = EXIT; i < EVENTS; i++)
		b->programs[i] = b->events[i] = -1;
	error = open_all(b, format);
	if (error) {
		snprintf(why, size, "%s",
			error == -EPERM || error == -EACCES ? "it does not allow BPF"
			: error == -ENOMEM                  ? "memory is short"
							    : strerror(-error));
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
	if (!b)
		return;
	for (enum event i = EXIT; i < EVENTS; i++) {
		detach(b, i);
		if (b->programs[i] >= 0)
			close(b->programs[i]);
	}
	unmap(b->control, sizeof(struct bpf_control), 1);
	unmap(b->bookings, sizeof(struct bpf_booking), TABLE_COUNT);
	unmap(b->used, 2 * sizeof(uint32_t), TABLE_COUNT);
	for (const int *fd = &b->maps.control; fd <= &b->maps.used; fd++)
		if (*fd >= 0)
			close(*fd);
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

/* The key of a booking, as the records' would be. */
static struct exit_key key_of(const struct bpf_booking *booking)
{
	const uint32_t isa = booking->what >> BPF_COUNT_ISA_SHIFT & 0xff;
	const uint8_t detail = (uint8_t)(booking->what >> BPF_COUNT_DETAIL_SHIFT);
	struct exit_key key = exit_key_make((uint32_t)booking->what, isa, booking->number);

	if (detail) {
		key.detail = detail;
		key.number = booking->number;
	}
	return key;
}

static void take(struct exits *e, const struct bpf_booking *booking)
{
	const struct sums sums = {
		.count = booking->count,
		.total_ns = booking->total_ns,
		.min_ns = booking->min_ns,
		.max_ns = booking->max_ns,
		.squares_ns2 =
			(unsigned __int128)booking->squares_high << 64 | booking->squares_low,
	};

	exits_add(e, (pid_t)booking->tid, (int)booking->vcpu, key_of(booking), &sums,
		booking->buckets);
}

/* Until every program that may still fill the table of before is at its end. */
static void wait_for_programs(void)
{
	/* Not where a CPU is kept free of the kernel's timer: a program takes a microsecond. */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(1000);
}

struct exits_bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e)
{
	const uint32_t table = b->control->table & 1;
	struct exits_bpf_intake in = { 0 };
	uint32_t used;

	__atomic_store_n(&b->control->table, table ^ 1, __ATOMIC_SEQ_CST);
	wait_for_programs();
	in.dropped = __atomic_exchange_n(&b->control->dropped, 0, __ATOMIC_SEQ_CST);
	used = b->control->used[table];
	if (used > BPF_COUNT_BOOKINGS)
		used = BPF_COUNT_BOOKINGS;
	for (uint32_t i = 0; i < used; i++) {
		/* An array's entries take a multiple of 8 bytes. */
		const uint32_t at = b->used[2 * (table * BPF_COUNT_BOOKINGS + i)];
		struct bpf_booking *booking = &b->bookings[at % TABLE_COUNT];

		if (booking->what >> BPF_COUNT_DETAIL_SHIFT == BPF_COUNT_IRQ) {
			exits_irqs(e, (pid_t)booking->tid, (uint32_t)booking->number,
				booking->total_ns, booking->count - booking->total_ns);
		} else {
			take(e, booking);
			in.exits += booking->count;
		}
		memset(booking, 0, sizeof *booking);
	}
	b->control->used[table] = 0;
	return in;
}
