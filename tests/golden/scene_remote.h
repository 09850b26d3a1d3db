/* scene_remote: scenes of what is known without root, or of another host. */
#ifndef TESTS_GOLDEN_SCENE_REMOTE_H
#define TESTS_GOLDEN_SCENE_REMOTE_H

#include "scene.h"

/* The storm, not traced: KVM's own counters can be read, all that there are. */
void scene_coarse(struct scene *s);

/* The storm, with what libvirt tells of disks, networks and memory. */
void scene_devices(struct scene *s);

/* The same as it is seen from another host, through libvirt. */
void scene_remote(struct scene *s);

#endif
