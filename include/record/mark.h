/* mark: what stands before each zstd frame of a packed recording, as a frame that zstd skips (RFC 8878, 3.1.2): it says
 * with which tick the frame behind it begins. */
#ifndef RECORD_MARK_H
#define RECORD_MARK_H

#include <stdint.h>

/* 184d2a5b 0000000c "kvmt" and the tick, all numbers with their least byte first. */
enum { RECORD_MARK_START_BYTES = 12, RECORD_MARK_BYTES = 20 };
extern const unsigned char record_mark_start[RECORD_MARK_START_BYTES];

/* Writes the mark of a frame that begins with that tick. */
void record_mark(unsigned char mark[static RECORD_MARK_BYTES], uint64_t tick);

#endif
