#include "model/detail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail_names.h"

/* What is known of each kind of detail. */
static const struct {
	const char *kind, *direction;
	const char *unnamed;              /* stands before the number where there is no name */
	const struct detail_names *names; /* NULL: those of the board */
} details[EXIT_DETAIL__COUNT] = {
	[EXIT_DETAIL_PORT_IN] = { "port", "in", "port", &detail_ports },
	[EXIT_DETAIL_PORT_OUT] = { "port", "out", "port", &detail_ports },
	[EXIT_DETAIL_MSR_READ] = { "msr", "read", "MSR", &detail_msrs },
	[EXIT_DETAIL_MSR_WRITE] = { "msr", "write", "MSR", &detail_msrs },
	[EXIT_DETAIL_MMIO_READ] = { "mmio", "read", "MMIO", NULL },
	[EXIT_DETAIL_MMIO_WRITE] = { "mmio", "write", "MMIO", NULL },
};

static const struct {
	const struct detail_names *addresses, *lines;
} boards[] = {
	[DETAIL_BOARD_UNKNOWN] = { NULL, NULL },
	[DETAIL_BOARD_SMALL] = { NULL, NULL },
	[DETAIL_BOARD_PC] = { &detail_addresses, &detail_lines },
	[DETAIL_BOARD_ARM_VIRT] = { &detail_arm_addresses, &detail_arm_lines },
	[DETAIL_BOARD_RISCV_VIRT] = { &detail_riscv_addresses, &detail_riscv_lines },
	[DETAIL_BOARD_OTHER] = { NULL, NULL },
};

enum processor {
	PROCESSOR_UNKNOWN,
	PROCESSOR_X86,
	PROCESSOR_ARM,
	PROCESSOR_RISCV,
	PROCESSOR_OTHER
};

static enum processor processor_of_exits(enum exit_isa isa)
{
	switch (isa) {
	case EXIT_ISA_VMX:
	case EXIT_ISA_SVM:
		return PROCESSOR_X86;
	case EXIT_ISA_ARM_TRAP:
	case EXIT_ISA_ARM_RET:
		return PROCESSOR_ARM;
	case EXIT_ISA_RISCV:
	case EXIT_ISA_RISCV_INTERRUPT:
		return PROCESSOR_RISCV;
	case EXIT_ISA_LOONGARCH:
		return PROCESSOR_OTHER;
	default:
		return PROCESSOR_UNKNOWN;
	}
}

/* As libvirt and QEMU call them: "x86_64", "aarch64", "armv7l", "arm", "riscv64". */
static enum processor processor_of_machine(const struct domain_machine *machine)
{
	if (!machine->arch[0])
		return PROCESSOR_UNKNOWN;
	if (domain_is_x86(machine))
		return PROCESSOR_X86;
	if (!strcmp(machine->arch, "aarch64") || !strncmp(machine->arch, "arm", strlen("arm")))
		return PROCESSOR_ARM;
	return strncmp(machine->arch, "riscv", strlen("riscv")) != 0 ? PROCESSOR_OTHER
								     : PROCESSOR_RISCV;
}

/* "virt", "virt-9.2", "virt-rhel9.4.0". */
static bool is_virt(const char *machine)
{
	return !strcmp(machine, "virt") || !strncmp(machine, "virt-", strlen("virt-"));
}

/* Virtio devices have lines of a PC's number there. Other VMMs than QEMU are known by their stack alone. */
static bool has_small_board(const struct domain_config *config)
{
	return domain_is_microvm(&config->machine) || config->stack == DOMAIN_STACK_FIRECRACKER ||
	       config->stack == DOMAIN_STACK_CROSVM ||
	       config->stack == DOMAIN_STACK_CLOUD_HYPERVISOR;
}

enum detail_board detail_board_of(const struct domain_config *config, enum exit_isa isa)
{
	const bool is_known = config && config->parsed;
	enum processor processor =
		is_known ? processor_of_machine(&config->machine) : PROCESSOR_UNKNOWN;

	if (processor == PROCESSOR_UNKNOWN)
		processor = processor_of_exits(isa);
	switch (processor) {
	case PROCESSOR_UNKNOWN:
		return DETAIL_BOARD_UNKNOWN;
	case PROCESSOR_X86:
		return config && has_small_board(config) ? DETAIL_BOARD_SMALL : DETAIL_BOARD_PC;
	case PROCESSOR_ARM:
	case PROCESSOR_RISCV:
		if (!is_known || !is_virt(config->machine.machine))
			return DETAIL_BOARD_OTHER;
		return processor == PROCESSOR_ARM ? DETAIL_BOARD_ARM_VIRT : DETAIL_BOARD_RISCV_VIRT;
	default:
		return DETAIL_BOARD_OTHER;
	}
}

const char *detail_kind(enum exit_detail detail)
{
	return details[detail].kind;
}

const char *detail_direction(enum exit_detail detail)
{
	return details[detail].direction;
}

static int compare(const void *key, const void *item)
{
	const uint64_t number = *(const uint64_t *)key;
	const struct detail_name *name = item;

	return number < name->first ? -1 : number > name->last;
}

const char *detail_names_owner(const struct detail_names *names, uint64_t number)
{
	const struct detail_name *found =
		bsearch(&number, names->items, names->count, sizeof *names->items, compare);

	return found ? found->name : NULL;
}

const char *detail_names_find(const struct detail_names *names, uint64_t number)
{
	for (size_t i = 0; i < names->block_count; i++) {
		const struct detail_block *block = &names->blocks[i];
		const char *name = number < block->first || number > block->last
					   ? NULL
					   : detail_names_find(block->registers,
						     (number - block->first) % block->bytes);

		if (name)
			return name;
	}
	return detail_names_owner(names, number);
}

/* NULL: none are known. */
static const struct detail_names *names_of(enum detail_board board, const struct exit_key *key)
{
	if (key->detail != EXIT_DETAIL_MMIO_READ && key->detail != EXIT_DETAIL_MMIO_WRITE)
		return details[key->detail].names;
	if (board == DETAIL_BOARD_UNKNOWN)
		board = detail_board_of(NULL, key->isa);
	return boards[board].addresses;
}

const char *detail_device(enum detail_board board, const struct exit_key *key)
{
	const struct detail_names *names = names_of(board, key);

	return names ? detail_names_find(names, key->number) : NULL;
}

const char *detail_owner(enum detail_board board, const struct exit_key *key)
{
	const struct detail_names *names = names_of(board, key);

	return names ? detail_names_owner(names, key->number) : NULL;
}

const char *detail_msr(uint32_t number)
{
	return detail_names_find(&detail_msrs, number);
}

const char *detail_irq_device(enum detail_board board, uint32_t gsi)
{
	return boards[board].lines ? detail_names_find(boards[board].lines, gsi) : NULL;
}

const char *detail_describe_number(
	enum detail_board board, const struct exit_key *key, char *out, size_t size)
{
	const char *device = detail_device(board, key);

	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s 0x%llx", device ? device : details[key->detail].unnamed,
			(unsigned long long)key->number);
	return out;
}

const char *detail_describe(
	enum detail_board board, const struct exit_key *key, char *out, size_t size)
{
	char number[DETAIL_TEXT_MAX];

	detail_describe_number(board, key, number, sizeof number);
	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s %s", number, detail_direction(key->detail));
	return out;
}
