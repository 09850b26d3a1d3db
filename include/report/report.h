/* report: the same figures and findings without a screen. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "advice/findings.h"
#include "model/model.h"
#include "report/csv.h"

enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON };

struct report_form {
	enum report_format format;
	enum report_rows rows; /* of REPORT_CSV */
};

/* Before all else that is written to out: from now on a tick is one write, so that no reader sees half of one. Writes
 * the header line of REPORT_CSV. Returns as report_tick(). */
int report_begin(FILE *out, struct report_form form);

/* Writes one tick: JSON as one object on one line, text as tables, CSV as a line for each row. Returns 0 or -errno of
 * the write (-EPIPE when the reader is gone). */
int report_tick(
	FILE *out, struct report_form form, const struct model *m, const struct findings *f);

/* Writes the advice on the VM only, or with NULL on all of them: text, or one JSON object on one line.
 * Returns as report_tick(). */
int report_advice(FILE *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only);

#endif
