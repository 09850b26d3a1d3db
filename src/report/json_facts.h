/* json_facts: KVM's counters and the host's platform as JSON, as report/json.h describes them. Each
 * function returns a new reference. */
#ifndef REPORT_JSON_FACTS_H
#define REPORT_JSON_FACTS_H

#include <jansson.h>

#include "model/model.h"

/* A VM's "counters". */
json_t *json_facts_counters(const struct vm_counters *c);

/* The host's "platform". */
json_t *json_facts_platform(const struct sample_platform *p);

#endif
