#include "kvm/exit_names.h"

#include <stdio.h>

#include "kvm/name_table.h"

/* What is known of each kind of detail. */
static const struct {
	const char *kind, *direction;
	const char *unnamed;            /* stands before the number where there is no name */
	const struct name_table *names; /* NULL: those of the board */
} details[EXIT_DETAIL__COUNT] = {
	[EXIT_DETAIL_PORT_IN] = { "port", "in", "port", &port_names },
	[EXIT_DETAIL_PORT_OUT] = { "port", "out", "port", &port_names },
	[EXIT_DETAIL_MSR_READ] = { "msr", "read", "MSR", &msr_names },
	[EXIT_DETAIL_MSR_WRITE] = { "msr", "write", "MSR", &msr_names },
	[EXIT_DETAIL_MMIO_READ] = { "mmio", "read", "MMIO", NULL },
	[EXIT_DETAIL_MMIO_WRITE] = { "mmio", "write", "MMIO", NULL },
};

static const struct {
	const struct name_table *addresses, *lines;
} boards[] = {
	[EXIT_BOARD_UNKNOWN] = { NULL, NULL },
	[EXIT_BOARD_SMALL] = { NULL, NULL },
	[EXIT_BOARD_PC] = { &address_names, &line_names },
	[EXIT_BOARD_ARM_VIRT] = { &arm_virt_address_names, &arm_virt_line_names },
	[EXIT_BOARD_RISCV_VIRT] = { &riscv_virt_address_names, &riscv_virt_line_names },
	[EXIT_BOARD_OTHER] = { NULL, NULL },
};

enum exit_processor exit_names_processor(enum exit_isa isa)
{
	switch (isa) {
	case EXIT_ISA_VMX:
	case EXIT_ISA_SVM:
		return EXIT_PROCESSOR_X86;
	case EXIT_ISA_ARM_TRAP:
	case EXIT_ISA_ARM_RET:
		return EXIT_PROCESSOR_ARM;
	case EXIT_ISA_RISCV:
	case EXIT_ISA_RISCV_INTERRUPT:
		return EXIT_PROCESSOR_RISCV;
	case EXIT_ISA_LOONGARCH:
		return EXIT_PROCESSOR_OTHER;
	default:
		return EXIT_PROCESSOR_UNKNOWN;
	}
}

const char *exit_names_kind(enum exit_detail detail)
{
	return details[detail].kind;
}

const char *exit_names_direction(enum exit_detail detail)
{
	return details[detail].direction;
}

/* NULL: none are known. */
static const struct name_table *names_of(enum exit_board board, const struct exit_key *key)
{
	if (key->detail != EXIT_DETAIL_MMIO_READ && key->detail != EXIT_DETAIL_MMIO_WRITE)
		return details[key->detail].names;
	if (board == EXIT_BOARD_UNKNOWN)
		board = exit_names_processor(key->isa) == EXIT_PROCESSOR_X86 ? EXIT_BOARD_PC
									     : EXIT_BOARD_UNKNOWN;
	return boards[board].addresses;
}

const char *exit_names_device(enum exit_board board, const struct exit_key *key)
{
	const struct name_table *names = names_of(board, key);

	return names ? name_table_find(names, key->number) : NULL;
}

const char *exit_names_owner(enum exit_board board, const struct exit_key *key)
{
	const struct name_table *names = names_of(board, key);

	return names ? name_table_owner(names, key->number) : NULL;
}

const char *exit_names_msr(uint32_t number)
{
	return name_table_find(&msr_names, number);
}

const char *exit_names_irq(enum exit_board board, uint32_t gsi)
{
	return boards[board].lines ? name_table_find(boards[board].lines, gsi) : NULL;
}

const char *exit_names_describe_number(
	enum exit_board board, const struct exit_key *key, char *out, size_t size)
{
	const char *device = exit_names_device(board, key);

	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s 0x%llx", device ? device : details[key->detail].unnamed,
			(unsigned long long)key->number);
	return out;
}

const char *exit_names_describe(
	enum exit_board board, const struct exit_key *key, char *out, size_t size)
{
	char number[EXIT_NAMES_TEXT_MAX];

	exit_names_describe_number(board, key, number, sizeof number);
	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s %s", number, exit_names_direction(key->detail));
	return out;
}
