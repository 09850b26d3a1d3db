/* cgroup_limits: what holds for the threads of a control group: of each limit, that of the nearest group up the tree
 * that has one. */
#ifndef SOURCE_HOST_CGROUP_LIMITS_H
#define SOURCE_HOST_CGROUP_LIMITS_H

#include "source/host/cgroup.h"

struct cgroup_reading {
	struct sample_cgroup group; /* its path is that of the cpu controller, borrowed */
	char *limit_path, *cpus;    /* what its texts point to */
};

/* Reads the groups in paths from the files below the folder root. What cannot be read is unknown. Returns how many
 * files were looked for, as each costs the same. *r is to be released. */
size_t cgroup_limits_read(struct cgroup_reading *r, const struct cgroup_mounts *m,
	const struct cgroup_paths *paths, int root);

void cgroup_limits_fini(struct cgroup_reading *r);

#endif
