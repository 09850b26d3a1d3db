/* recording_reader: hands out the sub-buffers of one CPU of a recording, as a trace_reader, a part of
 * them in memory at a time. */
#ifndef SOURCE_RECORDING_RECORDING_READER_H
#define SOURCE_RECORDING_RECORDING_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "source/recording/recording_head.h"
#include "source/tracefs/trace_ring.h"

/* What the readers of a recording have found out. */
struct recording_state {
	size_t open;  /* readers that have not come to their end */
	bool cut;     /* the file ends before the events do */
	bool damaged; /* some of the events could not be unpacked */
};

/* buffer and cpu are read during the call; file and state are borrowed until the reader is closed. A
 * part that cannot be unpacked is passed over: the sub-buffer after it says that records are missing
 * before it. */
struct trace_reader recording_reader_new(const struct recording_file *file,
	enum recording_packing packing, const struct recording_buffer *buffer,
	const struct recording_cpu *cpu, struct recording_state *state);

#endif
