/* trace: kvm_exit and kvm_entry from a tracefs instance of kvmtop's own, read raw per CPU and merged
 * by time. The host's own tracing state is never touched. */
#ifndef SOURCE_TRACE_H
#define SOURCE_TRACE_H

#include <stddef.h>

#include "source/source.h"

/* Instances are named kvmtop-PID-STARTTICKS, so that a later kvmtop can tell whose they were. */
#define TRACE_INSTANCE_PREFIX "kvmtop-"

/* The directory where tracefs is mounted, from mounts_path ("/proc/mounts"), written to out (size
 * bytes). Nothing is mounted. Returns 0, or -ENOENT when tracefs is not mounted. */
int trace_find_tracefs(const char *mounts_path, char *out, size_t size);

/* The name of this process' instance, written to out. */
void trace_instance_name(char *out, size_t size);

/* Removes instances under tracefs/instances that a kvmtop which no longer runs has left. Returns how
 * many. */
int trace_remove_leftovers(const char *tracefs);

/* tracefs: the mount point, NULL when there is none. Opens at the first work() or collect(), not
 * here, so that the first frame does not wait; tries again every few seconds. Never NULL. */
struct source *trace_open(const char *tracefs);

#endif
