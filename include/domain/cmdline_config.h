/* cmdline_config: the configuration that a command line of QEMU's describes, in the words of libvirt's
 * XML: "-machine q35,hpet=off -rtc base=localtime,driftfix=slew -cpu host,hv-time,hv-stimer". */
#ifndef DOMAIN_CMDLINE_CONFIG_H
#define DOMAIN_CMDLINE_CONFIG_H

#include <stddef.h>

#include "domain/config.h"

/* text is /proc/PID/cmdline: arguments that end in NUL, length bytes. Overwrites config, which the
 * caller releases with domain_config_fini(). config->parsed is true when the program is QEMU; of others
 * only the stack is known. What is not told has QEMU's default where that is certain; where more is
 * read from a file (-readconfig), nothing that could stand there is. */
void cmdline_config_read(struct domain_config *config, const char *text, size_t length);

/* Changes config, which was read from a domain XML, as further arguments do (without a program before
 * them), and says in config->machine.overrides what they decide. */
void cmdline_config_apply(struct domain_config *config, const char *text, size_t length);

#endif
