/* report: the same figures and findings without a screen. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "advice/findings.h"
#include "model/model.h"

#ifndef KVMTOP_VERSION
#define KVMTOP_VERSION "unknown"
#endif

enum report_format { REPORT_TEXT, REPORT_JSON };

/* Writes one tick: JSON as one object on one line, text as tables. Returns 0 or -errno of the write
 * (-EPIPE when the reader is gone). */
int report_tick(
	FILE *out, enum report_format format, const struct model *m, const struct findings *f);

/* When the sample was taken, as RFC 3339 has it, in UTC: "2018-09-02T14:07:31.250Z". Writes to out
 * (size bytes), returns out. */
const char *report_time(uint64_t real_ns, char *out, size_t size);

#endif
