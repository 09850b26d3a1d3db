/* placement: where the threads of a VM may run, where they ran, and what their control groups hold back. */
#ifndef MODEL_PLACEMENT_H
#define MODEL_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "model/pair.h"

struct host_detail;
struct vm;

/* A control group that threads of the VM are in. Unknown is NAN; what is not limited is INFINITY. */
struct cgroup {
	const char *path; /* cleaned, NULL: unknown */
	const char *
		limit_path; /* of the group whose quota holds, which may be one above; NULL: none, or unknown */
	const char *cpus;  /* that its cpuset allows, NULL: unknown */
	unsigned version;  /* of the cpu controller, 0: unknown */
	double quota_cpus; /* CPU time per time: 0.5 is half a CPU */
	char quota[12];    /* the same as text: "0.50", "none"; "": unknown */
	double weight;     /* cpu.weight, or cpu.shares in version 1 */
	/* Of the last reading's time, which need not be the last interval: */
	double throttled_pct; /* time in which the limit held tasks back, in percent of one CPU */
	double throttled_periods_pct; /* periods in which it did, in percent of all periods with tasks */
	double memory_max_kib, memory_high_kib;
};

struct placement {
	bool known;
	int last_cpu; /* -1: unknown */
	int node;     /* of that CPU, -1: unknown */
	const char *
		cpus; /* it may run on: "all" where none is left out that is online; NULL: unknown */
	int cpu_count;              /* as many of those online, -1: unknown */
	bool is_pinned;             /* there are others online */
	const char *nodes;          /* it may take memory of; NULL: unknown */
	bool is_remote;             /* it ran on a node of which it may not take memory */
	const struct cgroup *group; /* NULL: unknown */
};

struct vm_placement {
	struct placement *threads; /* one for each of the VM's, in their order */
	struct cgroup *groups;
	size_t group_count;
	double throttled_pct; /* the highest of the groups' */
};

/* What the sample says of the VM, whose threads are up to date; allocated in d's arena. old: what it said before, or
 * NULL. */
const struct vm_placement *placement_update(struct host_detail *d, const struct vm *vm,
	const struct sample_pair *pair, const struct vm_placement *old);

/* Why a thread is worth a look, in a word or two; NULL: it is not. */
const char *placement_remark(const struct placement *p);

#endif
