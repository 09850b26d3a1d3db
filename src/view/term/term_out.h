/* term_out: what is on its way to the terminal. A terminal may stop taking bytes (Ctrl-S, a line that broke
 * down, a tmux that is stopped); nothing here waits for it but term_out_wait(). */
#ifndef VIEW_TERM_TERM_OUT_H
#define VIEW_TERM_TERM_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct term_out {
	int fd;       /* the terminal */
	bool own;     /* fd was opened here, and never waits; else it is the caller's, and may */
	char *bytes;  /* what was added, from the first byte that is not sent */
	size_t start; /* of it in bytes */
	size_t end;
	size_t capacity;
};

/* Sends to the terminal fd, which must stay open until term_out_fini(). */
void term_out_init(struct term_out *o, int fd);

/* What is not sent is dropped. */
void term_out_fini(struct term_out *o);

/* Adds length bytes behind those that are not sent yet. */
void term_out_add(struct term_out *o, const char *bytes, size_t length);

/* Adds what the file holds up to its position, and empties it: what was written to memory_fd, a memfd or a pipe,
 * since the last time. Returns how many bytes that were. */
size_t term_out_take(struct term_out *o, int memory_fd);

/* Takes the last length bytes back when none of them is sent; false, and nothing done, when one is. */
bool term_out_take_back(struct term_out *o, size_t length);

/* How many bytes are not sent. */
size_t term_out_left(const struct term_out *o);

/* Sends what the terminal takes now, in one write where it takes all. Returns 0, or -errno when it is gone
 * (-EIO after a hang-up); then the rest is dropped. */
int term_out_send(struct term_out *o);

/* Sends all, until deadline_ns (CLOCK_MONOTONIC) at most. Returns 0, -ETIMEDOUT with the rest kept, or
 * -errno as term_out_send(). */
int term_out_wait(struct term_out *o, uint64_t deadline_ns);

#endif
