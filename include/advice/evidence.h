/* evidence: what the rules look at: figures of one VM over the last VM_EVIDENCE_S seconds or so, and
 * its configuration. NAN and TRI_UNKNOWN are unknown. */
#ifndef ADVICE_EVIDENCE_H
#define ADVICE_EVIDENCE_H

#include <stdbool.h>

#include "model/model.h"

struct evidence {
	const struct vm *vm;
	double seconds;                /* that the exit figures cover; NAN or 0: there are none */
	double rtc_index_writes_per_s; /* OUT 0x70 */
	double rtc_data_reads_per_s;   /* IN 0x71 */
	double rtc_accesses_per_s;     /* all of ports 0x70 and 0x71 */
	double rtc_time_pct;           /* their share of the exits' time */
	double rtc_samples_pct;
	double rtc_cpu_pct;      /* their time, in percent of one CPU */
	int rtc_vcpus;           /* vCPUs that made them in the last interval */
	double vcpu_system_pct;  /* host kernel's share of the vCPU threads' time */
	double emulator_cpu_pct; /* of one CPU */
	bool config_known;       /* the live configuration was read */
	enum tristate hpet;      /* TRI_UNKNOWN when the XML leaves it to QEMU's default */
	enum tristate stimer;
	enum tristate hypervclock;
};

/* Collects the evidence of one VM. Pure. */
void evidence_collect(struct evidence *e, const struct vm *vm);

#endif
