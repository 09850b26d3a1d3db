/* json_machine: the "machine" of report/json.h. */
#ifndef REPORT_JSON_MACHINE_H
#define REPORT_JSON_MACHINE_H

#include <jansson.h>

#include "domain/config.h"

/* A new reference; null when config is NULL or tells nothing, not even a stack. */
json_t *json_machine(const struct domain_config *config);

#endif
