/* recording: a recording of kvm's events that trace-cmd made, read through the same engine as the live
 * trace. It is a source with two samples: the beginning, in which nothing has happened yet, and the
 * end, with all exits between. */
#ifndef SOURCE_RECORDING_RECORDING_H
#define SOURCE_RECORDING_RECORDING_H

#include <stddef.h>

#include "source/source.h"

/* Opens the recording at path. Returns 0, or -errno with one sentence in why (size bytes).
 *
 * work() reads a part of it and returns 0, or -1 when all is read. The first collect() gives the
 * sample of its beginning, each later one that of its end; it reads what is left. Sample times are
 * those of the recording's clock. */
int recording_open(struct source **source, const char *path, char *why, size_t size);

#endif
