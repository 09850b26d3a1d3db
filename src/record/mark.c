#include "record/mark.h"

#include <stddef.h>
#include <string.h>

/* What zstd skips, its length, and that it is kvmtop's. */
const unsigned char record_mark_start[RECORD_MARK_START_BYTES] = { 0x5b, 0x2a, 0x4d, 0x18, 12, 0, 0,
	0, 'k', 'v', 'm', 't' };

void record_mark(unsigned char mark[static RECORD_MARK_BYTES], uint64_t tick)
{
	memcpy(mark, record_mark_start, sizeof record_mark_start);
	for (size_t i = sizeof record_mark_start; i < RECORD_MARK_BYTES; i++) {
		mark[i] = (unsigned char)tick;
		tick >>= 8;
	}
}
