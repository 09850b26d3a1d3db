/* replay: goes about in a recording that is played: to a tick, to a moment. */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app.h"
#include "view/ui.h"

/* Makes the tick with that number the one that is shown, or the last one before it. The model is built anew from a
 * few ticks before, so that it knows what rules ask of the seconds before; baselines stay. */
void replay_go_to_tick(struct app *a, uint64_t tick);

/* The same for a moment (CLOCK_REALTIME): the last tick that is not later, or the first one. */
void replay_go_to_time(struct app *a, uint64_t real_ns);

/* The moment that a user means, in local time: "14:07", "14:07:31", with a day before it or without, "+90",
 * "-30" seconds from the tick that is shown; false where it is none of these. "#40" is a tick: its number goes to
 * *tick, and *tick is UINT64_MAX else. */
bool replay_parse(const struct model *m, const char *text, uint64_t *tick, uint64_t *real_ns);

/* Carries out what the user wants (struct ui_replay), and clears it. Returns whether another tick is shown. */
bool replay_step(struct app *a, struct ui *ui);

#endif
