#include "app/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/watch.h"

/* So long a reader that takes nothing is waited for when kvmtop is to end. */
enum { GRACE_MS = 500 };

void out_open(struct out *o, int fd)
{
	char path[32];
	struct stat st;
	int own = -1;

	*o = (struct out){ .fd = fd };
	if (fstat(fd, &st))
		return;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	o->is_socket = S_ISSOCK(st.st_mode);
	o->is_own = own >= 0;
	o->fd = o->is_own ? own : fd;
}

void out_close(struct out *o)
{
	if (o->is_own)
		close(o->fd);
	*o = (struct out){ .fd = -1 };
}

/* Returns how much was written, 0 when there is no room, or -errno. */
static ssize_t write_some(const struct out *o, const char *text, size_t length)
{
	const ssize_t done = o->is_socket ? send(o->fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL)
					  : write(o->fd, text, length);

	if (done >= 0)
		return done;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static bool has_room(struct app *a)
{
	const bool is_ending = a->ended_by;

	if (watch_room(a, a->out.fd, is_ending ? GRACE_MS : -1))
		return true;
	return !is_ending && a->ended_by && watch_room(a, a->out.fd, GRACE_MS);
}

int out_write(struct app *a, const char *text, size_t length)
{
	while (length) {
		const ssize_t done = write_some(&a->out, text, length);

		if (done < 0)
			return (int)done;
		text += done;
		length -= (size_t)done;
		if (length && !has_room(a))
			return a->ended_by ? -EINTR : -EPIPE;
	}
	return 0;
}
