/* replay_unpack: a recording's text out of its packed file: zstd frames, each of which begins with a key line
 * (the first one with the line before it), and before each a mark, a frame that zstd skips (RFC 8878, 3.1.2). */
#ifndef SOURCE_REPLAY_REPLAY_UNPACK_H
#define SOURCE_REPLAY_REPLAY_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording/recording_file.h"

struct replay_unpack;

/* Is this how a packed file begins? */
bool replay_unpack_is_packed(const unsigned char magic[static 4]);

/* file is borrowed. Returns 0, or -ENOTSUP with what is wrong in why (size bytes): no libzstd. */
int replay_unpack_new(
	struct replay_unpack **u, const struct recording_file *file, char *why, size_t size);
void replay_unpack_free(struct replay_unpack *u);

/* Reading goes on at a frame that begins there. */
void replay_unpack_start(struct replay_unpack *u, uint64_t offset);

/* Unpacks up to size bytes into out; *got is 0 at the end. Returns 0, or -EBADMSG where the packing is
 * damaged. */
int replay_unpack_read(struct replay_unpack *u, void *out, size_t size, size_t *got);

/* Where the frame begins that holds that tick, or UINT64_MAX. What is found on the way is remembered, 16 bytes
 * for each frame. */
uint64_t replay_unpack_find(struct replay_unpack *u, uint64_t tick);

#endif
