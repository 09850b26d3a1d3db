/* domain_caps: libvirt's <domainCapabilities>, read as far as remedies need it. */
#ifndef DOMAIN_DOMAIN_CAPS_H
#define DOMAIN_DOMAIN_CAPS_H

#include "domain/config.h"

/* Why libvirt does not report what a VM can have. */
enum domain_caps_never {
	DOMAIN_CAPS_ASKABLE,     /* it has reported it, or still may */
	DOMAIN_CAPS_DENIED,      /* this user may not ask */
	DOMAIN_CAPS_UNSUPPORTED, /* this driver of libvirt does not report it */
	DOMAIN_CAPS_EMULATOR, /* asking would run an emulator that others than root can replace */
	DOMAIN_CAPS_REFUSED,  /* libvirt rejects such VMs here, for instance their machine type */
	DOMAIN_CAPS_NEVER__COUNT,
};

/* What a VM of a domain's kind (emulator, architecture, machine, type) can have on this host, by libvirt.
 * All zero: nothing is known yet. */
#define DOMAIN_CAPS_HYPERV_MAX 32

struct domain_caps {
	bool known;                   /* libvirt was asked and answered */
	enum domain_caps_never never; /* not ASKABLE: known is false and stays so */
	char why[160];     /* libvirt's words for why it is not known, cleaned; "" none */
	bool hyperv_known; /* it lists Hyper-V features (libvirt 9.0 and later) */
	char hyperv[DOMAIN_CAPS_HYPERV_MAX][24]; /* "vpindex", as in <hyperv> */
	size_t hyperv_count;
	enum tristate host_passthrough; /* CPU modes */
	enum tristate host_model;
	enum tristate invtsc; /* a guest's TSC can be promised to be invariant */
	char cpu_vendor[16];  /* of the host's CPU: "Intel", "AMD"; "" unknown */
	unsigned long
		libvirt_version; /* the daemon's: 1000000 * major + 1000 * minor + micro; 0: unknown */
};

/* "denied", "unsupported", ...: names of enum domain_caps_never, in recordings. */
extern const char *const domain_caps_never_names[DOMAIN_CAPS_NEVER__COUNT];

/* Can a VM of this kind have that enlightenment ("stimer")? TRI_UNKNOWN when libvirt does not say. caps
 * may be NULL. */
enum tristate domain_caps_hyperv(const struct domain_caps *caps, const char *name);

/* Reads xml (NULL allowed) into caps, which is overwritten but for libvirt_version: caps->known is false
 * when the text does not parse or its root is not <domainCapabilities>. Unknown elements are skipped, names
 * that are too long or too many are left out. Prints nothing. */
void domain_caps_read(struct domain_caps *caps, const char *xml);

/* Writes the emulator of the answer to out (cleaned). False when xml names none, or it does not fit. */
bool domain_caps_path(const char *xml, char *out, size_t size);

#endif
