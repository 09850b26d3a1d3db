/* domain_fit: can this host start a VM that is configured so, by what libvirt says VMs of its kind can
 * have (struct domain_caps)? */
#ifndef SAMPLE_DOMAIN_FIT_H
#define SAMPLE_DOMAIN_FIT_H

#include "sample/domain.h"

enum domain_fit_state {
	DOMAIN_FIT_NOT_YET, /* libvirt was not asked, or has not answered: ask again */
	DOMAIN_FIT_KNOWN,   /* domain_misfits() tells all that libvirt can tell */
	DOMAIN_FIT_NEVER,   /* libvirt will not say: domain_fit_reason() says why */
};

enum domain_fit_state domain_fit_state(
	const struct domain_caps *caps, const struct domain_config *config);

/* Why it is NOT_YET or NEVER, as half a sentence: "libvirt 8.0.0 does not list them (9.0 and later do)". */
void domain_fit_reason(const struct domain_caps *caps, char *out, size_t size);

/* Writes what config has and this host lacks, such as "Hyper-V features stimer, synic" or "machine type
 * pc-i440fx-9.2"; at most size bytes, "" when nothing is known to be missing. What the running
 * configuration (NULL: the VM is off) has as well was started here and does not count. Returns whether
 * something is missing. */
bool domain_misfits(const struct domain_config *config, const struct domain_config *running,
	const struct domain_caps *caps, char *out, size_t size);

#endif
