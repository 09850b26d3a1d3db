/* replay_in: the lines of a recording's file, packed or not. Of the file no more than a line is in memory, and
 * what its end holds of a line that was not finished is not given. */
#ifndef SOURCE_REPLAY_REPLAY_IN_H
#define SOURCE_REPLAY_REPLAY_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/replay/replay_read.h"

struct replay_in;

/* A tick of 2000 VMs takes a tenth of it. */
#define REPLAY_LINE_MAX (64u << 20)

/* So much of a line that is longer is passed over to find its end; then the file is damaged. */
#define REPLAY_SKIP_MAX (4ull * REPLAY_LINE_MAX)

enum replay_in_result {
	REPLAY_IN_LINE,
	REPLAY_IN_END,
	REPLAY_IN_CUT,      /* the end, and the last line is not whole */
	REPLAY_IN_DAMAGED,  /* the packing is: nothing behind here can be read */
	REPLAY_IN_TOO_LONG, /* the line is: it was left out */
	REPLAY_IN_FAILED,   /* the disk does not give it */
};

/* Opens the regular file path. Returns 0, or -errno with what is wrong with it in why (size bytes), a
 * sentence that begins behind its name. */
int replay_in_open(struct replay_in **in, const char *path, char *why, size_t size);
void replay_in_close(struct replay_in *in);

/* The next line, without its end, and NUL-terminated; valid until the next call. */
enum replay_in_result replay_in_next(struct replay_in *in, const char **line, size_t *length);

/* The number of the line that came last, from 1 on; behind a jump it is counted by ticks. */
uint64_t replay_in_number(const struct replay_in *in);

/* The next line of a tick, from here on: its beginning alone. False at the end. */
bool replay_in_next_mark(struct replay_in *in, struct replay_mark *mark);

/* Jumps to a place from which the line of that tick can be understood: its key line, or, where no such tick
 * is in the file, the one before it. Returns 0; or -errno, and then reading starts at the beginning. */
int replay_in_seek(struct replay_in *in, uint64_t tick);

#endif
