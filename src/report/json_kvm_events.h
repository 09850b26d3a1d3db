/* json_kvm_events: KVM's tracepoints, counted. */
#ifndef REPORT_JSON_KVM_EVENTS_H
#define REPORT_JSON_KVM_EVENTS_H

#include <jansson.h>

#include "model/model.h"

/* Null while they are not wanted; else an object as report/json.h says. The caller owns it. */
json_t *json_kvm_events(const struct model *m);

#endif
