/* trace_reason: which field of kvm_exit holds the reason, and how it becomes the reason of an exit_key,
 * which has 32 bits and an ISA. */
#ifndef SOURCE_TRACEFS_TRACE_REASON_H
#define SOURCE_TRACEFS_TRACE_REASON_H

#include <stdint.h>

#include "sample/sample.h"

/* The ISA of the reasons in a field of that name ("scause"); EXIT_ISA_UNKNOWN where another field holds it,
 * EXIT_ISA__COUNT for a field that holds no reason. */
enum exit_isa trace_reason_isa(const char *field);

struct trace_reason {
	enum exit_isa isa;
	uint32_t number;
	uint32_t rest; /* upper bits of the value that number does not hold */
};

/* Of a value in a field of that ISA. */
struct trace_reason trace_reason_split(enum exit_isa isa, uint64_t value);

/* The value as the kernel has it. */
uint64_t trace_reason_join(enum exit_isa isa, uint32_t number);

#endif
