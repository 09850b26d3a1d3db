/* proc: the host and its VMs from /proc. A VM is a process that holds an anon_inode:kvm-vm
 * descriptor, whoever started it. */
#ifndef SOURCE_HOST_PROC_H
#define SOURCE_HOST_PROC_H

#include <stddef.h>
#include <sys/types.h>

#include "source/source.h"

/* Where the figures of VMs' threads come from; they are the same. */
enum proc_threads_way {
	PROC_THREADS_FILES,    /* a file or two of /proc for each thread */
	PROC_THREADS_CHEAPEST, /* that, or the next, whichever takes less at each collect */
	PROC_THREADS_BPF,      /* one read of a BPF program, where this kernel takes it */
};

struct proc_config {
	const char *root;  /* "/proc" or a copy of it for tests */
	const pid_t *only; /* just these pids are looked at; NULL: all */
	size_t only_count;
	enum proc_threads_way threads; /* for other roots than /proc: PROC_THREADS_FILES */
};

/* The configuration is copied. Never NULL. */
struct source *proc_open(const struct proc_config *config);

#endif
