/* recording_format: writes an event's format text anew, in the simplest form there is.
 *
 * libtraceevent reads the kernel's own format files well, but a damaged one can crash it (1.7: in the
 * operators of "print fmt"). A file from elsewhere is therefore not given to it as it is: only what was
 * recognised as a field, or as a name of an exit reason, is. */
#ifndef SOURCE_RECORDING_FORMAT_H
#define SOURCE_RECORDING_FORMAT_H

#include <stdbool.h>

#include "core/text.h"

/* Adds the format in text to out. False when it is none; out may have a part of it then. */
bool recording_format_rewrite(struct strbuf *out, const char *text);

#endif
