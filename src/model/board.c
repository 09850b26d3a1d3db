#include "model/board.h"

#include <string.h>

/* As libvirt and QEMU call them: "x86_64", "aarch64", "armv7l", "arm", "riscv64". */
static enum exit_processor processor_of_machine(const struct domain_machine *machine)
{
	if (!machine->arch[0])
		return EXIT_PROCESSOR_UNKNOWN;
	if (domain_is_x86(machine))
		return EXIT_PROCESSOR_X86;
	if (!strcmp(machine->arch, "aarch64") || !strncmp(machine->arch, "arm", strlen("arm")))
		return EXIT_PROCESSOR_ARM;
	return strncmp(machine->arch, "riscv", strlen("riscv")) != 0 ? EXIT_PROCESSOR_OTHER
								     : EXIT_PROCESSOR_RISCV;
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

enum exit_board board_of(const struct domain_config *config, enum exit_isa isa)
{
	const bool is_known = config && config->parsed;
	enum exit_processor processor =
		is_known ? processor_of_machine(&config->machine) : EXIT_PROCESSOR_UNKNOWN;

	if (processor == EXIT_PROCESSOR_UNKNOWN)
		processor = exit_names_processor(isa);
	switch (processor) {
	case EXIT_PROCESSOR_UNKNOWN:
		return EXIT_BOARD_UNKNOWN;
	case EXIT_PROCESSOR_X86:
		return config && has_small_board(config) ? EXIT_BOARD_SMALL : EXIT_BOARD_PC;
	case EXIT_PROCESSOR_ARM:
	case EXIT_PROCESSOR_RISCV:
		if (!is_known || !is_virt(config->machine.machine))
			return EXIT_BOARD_OTHER;
		return processor == EXIT_PROCESSOR_ARM ? EXIT_BOARD_ARM_VIRT
						       : EXIT_BOARD_RISCV_VIRT;
	default:
		return EXIT_BOARD_OTHER;
	}
}
