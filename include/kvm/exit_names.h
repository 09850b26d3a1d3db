/* exit_names: what an exit was about, by name: I/O ports, MSRs, MMIO addresses and interrupt lines of a machine
 * as QEMU makes it. */
#ifndef KVM_EXIT_NAMES_H
#define KVM_EXIT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

/* Where a VM has its devices: what is at an address or a line. */
enum exit_board {
	EXIT_BOARD_UNKNOWN, /* not known; but a PC for an exit of an x86 processor */
	EXIT_BOARD_SMALL, /* x86 without most of a PC's devices: QEMU's microvm, Firecracker, crosvm */
	EXIT_BOARD_PC,
	EXIT_BOARD_ARM_VIRT, /* QEMU's machine virt */
	EXIT_BOARD_RISCV_VIRT,
	EXIT_BOARD_OTHER, /* a known machine without a table of its devices */
};

enum exit_processor {
	EXIT_PROCESSOR_UNKNOWN,
	EXIT_PROCESSOR_X86,
	EXIT_PROCESSOR_ARM,
	EXIT_PROCESSOR_RISCV,
	EXIT_PROCESSOR_OTHER,
};

/* Whose exits have that numbering. */
enum exit_processor exit_names_processor(enum exit_isa isa);

/* "port", "msr", "mmio"; NULL for no detail. */
const char *exit_names_kind(enum exit_detail detail);

/* "in", "out", "read", "write"; NULL for no detail. */
const char *exit_names_direction(enum exit_detail detail);

/* The device behind a port or an address ("RTC", "ACPI PM timer", "HPET"), where it is known a register of it
 * ("PL011 UARTDR"), or the name of an MSR ("HV EOI", "TSC_DEADLINE"). NULL: unknown. The tables:
 * src/kvm/name_table.h. */
const char *exit_names_device(enum exit_board board, const struct exit_key *key);

/* The same without the register ("PL011 UART"): what all of a device's addresses have in common. */
const char *exit_names_owner(enum exit_board board, const struct exit_key *key);

/* The name of an MSR, or NULL. */
const char *exit_names_msr(uint32_t number);

/* The device that usually sits at an interrupt line ("RTC", "PIT/HPET"), or NULL. */
const char *exit_names_irq(enum exit_board board, uint32_t gsi);

/* Room for every text of exit_names_describe(). */
#define EXIT_NAMES_TEXT_MAX 48

/* One line's text to out, the name first, as a narrow column cuts what is behind: "RTC 0x71 in",
 * "HV EOI 0x40000070 write", "HPET 0xfed000f0 read"; without a name "port 0x1234 out", "MSR 0x150 read",
 * "MMIO 0xfebf1000 write"; "" for no detail. Returns out. */
const char *exit_names_describe(
	enum exit_board board, const struct exit_key *key, char *out, size_t size);

/* The same without the direction: "RTC 0x71". */
const char *exit_names_describe_number(
	enum exit_board board, const struct exit_key *key, char *out, size_t size);

#endif
