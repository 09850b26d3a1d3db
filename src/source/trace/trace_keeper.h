/* trace_keeper: keeps an instance within the budget: measures, decides (budget.h), carries out
 * (trace_shed.h), and tells the sample what was left out. */
#ifndef SOURCE_TRACE_TRACE_KEEPER_H
#define SOURCE_TRACE_TRACE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"
#include "source/trace/budget.h"
#include "source/trace/trace_shed.h"

/* What was in force since the last report. */
struct trace_interval {
	uint64_t begin_ns, begin_on_ns;
	enum tracing_shed shed; /* the most */
	bool details;           /* all the time */
};

struct trace_keeper {
	struct trace_shed shed;
	struct budget budget;
	struct trace_interval interval;
	bool vms_known;      /* since a report */
	bool has_other_vms;  /* beside the one that would be left */
	bool has_hidden_vms; /* that are not in the samples */
	uint64_t settled_ns; /* what is recorded later is recorded as the budget says */
};

/* Of an instance that records all threads and no details. */
void trace_keeper_init(struct trace_keeper *k, struct trace_instance *instance,
	const struct budget_limits *limits, bool details);
void trace_keeper_fini(struct trace_keeper *k);

/* Does what is due. totals: what was read so far; cpu_ns: CPU time that went into it. Returns the time to
 * the next switch of recording, in ns, or UINT64_MAX. */
uint64_t trace_keeper_work(
	struct trace_keeper *k, const struct sample_tracing *totals, uint64_t cpu_ns);

/* Writes what was traced since the last report to s->tracing, and begins anew. Then, from s: selected,
 * or 0, is the process of the VM that is to be left when others are shed, and details says whether
 * details are wanted. counters_root: see kvm_counters.h. */
void trace_keeper_report(struct trace_keeper *k, struct sample *s, pid_t selected, bool details,
	const char *counters_root);

#endif
