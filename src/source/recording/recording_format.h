/* recording_format: what a recording says about the fields of kvm's events, and the names of exits. */
#ifndef SOURCE_RECORDING_RECORDING_FORMAT_H
#define SOURCE_RECORDING_RECORDING_FORMAT_H

#include <stddef.h>

#include "source/recording/recording_head.h"
#include "source/tracefs/trace_format.h"

/* Returns 0, or -errno with what is wrong in why (size bytes), as recording_head_init() does. There is
 * nothing to finish then. */
int recording_format_init(
	struct trace_format *f, const struct recording_head *head, char *why, size_t size);

#endif
