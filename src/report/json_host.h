/* json_host: the host's details and where threads may run as JSON, as report/json.h describes them. Each function
 * returns a new reference; null where nobody asked for it. */
#ifndef REPORT_JSON_HOST_H
#define REPORT_JSON_HOST_H

#include <jansson.h>

#include "model/model.h"

/* The host's "details". */
json_t *json_host_details(const struct model *m);

/* A VM's "cgroup". */
json_t *json_host_cgroup(const struct vm *vm);

/* The "placement" of the VM's thread by its index. */
json_t *json_host_placement(const struct vm *vm, size_t thread);

#endif
