/* scene_events: KVM's events of the case's guest. */
#ifndef TESTS_GOLDEN_SCENE_EVENTS_H
#define TESTS_GOLDEN_SCENE_EVENTS_H

#include "scene.h"

/* Counts the events of the scene's first VM: what a Windows 10 does that polls its RTC. */
void scene_events(struct scene *s);

#endif
