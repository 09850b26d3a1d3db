/* recording_parts: the parts of a recording's head that versions 6 and 7 have alike. Each reads from
 * a cursor, which is bad afterwards when the part is not whole. */
#ifndef SOURCE_RECORDING_PARTS_H
#define SOURCE_RECORDING_PARTS_H

#include "source/recording_head.h"

enum recording_option {
	RECORDING_OPTION_DONE = 0,
	RECORDING_OPTION_BUFFER = 3,
	RECORDING_OPTION_CLOCK = 4,
	RECORDING_OPTION_UNAME = 5,
	RECORDING_OPTION_CPUS = 8,
	RECORDING_OPTION_HEADER_INFO = 16,
	RECORDING_OPTION_EVENT_FORMATS = 18,
	RECORDING_OPTION_NAMES = 21,
};

/* Returns whether sub-buffers begin as this machine's kernel begins them: u64 time, long length. */
bool recording_parts_header_info(struct recording_cursor *c);

/* Ftrace's own event formats: passed over. */
void recording_parts_skip_ftrace(struct recording_cursor *c);

/* Keeps the formats of kvm's events. */
void recording_parts_event_formats(struct recording_cursor *c, struct recording_head *h);

void recording_parts_names(struct recording_cursor *c, struct recording_head *h);

/* An option with its size bytes at the cursor, of those that mean the same in both versions; others
 * are ignored. The cursor stays. */
void recording_parts_option(
	struct recording_cursor c, unsigned id, uint32_t size, struct recording_head *h);

/* A new buffer of h, all zero; valid until the next one. */
struct recording_buffer *recording_parts_add_buffer(struct recording_head *h);
void recording_parts_add_cpu(struct recording_buffer *b, struct recording_cpu cpu);

#endif
