/* trace_format: where the fields of KVM's events lie and what the exit reasons are called, taken from
 * the kernel's own format files. */
#ifndef SOURCE_TRACEFS_TRACE_FORMAT_H
#define SOURCE_TRACEFS_TRACE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sample/sample.h"

struct tep_handle;
struct trace_names;

/* A field of a record. size 0: this kernel's event does not have it. */
struct trace_field {
	uint16_t offset;
	uint16_t size; /* 1, 2, 4 or 8 */
};

struct trace_format {
	int exit_id; /* common_type of kvm_exit */
	int entry_id;
	int reenter_id; /* LoongArch: kvm_reenter, where entry_id is kvm_enter's; else -1 */
	int msr_id, mmio_id, irq_id; /* kvm_msr, kvm_mmio, kvm_set_irq; -1: not to be had here */
	struct trace_field type;     /* common_type, always 2 bytes */
	struct trace_field pid;      /* common_pid, the thread, always 4 */
	struct trace_field exit_reason, exit_isa, exit_info1, exit_vcpu;
	struct trace_field exit_ret; /* arm64: reason is ret, or esr_ec when ret says TRAP */
	enum exit_isa reason_isa;    /* of exit_reason; EXIT_ISA_UNKNOWN: exit_isa tells */
	struct trace_field entry_vcpu;
	struct trace_field msr_write, msr_number;
	struct trace_field mmio_type, mmio_address;
	struct trace_field irq_gsi, irq_level;
	/* kvm_exit and kvm_entry have these fields as x86 has them since Linux 5.10: no ret, 8 bytes
	 * of info1, 4 of all others. */
	bool usual;
	uint16_t common_size; /* a shorter record does not hold type and pid, */
	uint16_t exit_size, entry_size, msr_size, mmio_size, irq_size; /* or its event's fields */
	struct trace_names *names;
};

/* What was read from format files, one after the other. */
struct trace_formats {
	struct tep_handle *tep;
	struct trace_names *names; /* NULL: trace_format_init() has taken them */
};

/* The events whose format files trace_format uses, ended by NULL; no kernel has all of them. */
extern const char *const trace_format_events[];

/* Returns 0 or -ENOMEM; there is nothing to finish then. */
int trace_formats_init(struct trace_formats *from);
void trace_formats_fini(struct trace_formats *from);

/* Adds what is needed of the format file of an event of kvm; of a damaged one that may be nothing. Returns 0
 * or -EINVAL: this is no format file. */
int trace_formats_add(struct trace_formats *from, const char *text, size_t length);

/* Whether there are kvm_exit and an event that ends an exit. */
bool trace_formats_complete(const struct trace_formats *from);

/* Takes what was added. Returns 0, or -ENOENT when an event or a field that
 * cannot be done without is missing; why (size bytes) then says so in a sentence, and there is nothing
 * to finish. kvm_msr, kvm_mmio and kvm_set_irq can be done without, and so can what some kernels'
 * kvm_exit does not tell. */
int trace_format_init(struct trace_format *f, struct trace_formats *from, char *why, size_t size);
void trace_format_fini(struct trace_format *f);

/* The name of an exit reason, "0x99" for an unknown one. Valid until trace_format_fini(). */
const char *trace_format_reason(struct trace_format *f, enum exit_isa isa, uint32_t reason);

/* The value of a field that has 2, 4 or 8 bytes, in the byte order of this machine. Records are aligned
 * to 4 bytes only, so an 8-byte field may lie across. */
static inline uint16_t trace_field_get16(struct trace_field field, const void *record)
{
	uint16_t value;

	memcpy(&value, (const unsigned char *)record + field.offset, sizeof value);
	return value;
}

static inline uint32_t trace_field_get32(struct trace_field field, const void *record)
{
	uint32_t value;

	memcpy(&value, (const unsigned char *)record + field.offset, sizeof value);
	return value;
}

static inline uint64_t trace_field_get64(struct trace_field field, const void *record)
{
	uint64_t value;

	memcpy(&value, (const unsigned char *)record + field.offset, sizeof value);
	return value;
}

/* The value of a field of any size; 0 when the event does not have it. */
static inline uint64_t trace_field_get(struct trace_field field, const void *record)
{
	switch (field.size) {
	case 1:
		return ((const unsigned char *)record)[field.offset];
	case 2:
		return trace_field_get16(field, record);
	case 4:
		return trace_field_get32(field, record);
	case 8:
		return trace_field_get64(field, record);
	default:
		return 0;
	}
}

#endif
