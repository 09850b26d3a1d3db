/* budget: decides how much is traced, so that tracing costs no more than was allowed. Pure: it is told
 * what was used, and says what to leave out. */
#ifndef SOURCE_TRACE_BUDGET_H
#define SOURCE_TRACE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "sample/sample.h"

/* What kvmtop may use. cpu_pct is kvmtop's own CPU time, in percent of one CPU. events_per_s is what
 * the guests pay: the kernel needs 0.3 to 0.5 us for each event it records, in the vCPU's own time, so
 * that the default takes 6 to 10 % of one CPU from all guests of the host together. */
struct budget_limits {
	double cpu_pct;
	double events_per_s;
};

#define BUDGET_CPU_PCT_DEFAULT 5.0
#define BUDGET_CPU_PCT_MIN 0.1
#define BUDGET_CPU_PCT_MAX 100.0
#define BUDGET_EVENTS_DEFAULT 200000
#define BUDGET_EVENTS_MIN 100
#define BUDGET_EVENTS_MAX 1000000000

/* The smallest and largest share of the time in which TRACING_SHED_TIME traces. */
#define BUDGET_DUTY_MIN 0.001
#define BUDGET_DUTY_MAX 1.0

/* Totals since any one moment. */
struct budget_usage {
	uint64_t time_ns;      /* CLOCK_MONOTONIC */
	uint64_t own_cpu_ns;   /* of all of kvmtop */
	uint64_t trace_cpu_ns; /* the part of it that went into reading events */
	uint64_t events;       /* recorded by the kernel: read or lost */
	uint64_t on_ns;        /* time in which events were recorded */
};

struct budget {
	struct budget_limits limits;
	enum tracing_shed level; /* what is to be left out now */
	double duty;             /* at TRACING_SHED_TIME: the share of the time to trace */

	/* The module's own. */
	bool measuring;
	struct budget_usage start; /* of the present window */
	double event_cpu_ns;       /* kvmtop's cost of an event, as last seen */
	double load;               /* 1: all of the budget, if all the time were traced */
	double rest_pct;           /* CPU that no shedding saves, smoothed */
	int over_windows;          /* so many windows in a row were over */
	uint64_t level_since_ns;
	uint64_t fits_since_ns; /* since when a lower level would clearly fit; 0: it would not */
	uint64_t hold_ns;       /* how long a level is kept before a lower one is tried */
	bool trying;            /* the present level is such a trial */
};

void budget_init(struct budget *b, const struct budget_limits *limits);

/* Begins to measure: what the last decision asked for is in force, and all events from before that are
 * counted in now. */
void budget_start(struct budget *b, const struct budget_usage *now);

/* Decides anew when enough time has passed since the last decision; useful[LEVEL] tells whether LEVEL
 * would leave out anything (TRACING_SHED_NOTHING is always useful). Returns whether level or duty has
 * changed. With the level, measuring stops until budget_start(). */
bool budget_update(
	struct budget *b, const struct budget_usage *now, const bool useful[TRACING_SHED__COUNT]);

/* Says that another VM is of interest now: what was learnt about waiting does not hold for it. */
void budget_forget(struct budget *b);

#endif
