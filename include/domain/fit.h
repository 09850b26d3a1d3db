/* fit: can this host start a VM with this configuration, by libvirt's capabilities for VMs of its
 * kind (struct domain_caps)? */
#ifndef DOMAIN_FIT_H
#define DOMAIN_FIT_H

#include "domain/config.h"
#include "domain/domain_caps.h"

enum domain_fit_state {
	DOMAIN_FIT_NOT_YET, /* libvirt was not asked, or has not answered: ask again */
	DOMAIN_FIT_KNOWN,   /* domain_misfits() is complete */
	DOMAIN_FIT_NEVER,   /* libvirt does not report it: domain_fit_reason() gives the reason */
};

enum domain_fit_state domain_fit_state(
	const struct domain_caps *caps, const struct domain_config *config);

/* Why it is NOT_YET or NEVER, as half a sentence: "libvirt 8.0.0 does not report them (before 9.0)". config NULL: why
 * the Hyper-V features are not known. */
void domain_fit_reason(
	const struct domain_caps *caps, const struct domain_config *config, char *out, size_t size);

/* Writes what config has and this host lacks, such as "Hyper-V features stimer, synic" or "machine type
 * pc-i440fx-9.2"; at most size bytes, "" when nothing is known to be missing. What is also in the
 * running configuration (NULL: the VM is off) was started here and does not count. Returns whether
 * something is missing. */
bool domain_misfits(const struct domain_config *config, const struct domain_config *running,
	const struct domain_caps *caps, char *out, size_t size);

/* The host's huge pages of one size, as a VM that starts now would find them. */
struct domain_pages {
	bool known;
	uint64_t size_kib;
	uint64_t free; /* that nobody has reserved */
	uint64_t
		more; /* that the kernel makes besides if it finds the memory (nr_overcommit_hugepages) */
	char why[128]; /* known is false: half a sentence */
};

/* Are they enough for config? running (NULL: the VM is off) gives back those that it has. TRI_YES as well where config
 * takes none; else half a sentence says why not, or why that is not known (at most size bytes). */
enum tristate domain_pages_suffice(const struct domain_pages *pages,
	const struct domain_config *config, const struct domain_config *running, char *out,
	size_t size);

#endif
