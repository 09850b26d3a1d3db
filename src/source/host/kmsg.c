#include "source/host/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/map.h"
#include "core/mem.h"
#include "source/host/kmsg_notes.h"

/* Records that are read at a time: some 200 us. */
#define RECORDS_MAX 250

/* The kernel's time of a record and that of a process' start are a little apart. */
#define TIME_SLACK_US 1000000

struct kmsg_count {
	uint64_t start_ticks; /* of the VM it was told to; 0: none so far */
	uint64_t lines, last_us;
	uint32_t msr;
	uint64_t collect; /* the last one with such a VM */
};

struct kmsg {
	char *path;
	int fd;          /* -1: not open */
	bool tried;      /* to open it */
	int error;       /* why it cannot be read: -errno; 0: it can */
	bool up_to_date; /* it was read to its end */
	bool has_begun;
	uint64_t next;   /* sequence number that is expected, once it has begun */
	uint64_t before; /* that were overwritten before it began */
	uint64_t lost;
	uint64_t collect;
	struct kmsg_notes notes;
	struct map counts; /* struct kmsg_count by pid */
};

/* Drops what is no VM's now. */
static void make_room(struct kmsg *k)
{
	uint64_t *gone = mem_calloc(k->counts.count, sizeof *gone), pid;
	size_t count = 0, at = 0;
	void *value;

	while (map_next(&k->counts, &at, &pid, &value))
		if (((struct kmsg_count *)value)->collect != k->collect)
			gone[count++] = pid;
	for (size_t i = 0; i < count; i++)
		free(map_remove(&k->counts, gone[i]));
	free(gone);
}

static void book(struct kmsg *k, const struct kmsg_line *line)
{
	struct kmsg_count *c = map_get(&k->counts, (uint64_t)line->pid);

	if (!c && k->counts.count >= KMSG_PIDS_MAX)
		make_room(k);
	if (!c && k->counts.count >= KMSG_PIDS_MAX)
		return;
	if (!c) {
		c = mem_calloc(1, sizeof *c);
		map_put(&k->counts, (uint64_t)line->pid, c);
	}
	c->lines++;
	c->last_us = line->time_us;
	c->msr = line->msr;
}

bool kmsg_take(struct kmsg *k, const char *record, ssize_t length)
{
	struct kmsg_line line;
	enum kmsg_kind kind;

	/* The reader was too slow: the next read goes on with the oldest record there is. */
	if (length == -EPIPE || length == -EINTR)
		return true;
	if (length == -EAGAIN)
		k->up_to_date = true;
	if (length <= 0)
		return false;
	kind = kmsg_parse(&line, record, (size_t)length);
	if (kind == KMSG_GARBAGE)
		return true;
	if (k->has_begun && line.sequence > k->next)
		k->lost += line.sequence - k->next;
	if (!k->has_begun)
		k->before = line.sequence;
	k->has_begun = true;
	k->next = line.sequence + 1;
	if (kind != KMSG_LISTED)
		return true;
	kmsg_notes_add(&k->notes, &line);
	if (kmsg_is_msr(&line))
		book(k, &line);
	return true;
}

static bool is_open(struct kmsg *k)
{
	if (!k->tried) {
		k->fd = open(k->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
		k->error = k->fd < 0 ? -errno : 0;
	}
	k->tried = true;
	return k->fd >= 0;
}

/* An error that will not go away. */
static void give_up(struct kmsg *k, int error)
{
	close(k->fd);
	k->fd = -1;
	k->error = error;
	k->up_to_date = false;
}

bool kmsg_work(struct kmsg *k)
{
	char record[KMSG_RECORD_BYTES + 1];

	for (int i = 0; i < RECORDS_MAX; i++) {
		ssize_t length;

		if (!is_open(k))
			return false;
		length = read(k->fd, record, sizeof record - 1);
		if (length < 0)
			length = -errno;
		else
			record[length] = '\0';
		if (kmsg_take(k, record, length))
			continue;
		if (length != -EAGAIN)
			give_up(k, length < 0 ? (int)length : -EIO);
		return false;
	}
	return true;
}

/* The records' clock stands still while the host is suspended, the one that processes' starts are told
 * by does not. */
static uint64_t suspended_us(void)
{
	const uint64_t mono_ns = clock_mono_ns();
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return ((uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec - mono_ns) / NS_PER_US;
}

/* Was that moment before the VM's start? Its pid was another process' then. */
static bool is_older(uint64_t last_us, struct vm_id id)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	const uint64_t start_us = id.start_ticks * 1000000 / ticks_per_s;

	return last_us + suspended_us() + TIME_SLACK_US < start_us;
}

static void tell(struct kmsg *k, struct sample_vm *vm)
{
	struct kmsg_count *c = map_get(&k->counts, (uint64_t)vm->id.pid);

	vm->unhandled_msrs = 0;
	if (!c)
		return;
	if (c->start_ticks != vm->id.start_ticks && is_older(c->last_us, vm->id))
		*c = (struct kmsg_count){ 0 };
	c->start_ticks = vm->id.start_ticks;
	c->collect = k->collect;
	vm->unhandled_msrs = c->lines;
	vm->unhandled_msr = c->msr;
}

/* Why there is no log, in one sentence with the fix. */
static void set_why(const struct kmsg *k, struct sample_kernel_log *log)
{
	switch (k->error) {
	case 0:
		break;
	case -EPERM:
	case -EACCES:
		snprintf(log->why, sizeof log->why,
			"the kernel's log is shown to root alone: run `sudo kvmtop`, or let all "
			"users "
			"read it with `sudo sysctl kernel.dmesg_restrict=0`");
		break;
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		snprintf(log->why, sizeof log->why,
			"there is no %.80s here, as in a container: run kvmtop on the host itself",
			k->path);
		break;
	default:
		snprintf(log->why, sizeof log->why,
			"the kernel's log cannot be read (%s): see whether `dmesg` can",
			strerror(-k->error));
		break;
	}
}

void kmsg_collect(struct kmsg *k, struct sample *s)
{
	k->collect++;
	kmsg_work(k);
	set_why(k, &s->kernel_log);
	s->kernel_log.known = k->up_to_date;
	s->kernel_log.lost = k->lost;
	s->kernel_log.before = k->before;
	if (!k->up_to_date)
		return;
	kmsg_notes_tell(&k->notes, s, is_older);
	for (size_t i = 0; i < s->vm_count; i++)
		tell(k, &s->vms[i]);
}

uint64_t kmsg_lost(const struct kmsg *k)
{
	return k->lost;
}

struct kmsg *kmsg_new(const char *path)
{
	struct kmsg *k = mem_calloc(1, sizeof *k);

	k->path = mem_strdup(path);
	k->fd = -1;
	return k;
}

void kmsg_free(struct kmsg *k)
{
	size_t at = 0;
	uint64_t pid;
	void *value;

	if (!k)
		return;
	while (map_next(&k->counts, &at, &pid, &value))
		free(value);
	map_fini(&k->counts);
	kmsg_notes_fini(&k->notes);
	if (k->fd >= 0)
		close(k->fd);
	free(k->path);
	free(k);
}
