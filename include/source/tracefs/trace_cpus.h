/* trace_cpus: gives every CPU's part of a tracefs instance a reader, also of CPUs that come later. */
#ifndef SOURCE_TRACEFS_TRACE_CPUS_H
#define SOURCE_TRACEFS_TRACE_CPUS_H

#include <stdbool.h>

struct trace_instance;
struct trace_ring;

/* The CPUs that this machine has, whether they are online or not: a vCPU may run on one as soon as it is
 * switched on, and its records must not wait for somebody to notice. */
#define TRACE_CPUS_PATH "/sys/devices/system/cpu/present"

/* All zero but for path is one that knows no CPU yet. */
struct trace_cpus {
	const char *path; /* borrowed: a list of CPUs, "0-3,8-11" */
	char list[4096];  /* as last read; "" at first */
	int watch;        /* an epoll descriptor that all readers' ones are to be in; -1: none */
};

/* Gives each CPU of the list that has no reader in ring one, of instance. Where one cannot be watched,
 * watch is closed and -1 from then on. A CPU that is gone from the
 * list keeps its reader: its last records are still to be read, and it may come back. Returns 0 or
 * -errno. */
int trace_cpus_update(
	struct trace_cpus *cpus, struct trace_instance *instance, struct trace_ring *ring);

#endif
