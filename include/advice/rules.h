/* rules: the table of what kvmtop can recognise. A rule looks at the evidence of one VM and says
 * whether it is so. */
#ifndef ADVICE_RULES_H
#define ADVICE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/evidence.h"
#include "advice/remedies.h"
#include "core/arena.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY__COUNT };

enum { NEEDS_EXITS = 1, NEEDS_CONFIG = 2 };

#define FINDING_REMEDY_MAX 4

struct finding;

/* A rule is one row: adding one is a row, a test function and a test just under and over its limit. */
struct rule {
	const char *id;         /* "R01" */
	const char *name;       /* "rtc-tick" */
	const char *title;      /* "The guest uses the RTC as its tick" */
	enum severity severity; /* what its findings start with */
	unsigned needs;         /* NEEDS_*: without these the rule is not asked */
	/* Is it so? Fills in summary, diagnosis and evidence of f, texts from arena, and raises f's
	 * severity where the case is worse. f is complete otherwise. */
	bool (*test)(const struct evidence *e, struct finding *f, struct arena *arena);
	enum remedy_id remedies[FINDING_REMEDY_MAX]; /* REMEDY_NONE ends the list */
	const char *help;                            /* limits and meaning, for the manual */
	const char *source;                          /* where it is documented */
};

extern const struct rule rules[];
extern const size_t rule_count;

/* "info", "warning", "critical". */
const char *severity_name(enum severity severity);

#endif
