/* facts: what bears on the VMs and costs little to know: the host's platform, KVM's own counters and
 * the kernel's log. Each that cannot be read is left out, quietly: what needs it is unknown then, and
 * the sources that have a line on the screen already say that root sees more. Why there is no log stands in the
 * sample's kernel_log, for who looks at that. */
#ifndef SOURCE_HOST_FACTS_H
#define SOURCE_HOST_FACTS_H

#include <stdbool.h>

#include "source/source.h"

/* The platform is read again after so long. */
#define FACTS_PLATFORM_NS 30000000000ull

struct facts_config {
	const char *root;          /* of sys and proc; NULL: "/" */
	const char *counters_root; /* NULL: KVM_COUNTERS_ROOT */
	const char *kmsg_path;     /* NULL: KMSG_PATH */
	bool foreign_pids; /* VMs have other numbers here than in debugfs and in the log (pid_namespace.h) */
};

/* Opens nothing yet. Copies config. Never NULL. To be collected after proc, which finds the VMs, and
 * before libvirt, which tells counters that are still unknown. */
struct source *facts_open(const struct facts_config *config);

#endif
