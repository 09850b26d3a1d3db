/* clock: the two clocks kvmtop uses. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define NS_PER_US 1000ull

/* CLOCK_MONOTONIC in ns: the clock of all intervals, and of the trace ("mono"). */
uint64_t clock_mono_ns(void);

/* CLOCK_REALTIME in ns since 1970: only ever shown. */
uint64_t clock_real_ns(void);

#endif
