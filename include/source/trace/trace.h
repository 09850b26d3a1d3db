/* trace: VM exits and what they were about while that is wanted, counted by BPF programs in the kernel; or,
 * where it cannot do that, from records in a tracefs instance of kvmtop's own, read raw per CPU and merged
 * by time, within a budget. The host's own tracing state is never touched. */
#ifndef SOURCE_TRACE_TRACE_H
#define SOURCE_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/source.h"
#include "source/trace/budget.h"

/* How exits are counted: in the kernel by BPF programs (exits_bpf.h), or by records in a ring; or by
 * whichever costs the guests less here. */
enum trace_method { TRACE_AUTO, TRACE_BPF, TRACE_RING };

struct trace_config {
	enum trace_method method;
	const char *tracefs;       /* the mount point; NULL: there is none */
	const char *cpus_path;     /* NULL: TRACE_CPUS_PATH */
	const char *counters_root; /* NULL: KVM_COUNTERS_ROOT */
	const char *clock_path;    /* NULL: TRACE_CLOCK_SOURCE_PATH */
	struct budget_limits limits;
	uint32_t
		pid_namespace; /* of kvmtop's own (pid_namespace.h): records have other numbers for threads, only BPF
				   programs know kvmtop's; 0: the host's */
};

/* Opens at the first work() or collect(), not here, so that the first frame does not wait; tries again
 * every few seconds. Copies config. Never NULL. */
struct source *trace_open(const struct trace_config *config);

/* The following two do nothing with NULL and with a source that is not trace_open()'s. */

/* Says whether anybody looks at what exits were about: MSRs, MMIO addresses and interrupt lines are
 * traced only then. Holds from the next collect on, so that each interval has them or has them not. */
void trace_want_details(struct source *source, bool wanted);

/* Says which VM is to be left when the budget allows only one; 0: the one with the most exits. Holds
 * from the next collect on. */
void trace_select(struct source *source, pid_t pid);

#endif
