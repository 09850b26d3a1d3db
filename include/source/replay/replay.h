/* replay: plays what kvmtop --record recorded. It is the only source there is then: each collect gives the next
 * tick, with the times of its own. Lines that cannot be understood are left out, and a note in the sample
 * (sample_recording) says which and why. */
#ifndef SOURCE_REPLAY_REPLAY_H
#define SOURCE_REPLAY_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"

/* Opens the recording at path. Returns 0, or -errno with one sentence in why (size bytes). */
int replay_open(struct source **source, const char *path, char *why, size_t size);

/* Has the last tick been given? Then a collect gives a sample of which nothing is known. */
bool replay_is_over(const struct source *source);

/* The time between the tick that came last and the next one, in ns of the recording; 0 before the first one
 * and at the end. */
uint64_t replay_wait_ns(const struct source *source);

/* The time between ticks as the user chose it when he recorded, in s; NAN when it is not told. */
double replay_interval_s(const struct source *source);

/* What is wrong with the recording so far, as one sentence; "" when nothing is. Valid until the next call of
 * any of these. */
const char *replay_note(const struct source *source);

/* The number of the tick that comes next; UINT64_MAX at the end. */
uint64_t replay_next_tick(const struct source *source);

/* When the tick that comes next was (CLOCK_REALTIME); 0 at the end. */
uint64_t replay_next_real_ns(const struct source *source);

/* The number of the last tick that was not after that moment (CLOCK_REALTIME), or of the first one. guess: one that
 * may be near. Only the beginnings of lines are read. Afterwards the recording is nowhere: replay_seek(). */
uint64_t replay_find(struct source *source, uint64_t real_ns, uint64_t guess);

/* The next collect gives that tick, or the first one behind it. To come to a moment with all that the model
 * remembers, seek to some ticks before it and play these. Returns 0, or -ENOENT when there is none, and then
 * the recording is over. */
int replay_seek(struct source *source, uint64_t tick);

#endif
