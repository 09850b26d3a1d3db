/* domain_caps: libvirt's <domainCapabilities>, read as far as remedies need it. */
#ifndef SOURCE_LIBVIRT_DOMAIN_CAPS_H
#define SOURCE_LIBVIRT_DOMAIN_CAPS_H

#include "sample/domain.h"

/* Reads xml (NULL allowed) into caps, which is overwritten but for libvirt_version: caps->known is false
 * when the text does not parse or its root is not <domainCapabilities>. Unknown elements are skipped, names
 * that are too long or too many are left out. Prints nothing. */
void domain_caps_read(struct domain_caps *caps, const char *xml);

/* Writes the emulator of the answer to out (cleaned). False when xml names none, or it does not fit. */
bool domain_caps_path(const char *xml, char *out, size_t size);

#endif
