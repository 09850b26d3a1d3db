/* scene_off: VMs that are shut off beside those that run. */
#ifndef TESTS_GOLDEN_SCENE_OFF_H
#define TESTS_GOLDEN_SCENE_OFF_H

#include "scene.h"

/* The storm; besides, win11 is shut off with a change of kvmtop's that is not proven yet, backup has a saved
 * image and snapshots with memory, and build has a definition that does not start. */
void scene_off(struct scene *s);

/* The same, where nothing runs. */
void scene_all_off(struct scene *s);

/* A host where nothing runs, and nobody has asked for the three that are shut off. */
void scene_off_unasked(struct scene *s);

#endif
