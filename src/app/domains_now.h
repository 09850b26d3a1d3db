/* domains_now: libvirt's current domains, for commands that ask once and exit. */
#ifndef APP_DOMAINS_NOW_H
#define APP_DOMAINS_NOW_H

#include <stddef.h>

#include "sample/domain.h"

/* Asks libvirt at uri (NULL: its default), waiting as long as the screen does. Returns a reference for the
 * caller, or NULL with one sentence with the fix in why. */
struct domain_set *domains_now(const char *uri, char *why, size_t size);

#endif
