/* scene_halts: scenes with what vCPUs do in their halts, and with a kernel's log. */
#ifndef TESTS_GOLDEN_SCENE_HALTS_H
#define TESTS_GOLDEN_SCENE_HALTS_H

#include "scene.h"

/* The storm, where the host polls: each vCPU of the first VM, the sum of the second one; sums alone; nothing known. */
void scene_halts(struct scene *s);
void scene_halts_sums(struct scene *s);
void scene_halts_unknown(struct scene *s);

/* The storm with lines of every sort, some of them new; with gaps; with a log that says nothing; with one that may not
 * be read; a host without VMs, whose clock was given up. */
void scene_log(struct scene *s);
void scene_log_gaps(struct scene *s);
void scene_log_quiet(struct scene *s);
void scene_log_denied(struct scene *s);
void scene_log_host(struct scene *s);

#endif
