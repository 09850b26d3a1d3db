/* detail: what an exit was about, by name: I/O ports, MSRs, MMIO addresses and interrupt lines of a PC
 * as QEMU makes it. */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

/* "port", "msr", "mmio"; NULL for no detail. */
const char *detail_kind(enum exit_detail detail);

/* "in", "out", "read", "write"; NULL for no detail. */
const char *detail_direction(enum exit_detail detail);

/* The device behind a port or an address ("RTC", "ACPI PM timer", "HPET"), or the name of an MSR
 * ("HV_X64_MSR_EOI", "TSC_DEADLINE"). NULL: unknown. */
const char *detail_device(enum exit_detail detail, uint64_t number);

/* The device that usually sits at an interrupt line ("RTC", "PIT/HPET"), or NULL. */
const char *detail_irq_device(uint32_t gsi);

/* One line's text to out: "RTC 0x71 in", "MSR HV_X64_MSR_EOI 0x40000070 write", "HPET 0xfed000f0
 * read", "port 0x5658 out". Returns out. */
const char *detail_describe(const struct exit_key *key, char *out, size_t size);

#endif
