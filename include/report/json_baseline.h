/* json_baseline: baselines as JSON: in a file of their own, and held against now in a report. */
#ifndef REPORT_JSON_BASELINE_H
#define REPORT_JSON_BASELINE_H

#include <jansson.h>
#include <stdbool.h>

#include "advice/findings.h"
#include "model/baseline.h"

/* The text of a baseline's file; the caller frees it. NULL when memory is short. */
char *json_baseline_write(const struct baseline *b);

/* Reads such a text. False, with one sentence in why, when it is none: it may be damaged, or of another
 * version. Texts are cleaned and numbers checked: it goes to the screen. */
bool json_baseline_read(struct baseline *b, const char *text, char *why, size_t size);

/* A VM's "baseline" of report/json.h: a new reference; null when there is none. */
json_t *json_baseline_of_vm(const struct model *m, const struct findings *f, const struct vm *vm);

#endif
