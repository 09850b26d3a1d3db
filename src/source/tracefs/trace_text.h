/* trace_text: takes from an event's format file what is needed of it, and only that. libtraceevent (1.7)
 * crashes or leaks when the text is cut or damaged, so it does not get to see it: it gets a text of
 * known form instead. */
#ifndef SOURCE_TRACEFS_TRACE_TEXT_H
#define SOURCE_TRACEFS_TRACE_TEXT_H

#include <stddef.h>

#include "core/text.h"

/* Appends to out a format file with the name, the ID, the fields that are plain numbers and an empty print
 * format. Whatever else is there, or does not have its usual form, is left out.
 * Returns 0, or -EINVAL when there is no name or no ID; out is then unchanged. */
int trace_text_extract(const char *text, size_t length, struct strbuf *out);

#endif
