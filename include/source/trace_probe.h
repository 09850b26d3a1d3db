/* trace_probe: whether VM exits can be traced here, and if not, what would have to be done. */
#ifndef SOURCE_TRACE_PROBE_H
#define SOURCE_TRACE_PROBE_H

#include <stddef.h>

struct trace_format;

/* Reads the formats of KVM's events under the mount point tracefs (NULL: not mounted).
 * Returns 0, f is then to be finished; or -errno, and why (size bytes) says what to do. */
int trace_probe_format(const char *tracefs, struct trace_format *f, char *why, size_t size);

/* Writes to why what can be done about error (-errno) of an operation in tracefs. */
void trace_probe_explain(const char *tracefs, int error, char *why, size_t size);

#endif
