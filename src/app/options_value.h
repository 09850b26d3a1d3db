/* options_value: reads what options take as their arguments. Each returns 0, or -EINVAL with one sentence in
 * why (size bytes); texts are borrowed. */
#ifndef APP_OPTIONS_VALUE_H
#define APP_OPTIONS_VALUE_H

#include "app/options.h"

/* A number from least to most and nothing besides; false where the text is another one. A locale with decimal
 * commas does not change what "0.5" means: the program calls setlocale() for LC_CTYPE only. */
bool options_value_whole(const char *text, long least, long most, long *out);
bool options_value_number(const char *text, double least, double most, double *out);

/* "1234,5678", added to those that were given before. */
int options_value_pids(struct options *o, const char *text, char *why, size_t size);

/* "5", "2.5,100000". */
int options_value_budget(struct budget_limits *limits, const char *text, char *why, size_t size);

/* "100M", "2G", "5000000". */
int options_value_size(uint64_t *bytes, const char *text, char *why, size_t size);

/* "auto", "bpf", "ring". */
int options_value_tracer(enum trace_method *method, const char *text, char *why, size_t size);

/* "text", "csv", "json". */
int options_value_format(struct options *o, const char *text, char *why, size_t size);

/* "vms", "threads", "exits". */
int options_value_rows(struct options *o, const char *text, char *why, size_t size);

/* "events,symbols". */
int options_value_with(struct options *o, const char *text, char *why, size_t size);

/* A VM's name, UUID or process id, added to those that were given before. */
int options_value_vm(struct options *o, const char *vm, char *why, size_t size);

/* A VM's name or UUID, once. */
int options_value_undo(struct options *o, const char *vm, char *why, size_t size);

#endif
