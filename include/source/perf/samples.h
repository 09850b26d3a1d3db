/* samples: where the process of one VM spends its time in the host (sample/hot_symbols.h): its threads are sampled while
 * WANT_SYMBOLS is wanted, and not otherwise. */
#ifndef SOURCE_PERF_SAMPLES_H
#define SOURCE_PERF_SAMPLES_H

#include "source/source.h"

/* Opens nothing yet. proc: where /proc is; copied. Never NULL. To be collected after proc, which finds VMs and their
 * threads. Where nobody says which VM, it is the one that uses the CPU most. */
struct source *samples_open(const char *proc);

#endif
