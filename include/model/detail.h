/* detail: what an exit was about, by name: I/O ports, MSRs, MMIO addresses and interrupt lines of a machine
 * as QEMU makes it. */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include <stddef.h>
#include <stdint.h>

#include "sample/domain.h"
#include "sample/sample.h"

/* Where a VM has its devices: what is at an address or a line. */
enum detail_board {
	DETAIL_BOARD_UNKNOWN, /* not known; but a PC for an exit of an x86 processor */
	DETAIL_BOARD_SMALL, /* x86 without most of a PC's devices: QEMU's microvm, Firecracker, crosvm */
	DETAIL_BOARD_PC,
	DETAIL_BOARD_ARM_VIRT, /* QEMU's machine virt */
	DETAIL_BOARD_RISCV_VIRT,
	DETAIL_BOARD_OTHER, /* a known machine without a table of its devices */
};

/* The board of a VM with that configuration (NULL: not known) whose exits have that numbering. A configuration that
 * does not tell the processor has that of the exits. */
enum detail_board detail_board_of(const struct domain_config *config, enum exit_isa isa);

/* "port", "msr", "mmio"; NULL for no detail. */
const char *detail_kind(enum exit_detail detail);

/* "in", "out", "read", "write"; NULL for no detail. */
const char *detail_direction(enum exit_detail detail);

/* The device behind a port or an address ("RTC", "ACPI PM timer", "HPET"), where it is known a register of it
 * ("PL011 UARTDR"), or the name of an MSR ("HV EOI", "TSC_DEADLINE"). NULL: unknown. The tables:
 * model/detail_names.h. */
const char *detail_device(enum detail_board board, const struct exit_key *key);

/* The same without the register ("PL011 UART"): what all of a device's addresses have in common. */
const char *detail_owner(enum detail_board board, const struct exit_key *key);

/* The name of an MSR, or NULL. */
const char *detail_msr(uint32_t number);

/* The device that usually sits at an interrupt line ("RTC", "PIT/HPET"), or NULL. */
const char *detail_irq_device(enum detail_board board, uint32_t gsi);

/* Room for every text of detail_describe(). */
#define DETAIL_TEXT_MAX 48

/* One line's text to out, the name first, as a narrow column cuts what is behind: "RTC 0x71 in",
 * "HV EOI 0x40000070 write", "HPET 0xfed000f0 read"; without a name "port 0x1234 out", "MSR 0x150 read",
 * "MMIO 0xfebf1000 write"; "" for no detail. Returns out. */
const char *detail_describe(
	enum detail_board board, const struct exit_key *key, char *out, size_t size);

/* The same without the direction: "RTC 0x71". */
const char *detail_describe_number(
	enum detail_board board, const struct exit_key *key, char *out, size_t size);

#endif
