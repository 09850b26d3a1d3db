/* out: standard output without a screen. A reader that takes nothing must not keep kvmtop from ending, nor from
 * reading the rings. */
#ifndef APP_OUT_H
#define APP_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct app;

struct out {
	int fd;      /* -1: not opened */
	bool is_own; /* opened again, not to wait: the old one may be shared with others */
	bool is_socket;
};

/* Takes standard output, given as its descriptor. What is a pipe or a terminal is opened once more, where that can be. */
void out_open(struct out *o, int fd);
void out_close(struct out *o);

/* Writes all of it to a->out, at once where there is room for it; while there is none the sources do their work. A
 * signal that ends kvmtop (a->ended_by) ends this too, when the reader takes nothing any more. Returns 0, -EPIPE when
 * the reader is gone, -EINTR when a signal ended it, or another -errno. */
int out_write(struct app *a, const char *text, size_t length);

#endif
