/* json_findings: what was found of a VM and what to change, as JSON, as report/json.h describes it. */
#ifndef REPORT_JSON_FINDINGS_H
#define REPORT_JSON_FINDINGS_H

#include <jansson.h>

#include "advice/findings.h"
#include "model/model.h"

/* A VM's "findings": a new reference. */
json_t *json_findings(const struct vm *vm, const struct findings *f);

#endif
