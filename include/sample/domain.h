/* domain: what libvirt says of its domains: running or not, and how they are configured. */
#ifndef SAMPLE_DOMAIN_H
#define SAMPLE_DOMAIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/config.h"
#include "domain/domain_caps.h"

enum domain_state {
	DOMAIN_UNKNOWN,
	DOMAIN_RUNNING,
	DOMAIN_BLOCKED,
	DOMAIN_PAUSED,
	DOMAIN_SHUTDOWN,
	DOMAIN_SHUTOFF,
	DOMAIN_CRASHED,
	DOMAIN_PMSUSPENDED,
	DOMAIN_STATE__COUNT,
};

/* "running", "shutoff", ... as virsh says it, in recordings and in the JSON. */
extern const char *const domain_state_names[DOMAIN_STATE__COUNT];

struct domain {
	char *name; /* as libvirt has it: not cleaned */
	char uuid[37];
	int id; /* -1: not running */
	enum domain_state state;
	bool persistent; /* has an inactive definition to edit */
	/* Both keep a configuration of their own beside the definition: a start from such an image, or going back
	 * to such a snapshot, brings the configuration of then. */
	enum tristate managed_save; /* the next start resumes from an image of the guest's memory */
	enum tristate memory_snapshots; /* has snapshots that hold its memory */
	char *live_xml;                 /* NULL: not running, or not read */
	char *inactive_xml;             /* NULL: transient, or not read */
	struct domain_config live;
	struct domain_config inactive;
	struct domain_caps caps;
	unsigned long virt_xml_version; /* of virt-xml on this host; 0: none that is of use */
};

/* What libvirt said at one moment: immutable once published, shared by reference. */
struct domain_set {
	atomic_int references;
	uint64_t time_ns; /* CLOCK_MONOTONIC when it was complete */
	struct domain *items;
	size_t count;
};

/* An empty set with one reference, and room for count zeroed domains. */
struct domain_set *domain_set_new(size_t count);
struct domain_set *domain_set_ref(struct domain_set *set);

/* Drops a reference (NULL is ignored); the last one frees the set and all in it. */
void domain_set_unref(struct domain_set *set);

/* The domain with that UUID (lower case, 36 characters), or NULL. */
const struct domain *domain_set_find(const struct domain_set *set, const char *uuid);

#endif
