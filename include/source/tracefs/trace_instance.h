/* trace_instance: a tracefs instance of kvmtop's own, with kvm_exit and kvm_entry switched on in it. */
#ifndef SOURCE_TRACEFS_TRACE_INSTANCE_H
#define SOURCE_TRACEFS_TRACE_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct trace_instance;

/* Instances are named kvmtop-PID-STARTTICKS, so that a later kvmtop can tell whose they were. */
#define TRACE_INSTANCE_PREFIX "kvmtop-"

/* The name of this process' instance, written to out. */
void trace_instance_name(char *out, size_t size);

/* Removes instances under tracefs/instances that a kvmtop which no longer runs has left. Returns how
 * many. */
int trace_instance_remove_leftovers(const char *tracefs);

/* Makes the instance under the mount point tracefs, with the clock "mono" and buffers for cpus CPUs;
 * nothing is recorded yet. Returns 0, or -errno and leaves *out alone. */
int trace_instance_new(struct trace_instance **out, const char *tracefs, int cpus);

/* Stops recording and removes the instance (NULL is ignored). Its descriptors must be closed by then. */
void trace_instance_free(struct trace_instance *instance);

/* Gives it another clock, which empties the buffers. Returns 0 or -errno. */
int trace_instance_set_clock(struct trace_instance *instance, const char *clock);

/* Begins to record. Returns 0 or -errno. */
int trace_instance_start(struct trace_instance *instance);

/* Switches the events on or off that tell what an exit was about: kvm_msr, kvm_mmio, kvm_set_irq. One
 * that this kernel does not have is passed over. Returns how many there are. */
int trace_instance_set_details(struct trace_instance *instance, bool on);

/* Records the events of these threads alone; count 0: of all. For a moment in between, all threads are
 * recorded. Returns 0 or -errno; then all threads are recorded. */
int trace_instance_set_threads(struct trace_instance *instance, const pid_t *tids, size_t count);

/* Lets recording pause, and go on. Returns 0 or -errno. */
int trace_instance_set_recording(struct trace_instance *instance, bool on);

/* Lets the CPUs' descriptors poll readable when so many percent of a buffer are used, not when there is
 * anything at all. Returns 0, or -errno where the kernel cannot do that (before 5.0). */
int trace_instance_set_watermark(struct trace_instance *instance, int percent);

/* A descriptor that a CPU's sub-buffers are read from without blocking, or -errno. */
int trace_instance_open_cpu(struct trace_instance *instance, int cpu);

/* A descriptor that the state of the first CPU's buffer is read from, or -errno. */
int trace_instance_open_stats(struct trace_instance *instance);

/* The length of a sub-buffer, and of one CPU's whole buffer. */
size_t trace_instance_page_bytes(const struct trace_instance *instance);
size_t trace_instance_buffer_bytes(const struct trace_instance *instance);

#endif
