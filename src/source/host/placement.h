/* placement: where the threads of VMs may run, and what their control groups limit. Three files for each thread and a
 * handful for each group are too many for every collect: they are read in turn, those first that never were. */
#ifndef SOURCE_HOST_PLACEMENT_H
#define SOURCE_HOST_PLACEMENT_H

#include "sample/sample.h"

/* So much is read in a collect at most, besides what is of the VM that somebody looks at. */
#define PLACEMENT_THREADS_MAX 200
#define PLACEMENT_FILES_MAX 400 /* of control groups */

struct placements;

struct placements *placements_new(void) __attribute__((returns_nonnull));
void placements_free(struct placements *p);

/* Adds to s, whose VMs and threads are known, where these may run: as far as it was read, now or before. root: folder
 * of proc and sys. vm: whose threads and groups are read each time. */
void placements_collect(struct placements *p, struct sample *s, int root, struct vm_id vm);

/* The fields of a thread's files that matter; the caller frees *cpus and *nodes, NULL where they are not there.
 * status: "Cpus_allowed_list:\t0-3\nMems_allowed_list:\t0\n". */
void placement_parse_status(const char *status, char **cpus, char **nodes);

/* The CPU it ran on last, field 39 of stat, or -1. */
int placement_parse_cpu(const char *stat);

#endif
