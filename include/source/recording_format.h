/* recording_format: what a recording says about the fields of kvm's events, and the names of exits.
 *
 * libtraceevent reads the kernel's own format files well, but a damaged one can crash it (1.7: in the
 * operators of "print fmt", and where that names a field that is missing). A text from elsewhere is
 * therefore not given to it as it is, but written anew in the simplest form there is, of what was
 * recognised as a field, or as a name of an exit reason. */
#ifndef SOURCE_RECORDING_FORMAT_H
#define SOURCE_RECORDING_FORMAT_H

#include <stddef.h>

#include "source/recording_head.h"
#include "source/trace_format.h"

/* Returns 0, or -errno with what is wrong in why (size bytes), as recording_head_init() does. There is
 * nothing to finish then. */
int recording_format_init(
	struct trace_format *f, const struct recording_head *head, char *why, size_t size);

#endif
