/* trace_shed: carries out in a tracefs instance what the budget decides: which events are recorded, of
 * which threads, and when. Knows no budget, reads no records. */
#ifndef SOURCE_TRACE_TRACE_SHED_H
#define SOURCE_TRACE_TRACE_SHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"

struct trace_instance;

struct trace_shed {
	struct trace_instance *instance; /* borrowed */
	enum tracing_shed level;

	bool details_wanted;
	bool details;        /* they are being recorded */
	bool has_no_details; /* this kernel has no such events */

	pid_t pid;   /* of the VM that is left at TRACING_SHED_VMS */
	pid_t *tids; /* its threads that make exits, in order */
	size_t tid_count;
	bool filtered;      /* only they are recorded */
	bool cannot_filter; /* this kernel cannot */

	double duty;
	bool on;              /* recording */
	uint64_t on_since_ns; /* or since when it is off */
	uint64_t on_ns;       /* all the time before on_since_ns that it was on */
	uint64_t edge_ns;     /* when it is to be switched; UINT64_MAX: it stays on */

	/* Up to this moment the records are from before a switch: what is open then was recorded
	 * with another set of threads, or before a pause, and is to be dropped. 0: none. A later
	 * switch replaces an earlier one: what it left open could not be closed in between. */
	uint64_t cut_ns;
};

/* Of an instance that records all threads and no details. */
void trace_shed_init(struct trace_shed *s, struct trace_instance *instance, uint64_t now_ns);
void trace_shed_fini(struct trace_shed *s);

/* Which details are wanted, while the level allows them. */
void trace_shed_want_details(struct trace_shed *s, bool wanted);

/* Which VM is left when others are shed: pid, and its threads that make exits (copied). */
void trace_shed_select(
	struct trace_shed *s, pid_t pid, const pid_t *tids, size_t count, uint64_t now_ns);

/* Carries out a level; duty counts at TRACING_SHED_TIME. */
void trace_shed_set(struct trace_shed *s, enum tracing_shed level, double duty, uint64_t now_ns);

/* Switches recording off and on when that is due. Returns the time to the next switch, in ns, or
 * UINT64_MAX. */
uint64_t trace_shed_work(struct trace_shed *s, uint64_t now_ns);

/* The time in which was recorded since trace_shed_init(). */
uint64_t trace_shed_on_ns(const struct trace_shed *s, uint64_t now_ns);

#endif
