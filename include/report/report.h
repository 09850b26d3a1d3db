/* report: the same figures and findings without a screen. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "advice/findings.h"
#include "core/text.h"
#include "model/model.h"
#include "report/csv.h"

enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON };

struct report_form {
	enum report_format format;
	enum report_rows rows; /* of REPORT_CSV */
};

/* What comes before all ticks: the header line of REPORT_CSV. Adds to out. */
void report_begin(struct strbuf *out, struct report_form form);

/* Adds one tick to out: JSON as one object on one line, text as tables, CSV as a line for each row. Returns 0, or -ENOMEM
 * with out as it was. */
int report_tick(struct strbuf *out, struct report_form form, const struct model *m,
	const struct findings *f);

/* Adds the advice on the VM only, or with NULL on all of them: text, or one JSON object on one line.
 * Returns as report_tick(). */
int report_advice(struct strbuf *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only);

#endif
