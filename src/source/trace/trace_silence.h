/* trace_silence: does KVM report exits here at all? A software KVM may have the event and never fire it, and until the first
 * exit is seen nobody knows. */
#ifndef SOURCE_TRACE_TRACE_SILENCE_H
#define SOURCE_TRACE_TRACE_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "sample/sample.h"

/* All zero: no VM was seen yet. */
struct trace_silence {
	bool broken;            /* an exit was seen */
	bool knows_vcpus;       /* there are threads that are surely vCPUs */
	uint64_t vms_since_ns;  /* since when there are VMs; 0: there are none */
	uint64_t vcpu_ns;       /* CPU time of all vCPUs at the last sample */
	uint64_t silent_run_ns; /* how long they have run since there are VMs */
};

/* Once for each sample, when the rest of it is complete; events: exits seen since tracing began. Where exits are not known, s
 * has none (tracing.horizon_ns is 0), and the source's sentence says why as soon as there is something to say. */
void trace_silence_report(struct trace_silence *w, uint64_t events, struct sample *s);

#endif
