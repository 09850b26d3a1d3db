/* view_config: a VM's clock and enlightenments in a line of text each. */
#ifndef VIEW_VIEW_CONFIG_H
#define VIEW_VIEW_CONFIG_H

#include "core/text.h"
#include "sample/domain.h"

/* "localtime  rtc catchup  pit delay  hpet no  hypervclock yes"; "-" when it is not known. Cleaned. */
void view_config_clock(struct strbuf *out, const struct domain_config *config);

/* "relaxed vapic spinlocks 8191"; "none"; "-" when it is not known. Cleaned. */
void view_config_hyperv(struct strbuf *out, const struct domain_config *config);

/* Those that a Windows guest's timers need and that are off: "vpindex synic stimer". Nothing for a
 * guest without enlightenments: it need not be Windows. */
void view_config_missing(struct strbuf *out, const struct domain_config *config);

#endif
