/* trace_names: the names of exit reasons, from the __print_symbolic() tables in the print format of
 * the running kernel's kvm_exit. */
#ifndef SOURCE_TRACEFS_TRACE_NAMES_H
#define SOURCE_TRACEFS_TRACE_NAMES_H

#include <stdint.h>

#include "sample/sample.h"

struct tep_event;
struct trace_names;

/* All names that the event's print format holds; none when it holds no tables. */
struct trace_names *trace_names_new(const struct tep_event *kvm_exit)
	__attribute__((returns_nonnull));
void trace_names_free(struct trace_names *names);

/* The name, "0x99" for a reason without one. Valid until trace_names_free(). */
const char *trace_names_get(struct trace_names *names, enum exit_isa isa, uint32_t reason);

#endif
