/* trace_instance: a tracefs instance of kvmtop's own, with kvm_exit and kvm_entry switched on in it.
 * Names and leftovers of instances are trace.h's. */
#ifndef SOURCE_TRACE_INSTANCE_H
#define SOURCE_TRACE_INSTANCE_H

#include <stddef.h>
#include <sys/types.h>

struct trace_instance;

/* Makes the instance under the mount point tracefs, with the clock "mono" and buffers for cpus CPUs;
 * nothing is recorded yet. Returns 0, or -errno and leaves *out alone. */
int trace_instance_new(struct trace_instance **out, const char *tracefs, int cpus);

/* Stops recording and removes the instance (NULL is ignored). Its descriptors must be closed by then. */
void trace_instance_free(struct trace_instance *instance);

/* Begins to record. Returns 0 or -errno. */
int trace_instance_start(struct trace_instance *instance);

/* A descriptor that a CPU's sub-buffers are read from without blocking, or -errno. */
int trace_instance_open_cpu(struct trace_instance *instance, int cpu);

/* The length of a sub-buffer, and of one CPU's whole buffer. */
size_t trace_instance_page_bytes(const struct trace_instance *instance);
size_t trace_instance_buffer_bytes(const struct trace_instance *instance);

#endif
