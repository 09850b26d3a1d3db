/* trace_format: where the fields of a kvm event lie and what its exit reasons are called, taken from
 * the kernel's own format files. */
#ifndef SOURCE_TRACE_FORMAT_H
#define SOURCE_TRACE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

struct tep_handle;

/* A field of a record. size 0: this kernel's event does not have it. */
struct trace_field {
	uint16_t offset;
	uint16_t size; /* 1, 2, 4 or 8 */
};

struct trace_format {
	int exit_id; /* common_type of kvm_exit; -1: there is no such event */
	int entry_id;
	struct trace_field type; /* common_type */
	struct trace_field pid;  /* common_pid: the thread */
	struct trace_field exit_reason, exit_isa, exit_info1, exit_vcpu;
	struct trace_field exit_ret; /* arm64: reason is ret, or esr_ec when ret says TRAP */
	struct trace_names *names;
};

/* Reads the formats of kvm_exit and kvm_entry that tep knows. Returns 0, or -ENOENT when an event or
 * a field that cannot be done without is missing; why (size bytes) then says so in a sentence. */
int trace_format_init(struct trace_format *f, struct tep_handle *tep, char *why, size_t size);
void trace_format_fini(struct trace_format *f);

/* The name of an exit reason, "0x99" for an unknown one. Valid until trace_format_fini(). */
const char *trace_format_reason(struct trace_format *f, enum exit_isa isa, uint32_t reason);

/* A field's value, in the byte order of this machine; 0 when the event does not have it. */
static inline uint64_t trace_field_get(struct trace_field field, const void *record)
{
	const unsigned char *p = (const unsigned char *)record + field.offset;

	switch (field.size) {
	case 1:
		return *p;
	case 2:
		return *(const uint16_t *)(const void *)p;
	case 4:
		return *(const uint32_t *)(const void *)p;
	case 8:
		return *(const uint64_t *)(const void *)p;
	default:
		return 0;
	}
}

#endif
