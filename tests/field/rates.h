/* rates: how often a case's VM exits and its interrupt lines are asserted: what is named, what follows from it, and a
 * quiet guest's for the rest. */
#ifndef TESTS_FIELD_RATES_H
#define TESTS_FIELD_RATES_H

#include "case.h"
#include "model/model.h"

struct field_rates {
	double of[FIELD__COUNT]; /* what is named, and what follows from it */
	double other;
};

/* A figure of the case, or another value if it is not named. */
double field_figure_or(const struct field_case *c, enum field_figure figure, double otherwise);

/* Adds "FOLDER/figures: what" to why, and returns false. */
bool field_contradict(struct strbuf *why, const struct field_case *c, const char *what);

/* False, with a sentence in why, if figures contradict each other. */
bool field_rates_init(struct field_rates *r, const struct field_case *c, struct strbuf *why);

/* Books the exits of some seconds; vCPUs that use vcpu_cpu_pct halt for the rest of the time. */
void field_rates_exits(struct exit_table *t, const struct field_case *c,
	const struct field_rates *r, double vcpu_cpu_pct);

/* Books the interrupt lines, likewise. */
void field_rates_lines(struct irq_table *t, const struct field_rates *r);

/* Sets KVM's counters, which are read whether exits are traced or not. */
void field_rates_counters(
	struct vm_counters *k, const struct field_case *c, const struct field_rates *r);

#endif
