/* trace_names: the names of exit reasons, from the tables of names in the print format of the running
 * kernel's kvm_exit. */
#ifndef SOURCE_TRACEFS_TRACE_NAMES_H
#define SOURCE_TRACEFS_TRACE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

struct trace_names;

/* Knows no name yet. */
struct trace_names *trace_names_new(void) __attribute__((returns_nonnull));
void trace_names_free(struct trace_names *names);

/* Adds all names that the text of a format file holds. Of two for one reason the first counts, as it does
 * for the kernel. Where an event with a field isa has two tables of exit_reason, in a choice that is not understood,
 * the first is VMX's and the second SVM's. */
void trace_names_add(struct trace_names *names, const char *text, size_t length);

/* The name; for a reason without one the number as the kernel has it, "0x99". Valid until
 * trace_names_free(). */
const char *trace_names_get(struct trace_names *names, enum exit_isa isa, uint32_t reason);

#endif
