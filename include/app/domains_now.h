/* domains_now: libvirt's domains as they are at this moment, for what asks once and ends. */
#ifndef APP_DOMAINS_NOW_H
#define APP_DOMAINS_NOW_H

#include <stddef.h>

#include "sample/domain.h"

/* Asks libvirt at uri (NULL: its default), with the patience that the screen has. Returns a reference for the
 * caller, or NULL with one sentence in why that holds the fix. */
struct domain_set *domains_now(const char *uri, char *why, size_t size);

#endif
