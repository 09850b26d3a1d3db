/* kernel_log: what the kernel's log says, with the VMs that it says it of, and what of it is new. */
#ifndef MODEL_KERNEL_LOG_H
#define MODEL_KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/pair.h"

struct vm;

struct log_row {
	const struct vm *
		vm; /* NULL: the host, or a VM that has ended; valid until the next model_update() */
	char of[24]; /* without a VM: "host", "pid 21715" */
	struct kernel_log_entry entry;
	char what[40]; /* "unhandled MSR read", "soft lockup" */
	char msr[48];  /* "0x606 RAPL POWER_UNIT"; "" when it is not about an MSR */
	double per_s;  /* lines of the last interval; NAN at the first look */
	bool is_new;   /* there were some */
	uint64_t first_real_ns, last_real_ns;
	char last[24]; /* local time of the last one; with its day where that is not today */
	char text[KERNEL_LOG_TEXT_MAX]; /* cleaned */
};

struct kernel_log {
	bool known;      /* false: not read, or not to its end yet */
	char why[200];   /* why not; "": nobody says. Cleaned. */
	double lost;     /* records that were overwritten before they were read */
	double before;   /* likewise, before kvmtop began: counts are of the rest */
	double left_out; /* lines for which the list has no room */
	struct log_row *rows;
	size_t count;
};

/* Makes log what pair's samples say; which VMs its rows are of is the model's to find (model_update_log()). */
void kernel_log_update(struct kernel_log *log, const struct sample_pair *pair);
void kernel_log_fini(struct kernel_log *log);

#endif
