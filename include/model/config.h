/* config: two configurations of one domain compared. */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "sample/domain.h"

/* Do the clock or the Hyper-V enlightenments of the next start differ from the running ones? Such a
 * change waits for a power cycle. TRI_UNKNOWN when one of the two was not read; domain may be NULL. */
enum tristate config_pending(const struct domain *domain);

#endif
