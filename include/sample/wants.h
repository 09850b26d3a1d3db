/* wants: what costs too much to be read always, and is read only while somebody looks at it: a view that is
 * shown, or --with. */
#ifndef SAMPLE_WANTS_H
#define SAMPLE_WANTS_H

#include <stddef.h>

#include "sample/sample.h"

enum want {
	WANT_HOST = 1 << 0,    /* the host's details, and where threads may run */
	WANT_EVENTS = 1 << 1,  /* KVM's tracepoints, counted */
	WANT_SYMBOLS = 1 << 2, /* where a VM's process spends its time in the host */
	WANT_HALTS = 1 << 3,   /* what each vCPU does in its halts */
	WANT_DEVICES = 1 << 4, /* disks, networks and memory of VMs, from libvirt */
};

struct sample_wants {
	unsigned what; /* WANT_* */
	struct vm_id
		vm; /* of whom, where it is of one VM; pid 0: of the one that uses the CPU most */
};

struct want_row {
	enum want want;
	const char *name; /* for --with: "host" */
};

/* Their names. */
extern const struct want_row want_rows[];
extern const size_t want_row_count;

#endif
