#include "source/tracefs/trace_reason.h"

#include <stddef.h>
#include <string.h>

/* In RISC-V's scause: an interrupt, not an exception (Privileged Architecture, "Supervisor Cause"). */
#define RISCV_INTERRUPT (UINT64_C(1) << 63)

static const struct {
	const char *name;
	enum exit_isa isa;
} fields[] = {
	{ "exit_reason", EXIT_ISA_UNKNOWN }, /* x86: isa tells */
	{ "esr_ec", EXIT_ISA_ARM_TRAP },
	{ "ret", EXIT_ISA_ARM_RET },
	{ "scause", EXIT_ISA_RISCV },
	{ "reason", EXIT_ISA_LOONGARCH },
};

enum exit_isa trace_reason_isa(const char *field)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!strcmp(field, fields[i].name))
			return fields[i].isa;
	return EXIT_ISA__COUNT;
}

struct trace_reason trace_reason_split(enum exit_isa isa, uint64_t value)
{
	struct trace_reason r = { .isa = isa };

	if (isa == EXIT_ISA_RISCV && (value & RISCV_INTERRUPT)) {
		r.isa = EXIT_ISA_RISCV_INTERRUPT;
		value &= ~RISCV_INTERRUPT;
	}
	r.number = (uint32_t)value;
	r.rest = (uint32_t)(value >> 32);
	return r;
}

uint64_t trace_reason_join(enum exit_isa isa, uint32_t number)
{
	return isa == EXIT_ISA_RISCV_INTERRUPT ? RISCV_INTERRUPT | number : number;
}
