/* pending: a domain's running configuration held against the one of its next start. */
#ifndef DOMAIN_PENDING_H
#define DOMAIN_PENDING_H

#include "domain/config.h"

/* Do the clock, the Hyper-V enlightenments or the machine of the
 * next start differ from the running ones? Such a change waits for a power cycle. What libvirt alone
 * writes into a running guest's XML is no difference: the model and features that a host-model CPU or
 * mode='host-model' became, the guest's own clock adjustment, mode='custom'. Memory, disks, the number of
 * vCPUs and the like are not looked at. TRI_UNKNOWN when one of the two was not read. */
enum tristate pending_between(const struct domain_config *live, const struct domain_config *next);

#endif
