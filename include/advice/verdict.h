/* verdict: what became of what was found: a baseline's findings held against the VM of now. */
#ifndef ADVICE_VERDICT_H
#define ADVICE_VERDICT_H

#include "advice/findings.h"
#include "core/text.h"
#include "model/baseline.h"

enum verdict {
	VERDICT_UNKNOWN, /* figures are missing, then or now */
	VERDICT_SOLVED,
	VERDICT_BETTER,
	VERDICT_NOT_BETTER,
	VERDICT_STILL_FOUND, /* and no exits of its own tell whether it became less */
	VERDICT_PENDING, /* neither better nor gone, but the guest does not run with the definition yet: not
				power-cycled, or resumed from a saved image with its old hardware */
	VERDICT__COUNT,
};

/* Solved: its exits went down by that much, and the VM takes less than that much of a CPU for each vCPU:
 * what an idle guest that is well configured needs (Red Hat's own tests ask for it). */
#define VERDICT_SOLVED_DROP_PCT 80.0
#define VERDICT_SOLVED_CPU_PCT 5.0
/* Better: one of the two went down by that much, and the other did not go up. Less is how figures vary. */
#define VERDICT_BETTER_DROP_PCT 20.0

/* Takes a baseline of vm with what is found there now. details: are MSRs and MMIO addresses traced? Pure. */
void verdict_take_baseline(struct baseline *b, const struct vm *vm, const struct findings *found,
	bool details, uint64_t real_ns);

/* The verdict on one finding of b. What is among found, the findings of now, is not solved, however quiet the
 * VM has become. *before and *now (may be NULL): exits per second of what it is about, or of all but halts
 * where that cannot be told apart then or now. */
enum verdict verdict_of(const struct baseline *b, const struct baseline_finding *finding,
	const struct vm *vm, const struct findings *found, bool details, double *before,
	double *now);

/* Adds "RTC polling 17,903/s -> 0/s; host CPU 131.9 % -> 6.6 %: solved", or "The host's own clock is bad; host
 * CPU 131.9 % -> 6.6 %: still found". */
void verdict_describe(struct strbuf *out, const struct baseline *b,
	const struct baseline_finding *finding, const struct vm *vm, const struct findings *found,
	bool details);

/* "solved", "better", "not better", "still found", "not in effect yet"; NULL when unknown. */
const char *verdict_name(enum verdict verdict);

#endif
