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
 * ("HV EOI", "TSC_DEADLINE"). NULL: unknown. The tables: model/detail_names.h. */
const char *detail_device(enum exit_detail detail, uint64_t number);

/* The device that usually sits at an interrupt line ("RTC", "PIT/HPET"), or NULL. */
const char *detail_irq_device(uint32_t gsi);

/* Room for every text of detail_describe(). */
#define DETAIL_TEXT_MAX 48

/* One line's text to out, the name first, as a narrow column cuts what is behind: "RTC 0x71 in",
 * "HV EOI 0x40000070 write", "HPET 0xfed000f0 read"; without a name "port 0x1234 out", "MSR 0x150 read",
 * "MMIO 0xfebf1000 write"; "" for no detail. Returns out. */
const char *detail_describe(const struct exit_key *key, char *out, size_t size);

/* The same without the direction: "RTC 0x71". */
const char *detail_describe_number(const struct exit_key *key, char *out, size_t size);

#endif
