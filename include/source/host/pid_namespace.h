/* pid_namespace: does kvmtop run in the initial PID namespace? Tracepoints, the names of debugfs' folders and of kernel
 * threads, and the kernel log use its PIDs; in the /proc of another namespace (a container) the same number is another
 * process. */
#ifndef SOURCE_HOST_PID_NAMESPACE_H
#define SOURCE_HOST_PID_NAMESPACE_H

#include <stdbool.h>

#define PID_NAMESPACE_PATH "/proc/self/ns/pid"

/* Is the namespace that the link at path leads to ("pid:[4026531836]") another one than the initial one? Where that cannot
 * be read, it is not (Linux before 3.8 and kernels without namespaces have no other). */
bool pid_namespace_is_own(const char *path);

#endif
