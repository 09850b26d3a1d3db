#include "view/term/term_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"

/* A descriptor that waits takes a piece without waiting when it polls as writable: the kernel's buffers of
 * a terminal grow by 256 bytes (drivers/tty/tty_buffer.c), and it counts as full below that. */
enum { PIECE = 256 };

/* The terminal is opened a second time: making the descriptor itself one that does not wait would make the
 * shell's, too, for they are one open file. After su the terminal is another user's, and cannot be opened. */
void term_out_init(struct term_out *o, int fd)
{
	char path[32];
	int mine;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	mine = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	*o = (struct term_out){ .fd = mine < 0 ? fd : mine, .own = mine >= 0 };
}

void term_out_fini(struct term_out *o)
{
	if (o->own)
		close(o->fd);
	free(o->bytes);
	*o = (struct term_out){ .fd = -1 };
}

/* Room for length bytes at the end. */
static char *make_room(struct term_out *o, size_t length)
{
	if (o->start == o->end)
		o->start = o->end = 0;
	if (o->capacity - o->end < length) {
		o->capacity = 2 * (o->end + length);
		o->bytes = mem_resize(o->bytes, o->capacity, 1);
	}
	return o->bytes + o->end;
}

void term_out_add(struct term_out *o, const char *bytes, size_t length)
{
	memcpy(make_room(o, length), bytes, length);
	o->end += length;
}

/* From a pipe. */
static size_t take_waiting(struct term_out *o, int fd)
{
	size_t taken = 0;
	int waiting = 0;

	while (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0) {
		const ssize_t got = read(fd, make_room(o, (size_t)waiting), (size_t)waiting);

		if (got <= 0)
			break;
		o->end += (size_t)got;
		taken += (size_t)got;
	}
	return taken;
}

size_t term_out_take(struct term_out *o, int memory_fd)
{
	const off_t written = lseek(memory_fd, 0, SEEK_CUR);
	const size_t length = written > 0 ? (size_t)written : 0;
	ssize_t got;

	if (written < 0)
		return take_waiting(o, memory_fd);
	if (!length)
		return 0;
	got = pread(memory_fd, make_room(o, length), length, 0);
	o->end += got > 0 ? (size_t)got : 0;
	if (ftruncate(memory_fd, 0) == 0)
		lseek(memory_fd, 0, SEEK_SET);
	return length;
}

bool term_out_take_back(struct term_out *o, size_t length)
{
	if (term_out_left(o) < length)
		return false;
	o->end -= length;
	return true;
}

size_t term_out_left(const struct term_out *o)
{
	return o->end - o->start;
}

static bool is_writable(const struct term_out *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };

	return poll(&p, 1, 0) > 0;
}

int term_out_send(struct term_out *o)
{
	while (o->start < o->end) {
		const size_t left = term_out_left(o);
		ssize_t done;

		if (!o->own && !is_writable(o))
			return 0;
		done = write(o->fd, o->bytes + o->start, o->own || left < PIECE ? left : PIECE);
		if (done > 0)
			o->start += (size_t)done;
		else if (done == 0 || errno == EAGAIN)
			return 0;
		else if (errno != EINTR) {
			o->start = o->end = 0;
			return -errno;
		}
	}
	return 0;
}

int term_out_wait(struct term_out *o, uint64_t deadline_ns)
{
	for (;;) {
		const int error = term_out_send(o);
		const uint64_t now = clock_mono_ns();
		struct pollfd p = { .fd = o->fd, .events = POLLOUT };

		if (error || !term_out_left(o))
			return error;
		if (now >= deadline_ns)
			return -ETIMEDOUT;
		poll(&p, 1, (int)((deadline_ns - now) / NS_PER_MS) + 1);
	}
}
