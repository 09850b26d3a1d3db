/* cgroup: which control groups a thread is in, and what these limit. cgroup v2, v1, and both at once, where some
 * controllers are still of v1 (https://docs.kernel.org/admin-guide/cgroup-v2.html, cgroup-v1/). */
#ifndef SOURCE_HOST_CGROUP_H
#define SOURCE_HOST_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "sample/host_detail.h"

enum cgroup_controller {
	CGROUP_CPU,
	CGROUP_CPUSET,
	CGROUP_MEMORY,
	CGROUP__COUNT,
};

/* Where one controller's groups are to be seen. */
struct cgroup_mount {
	unsigned version; /* 1, 2; 0: nowhere */
	char *root;       /* the group that is mounted, "/" but in containers */
	char *folder;     /* where, below the root folder: "sys/fs/cgroup" */
};

struct cgroup_mounts {
	struct cgroup_mount of[CGROUP__COUNT];
};

/* A thread's groups, as /proc/PID/task/TID/cgroup has them: below the root of our own cgroup namespace. NULL: not
 * told. */
struct cgroup_paths {
	char *of[CGROUP__COUNT];
};

/* Reads proc/self/mountinfo below the folder root. All zero is "not read"; what is there is given back first. */
void cgroup_mounts_read(struct cgroup_mounts *m, int root);
void cgroup_mounts_fini(struct cgroup_mounts *m);

/* Takes the text of a thread's cgroup file. */
void cgroup_paths_parse(
	struct cgroup_paths *paths, const struct cgroup_mounts *m, const char *text);
bool cgroup_paths_equal(const struct cgroup_paths *a, const struct cgroup_paths *b);
void cgroup_paths_fini(struct cgroup_paths *paths);

/* The folder of a group below the root folder, "sys/fs/cgroup/machine.slice", or NULL: not to be seen from here, as
 * it is outside of what is mounted in this container. The caller frees it. */
char *cgroup_folder(const struct cgroup_mount *mount, const char *path);

#endif
