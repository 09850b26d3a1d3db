/* remedy_preference: what of a remedy this host and this libvirt can do. */
#ifndef ADVICE_REMEDY_PREFERENCE_H
#define ADVICE_REMEDY_PREFERENCE_H

#include "advice/remedies.h"

/* caps may be NULL: nothing is known, and nothing is held against the remedy. */
enum remedy_preference remedy_preference_of(
	const struct remedy *remedy, const struct domain_caps *caps);

/* Writes the Hyper-V features that the remedy needs and libvirt does not list: "vpindex, synic". Returns
 * how many. */
size_t remedy_missing(
	const struct remedy *remedy, const struct domain_caps *caps, char *out, size_t size);

/* Is libvirt known to be older than the remedy's element? */
bool remedy_is_too_new(const struct remedy *remedy, const struct domain_caps *caps);

/* Does it promise a TSC that libvirt lists for no VM of this kind? */
bool remedy_lacks_invtsc(const struct remedy *remedy, const struct domain_caps *caps);

#endif
