/* number: figures written so that they fit a width. Unknown is NAN and shows as "-". */
#ifndef CORE_NUMBER_H
#define CORE_NUMBER_H

#include <stddef.h>

enum number_unit {
	NUMBER_INTEGER, /* pids, counts: 21715, 1234k when it does not fit */
	NUMBER_PERCENT, /* one decimal: 131.9; none when it does not fit */
	NUMBER_RATE,    /* per second: 410, 23.6k, 1.2M */
	NUMBER_MICROS, /* microseconds, two decimals as perf prints them: 13.63; fewer when narrow */
	NUMBER_SHARE,  /* percent, two decimals as perf prints them: 78.67 */
	NUMBER_KIB,    /* memory given in KiB: 976M, 7.7G */
};

/* Writes value into out (size bytes) in at most width columns, without padding; digits are given
 * up from the right and then k, M, G, T are used. Always terminates; returns the length. */
size_t number_format(char *out, size_t size, double value, enum number_unit unit, int width);

/* Writes "17,903"; "-" when it is not finite. */
void number_group(char *out, size_t size, double value);

#endif
