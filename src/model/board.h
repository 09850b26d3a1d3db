/* board: which devices' addresses a VM has, by its configuration. */
#ifndef MODEL_BOARD_H
#define MODEL_BOARD_H

#include "domain/config.h"
#include "kvm/exit_names.h"

/* The board of a VM with that configuration (NULL: not known) whose exits have that numbering. A configuration that
 * does not tell the processor has that of the exits. */
enum exit_board board_of(const struct domain_config *config, enum exit_isa isa);

#endif
