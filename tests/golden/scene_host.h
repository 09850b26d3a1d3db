/* scene_host: hosts as the view of the host shows them. */
#ifndef TESTS_GOLDEN_SCENE_HOST_H
#define TESTS_GOLDEN_SCENE_HOST_H

#include "scene.h"

/* scene_house on a host that has all there is to know, and is well. */
void scene_host(struct scene *s);

/* The same, where memory, swap, clock and a quota are not as they should be. */
void scene_host_in_need(struct scene *s);

/* The same, where the kernel has nothing of it and no file could be read. */
void scene_host_unknown(struct scene *s);

/* A host with two nodes and 96 CPUs. */
void scene_host_crowd(struct scene *s);

#endif
