/* halts: what vCPUs do in their halts: polling on a host CPU, sleeping, waking up. Unknown is NAN. */
#ifndef MODEL_HALTS_H
#define MODEL_HALTS_H

#include <stddef.h>

#include "model/pair.h"

struct vm;

/* A vCPU between its last two readings, or all of a VM's together. */
struct halt_row {
	const struct vm *vm; /* valid as long as it */
	int vcpu;            /* HALT_ALL_VCPUS: all of them */
	char name[16];       /* "vCPU 0", "all 4" */
	double poll_pct;     /* polling, in percent of one CPU: the next two together */
	double poll_success_pct, poll_fail_pct;
	double wait_pct; /* asleep, in percent of the time of one vCPU */
	double wakes_per_s, polls_per_s;
	double success_pct;        /* of the polls */
	double system_pct;         /* of the threads, in the same time or nearly so */
	double poll_of_system_pct; /* the share of it that is polling, 100 at most */

	/* The model's own: system time since the last reading. */
	double system_sum, system_seconds;
};

#define HALT_ALL_VCPUS (-1)

struct vm_halts {
	struct halt_row all;
	struct halt_row *vcpus; /* by number; none where only sums are told */
	size_t count;
};

/* None of it is known. */
struct vm_halts halts_unknown(void);
void halts_fini(struct vm_halts *h);

/* Makes vm's halts what before (NULL: not seen before) and now say. vm's threads are those of now already. Readings
 * are not made for every sample: figures stay until there is another one. */
void halts_update(struct vm *vm, const struct sample_vm *before, const struct sample_vm *now,
	const struct sample_pair *pair);

/* Is anything known of the row? */
bool halts_are_known(const struct halt_row *row);

#endif
