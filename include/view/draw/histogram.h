/* histogram: how long exits took, as bars with their figures beside them. */
#ifndef VIEW_DRAW_HISTOGRAM_H
#define VIEW_DRAW_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/columns.h"
#include "view/draw/layout.h"
#include "view/term/term.h"

#define HISTOGRAM_BARS_MAX 24

struct histogram_bar {
	uint64_t from_ns, to_ns; /* to_ns is the next bar's */
	uint64_t count;
};

/* Groups a set's buckets to at most room bars (HISTOGRAM_BARS_MAX at most), from its first to its last
 * one that is not empty: each bucket by itself, else two, four (a doubling), eight ... of them together.
 * Returns how many bars, 0 for an empty set or no room. */
size_t histogram_bars(const struct latency *latency, size_t room,
	struct histogram_bar bars[static HISTOGRAM_BARS_MAX]);

/* "16.4 - 32.8 us" in the unit of the upper end. Returns out. */
const char *histogram_range(const struct histogram_bar *bar, char out[static 24]);

/* "13.6 us", "1.02 s", "-" when it is NAN. Returns out. */
const char *histogram_duration(double us, char out[static 24]);

/* A bar of filled columns, in eighths of a column where utf8, else in whole ones. What is more than
 * nothing is seen. out holds 3 bytes a column. Returns out. */
const char *histogram_stroke(double columns, bool utf8, char *out, size_t size);

/* Paints a heading with the row's name and its median, 99th percentile and longest time, and below it the
 * bars. why: what stands there when latency is empty. */
void histogram_paint(struct term *t, struct rect at, const struct exit_row *row,
	const struct latency *latency, const char *why);

#endif
