/* trace_symbols: the tables of names in an event's print format:
 *	print fmt: "reason %s", (REC->isa == 1) ? __print_symbolic(REC->exit_reason & 0xffff, { 0, "EXCEPTION_NMI" },
 *	{ 12, "HLT" }) : __print_symbolic(REC->exit_reason, { 0x07b, "io" }, { -1ull, "invalid_guest_state" })
 * Their spelling differs between kernels. An unknown entry is skipped alone, a damaged table only after the damage, and
 * no table affects another one. */
#ifndef SOURCE_TRACEFS_TRACE_SYMBOLS_H
#define SOURCE_TRACEFS_TRACE_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

#define TRACE_SYMBOL_MAX 128

struct trace_symbol {
	char field[TRACE_SYMBOL_MAX]; /* the first one in the table's expression: "exit_reason" */
	unsigned table;               /* its number in the text, from 0 */
	enum exit_isa isa;            /* the table is for this one; EXIT_ISA_UNKNOWN: unspecified */
	uint64_t value;
	char text[TRACE_SYMBOL_MAX]; /* cut where it is longer; never "" */
};

/* Calls each for every entry in the text of a format file, in its order. */
void trace_symbols_each(const char *text, size_t length,
	void (*each)(const struct trace_symbol *symbol, void *data), void *data);

#endif
