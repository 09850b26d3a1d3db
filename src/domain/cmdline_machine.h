/* cmdline_machine: QEMU's -machine, -accel, -rtc, -global, -smp, -m and -overcommit. */
#ifndef DOMAIN_CMDLINE_MACHINE_H
#define DOMAIN_CMDLINE_MACHINE_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* Each takes the option's value into config; what it does not mention stays as it was. They return what
 * they decided: DOMAIN_OVERRIDE_*, or 0. */
unsigned cmdline_machine_apply(struct domain_config *config, struct span value);
unsigned cmdline_machine_accel(struct domain_config *config, struct span value);
unsigned cmdline_machine_rtc(struct domain_config *config, struct span value);
unsigned cmdline_machine_global(struct domain_config *config, struct span value);
unsigned cmdline_machine_smp(struct domain_config *config, struct span value);
unsigned cmdline_machine_memory(struct domain_config *config, struct span value);
unsigned cmdline_machine_overcommit(struct domain_config *config, struct span value);

#endif
