/* judge: kvmtop's findings in a field case, in the form of the file `expected`. */
#ifndef TESTS_FIELD_JUDGE_H
#define TESTS_FIELD_JUDGE_H

#include "case.h"

/* Findings in kvmtop's order, then the listed records of the log. */
struct field_verdict {
	struct arena arena; /* owns the texts */
	const char *lines[FIELD_LINES_MAX];
	size_t count;
};

/* Judges c. False, with a sentence in why, if its figures contradict each other. v is overwritten; release it in either
 * case. */
bool field_judge(struct field_verdict *v, const struct field_case *c, struct strbuf *why);
void field_verdict_fini(struct field_verdict *v);

/* Adds a line to out for each difference between v and what c expects. Remedies have to begin with those expected. */
void field_case_compare(
	const struct field_verdict *v, const struct field_case *c, struct strbuf *out);

#endif
