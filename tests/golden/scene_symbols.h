/* scene_symbols: the view of hot symbols as it stands at one moment. */
#ifndef TESTS_GOLDEN_SCENE_SYMBOLS_H
#define TESTS_GOLDEN_SCENE_SYMBOLS_H

#include "scene.h"

/* What perf kvm top said of the storm; the same on an arm64 host; where much is hidden; where sampling is refused; before the first
 * samples. Each turns to the view. */
void scene_symbols(struct scene *s);
void scene_symbols_arm64(struct scene *s);
void scene_symbols_limited(struct scene *s);
void scene_symbols_refused(struct scene *s);
void scene_symbols_early(struct scene *s);

#endif
