/* describe: a VM's clock, Hyper-V and machine settings in words. */
#ifndef DOMAIN_DESCRIBE_H
#define DOMAIN_DESCRIBE_H

#include "core/text.h"
#include "domain/config.h"

/* Adds the clock to out, cleaned: "localtime  rtc catchup  pit delay  hpet no  hypervclock yes". The
 * timers that matter are told even where the XML leaves them to QEMU ("hpet default"). "-" when the
 * configuration is not known. */
void describe_clock(struct strbuf *out, const struct domain_config *config);

/* Adds the enlightenments that are on: "relaxed vapic spinlocks 8191"; "none", or "-" when the
 * configuration is not known. */
void describe_hyperv(struct strbuf *out, const struct domain_config *config);

/* Adds those that a Windows guest's timers need and that are off: "vpindex synic stimer". Nothing for
 * a guest without enlightenments: it need not be Windows. */
void describe_missing(struct strbuf *out, const struct domain_config *config);

/* Adds what is unusual about the machine and bears on exits: "hidden  pmu off  cpu-pm on". Nothing where
 * all is as usual or the configuration is not known. */
void describe_machine(struct strbuf *out, const struct domain_config *config);

#endif
