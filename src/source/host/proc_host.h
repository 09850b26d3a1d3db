/* proc_host: the host's figures from /proc. */
#ifndef SOURCE_HOST_PROC_HOST_H
#define SOURCE_HOST_PROC_HOST_H

#include "sample/sample.h"

/* Fills in host from the files below root, a directory descriptor of /proc, but for ksmd and kswapd.
 * arena, the
 * sample's own, gets the CPUs. What cannot be read stays as sample_new() left it: unknown. */
void proc_host_collect(int root, struct arena *arena, struct sample_host *host);

#endif
