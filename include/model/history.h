/* history: one figure over the last intervals, as a graph needs it. */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stddef.h>

/* Six minutes at 3 s an interval, and more columns than a graph gets. */
#define HISTORY_MAX 120

/* A ring; all zero is an empty one. A VM has two, 1 KiB: 100 VMs have 100 KiB. */
struct history {
	float values[HISTORY_MAX]; /* NAN: was not known */
	size_t next, count;
};

/* Adds the newest interval's figure; the oldest goes when there are HISTORY_MAX. */
void history_add(struct history *h, double value);

/* How many intervals there are, unknown ones included: HISTORY_MAX at most. */
size_t history_count(const struct history *h);

/* The figure of the interval that is i back: 0 is the newest. NAN where it is not known, or too far back. */
double history_at(const struct history *h, size_t i);

/* The largest figure that is known; NAN when none is. */
double history_max(const struct history *h);

/* Writes the newest figures to values, the newest last, at most room of them, and returns how many. */
size_t history_newest(const struct history *h, float *values, size_t room);

#endif
