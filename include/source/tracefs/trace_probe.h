/* trace_probe: whether VM exits can be traced here, and if not, what would have to be done. */
#ifndef SOURCE_TRACEFS_TRACE_PROBE_H
#define SOURCE_TRACEFS_TRACE_PROBE_H

#include <stddef.h>

struct trace_format;

/* The directory where tracefs is mounted, from mounts_path ("/proc/mounts"), written to out (size
 * bytes). Nothing is mounted. Returns 0, or -ENOENT when tracefs is not mounted. */
int trace_probe_find(const char *mounts_path, char *out, size_t size);

/* Reads the formats of KVM's events under the mount point tracefs (NULL: not mounted).
 * Returns 0, f is then to be finished; or -errno, and why (size bytes) says what to do. */
int trace_probe_format(const char *tracefs, struct trace_format *f, char *why, size_t size);

/* Writes to why what can be done about error (-errno) of an operation in tracefs. */
void trace_probe_explain(const char *tracefs, int error, char *why, size_t size);

#endif
