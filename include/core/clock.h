/* clock: the two clocks kvmtop uses. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define NS_PER_US 1000ull

/* CLOCK_MONOTONIC in ns: the clock of all intervals, and of the trace ("mono"). */
uint64_t clock_mono_ns(void);

/* CLOCK_REALTIME in ns since 1970: only shown, or compared with the time of a file. */
uint64_t clock_real_ns(void);

/* A CLOCK_REALTIME as RFC 3339 has it, in UTC: "2018-09-02T14:07:31.250Z". Writes to out (size bytes),
 * returns out. */
const char *clock_stamp(uint64_t real_ns, char *out, size_t size);

/* When real_ns was, for somebody who looks at it at now_ns, in local time: "14:02", or with its day,
 * "2018-09-02 14:02", when that was another one. Writes to out (size bytes), returns out. */
const char *clock_when(uint64_t real_ns, uint64_t now_ns, char *out, size_t size);

/* A CLOCK_REALTIME in local time, to the second: "2018-09-02 14:07:31"; "-" when there is no such date. Writes
 * to out (size bytes), returns out. */
const char *clock_moment(uint64_t real_ns, char *out, size_t size);

/* How long a machine has been up, as top has it: "5:00", "12d 5:00"; "-" for NAN. Writes to out (size
 * bytes), returns out. */
const char *clock_uptime(double seconds, char *out, size_t size);

#endif
