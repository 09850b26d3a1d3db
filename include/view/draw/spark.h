/* spark: figures over time in one row: a sign of eight heights an interval. Pure. */
#ifndef VIEW_DRAW_SPARK_H
#define VIEW_DRAW_SPARK_H

#include <stdbool.h>
#include <stddef.h>

enum { SPARK_LEVELS = 8, SPARK_BYTES = 3 /* of a sign, at most */ };

/* The sign of a figure where the top is the full height: one of eight heights, a dot for nothing, and a blank for
 * what is not known. More than nothing is never a dot, and more than the top is the top. One column wide.
 * ▁▂▃▄▅▆▇█ where utf8, else _-=+*%#@. */
const char *spark_sign(double value, double top, bool utf8);

/* Writes columns signs to out, the newest figure at the right end; the oldest are left out where there are more,
 * and blanks stand where there are fewer. values: the newest last. top: what is the full height; NAN: the
 * largest of those shown. Returns the top, which is to be named beside it; NAN when nothing is known. Figures
 * below 0 are nothing, infinite ones unknown. size: columns * SPARK_BYTES + 1 for all of it; less writes fewer
 * signs, the newest. */
double spark_text(const float *values, size_t count, int columns, double top, bool utf8, char *out,
	size_t size);

#endif
