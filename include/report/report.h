/* report: the same figures and findings without a screen. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "advice/findings.h"
#include "model/model.h"

enum report_format { REPORT_TEXT, REPORT_JSON };

/* Writes one tick: JSON as one object on one line, text as tables. Returns 0 or -errno of the write
 * (-EPIPE when the reader is gone). */
int report_tick(
	FILE *out, enum report_format format, const struct model *m, const struct findings *f);

/* Writes the advice on the VM only, or with NULL on all of them: text, or one JSON object on one line.
 * Returns as report_tick(). */
int report_advice(FILE *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only);

#endif
