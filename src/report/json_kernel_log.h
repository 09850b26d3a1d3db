/* json_kernel_log: what the kernel's log says, as JSON, as report/json.h describes it. */
#ifndef REPORT_JSON_KERNEL_LOG_H
#define REPORT_JSON_KERNEL_LOG_H

#include <jansson.h>

#include "advice/findings.h"
#include "model/model.h"

/* "kernel_log": without the lines about VMs that are not m's. A new reference. */
json_t *json_kernel_log(const struct model *m, const struct findings *f);

#endif
