/* json_exits: exit tables and interrupt lines as JSON, as report/json.h describes them. Each function
 * returns a new reference. */
#ifndef REPORT_JSON_EXITS_H
#define REPORT_JSON_EXITS_H

#include <jansson.h>

#include "model/model.h"

/* A VM's "exits", with their "latency"; null where they are not known. */
json_t *json_exits_of_vm(const struct vm *vm);

/* A thread's "exits", without. */
json_t *json_exits_of_thread(const struct thread *t);

/* A VM's "irq_lines"; null where they are not known. */
json_t *json_exits_irq_lines(const struct vm *vm, const struct host *host);

/* The host's "tracing". */
json_t *json_exits_tracing(const struct host *host);

#endif
