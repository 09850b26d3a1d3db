/* watch: the loop without a screen: waits for ticks, works, hears signals. */
#ifndef APP_WATCH_H
#define APP_WATCH_H

#include "app/app.h"

/* Lets the sources work until at_ns (CLOCK_MONOTONIC). Returns false when kvmtop is to end: by a signal
 * (a->ended_by), or because nobody reads its output any more. */
bool watch_until(struct app *a, uint64_t at_ns);

/* Lets the sources work until out takes more; for so many milliseconds at most, -1: without end. Returns false when it
 * does not: in that time, because nobody reads it any more, or because a signal came (a->ended_by). */
bool watch_room(struct app *a, int out, int at_most_ms);

/* Where shut-off VMs are requested: waits some seconds at most for libvirt to list them before the first
 * report. Returns false when kvmtop is to end. */
bool watch_for_off(struct app *a);

/* Reads the recording to its end and makes one tick of it; says on standard error what is wrong with it.
 * Returns false when a signal came first. */
bool watch_recording(struct app *a);

/* Makes the next tick of what is played. Returns false when there is none, or a signal came first. */
bool watch_tape(struct app *a);

/* Says on standard error what is wrong with it. */
void watch_tape_end(const struct app *a);

/* Says there, once, that recording has ended before kvmtop does. */
void watch_say_record(struct app *a);

#endif
