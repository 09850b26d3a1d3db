/* pid_namespace: does kvmtop run in the initial PID namespace? Tracepoints, the names of debugfs' folders and of kernel
 * threads, and the kernel log use its PIDs; in the /proc of another namespace (a container) the same number is another
 * process. */
#ifndef SOURCE_HOST_PID_NAMESPACE_H
#define SOURCE_HOST_PID_NAMESPACE_H

#include <stdint.h>

#define PID_NAMESPACE_PATH "/proc/self/ns/pid"

/* The number of the namespace that the link at path leads to ("pid:[4026532567]"); 0 for the initial one. Where that cannot
 * be read, it is that (Linux before 3.8 and kernels without namespaces have no other). */
uint32_t pid_namespace_number(const char *path);

#define TIME_NAMESPACE_PATH "/proc/self/ns/time"

/* The same for a time namespace ("time:[4026531834]"), in which CLOCK_MONOTONIC and start times may have an offset (Linux 5.6
 * and later). */
uint32_t time_namespace_number(const char *path);

#endif
