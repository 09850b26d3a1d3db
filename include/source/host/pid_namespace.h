/* pid_namespace: are the process ids that the kernel itself tells those of this process' /proc? In tracepoints, in the
 * names of debugfs' folders and of kernel threads, and in its log they are those of the initial PID namespace; a
 * container has others, and the same number is another process there. */
#ifndef SOURCE_HOST_PID_NAMESPACE_H
#define SOURCE_HOST_PID_NAMESPACE_H

#include <stdbool.h>

#define PID_NAMESPACE_PATH "/proc/self/ns/pid"

/* Is the namespace that the link at path leads to ("pid:[4026531836]") another one than the initial one? Where that cannot
 * be read, it is not (Linux before 3.8 and kernels without namespaces have no other). */
bool pid_namespace_is_own(const char *path);

#endif
