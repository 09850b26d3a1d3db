/* clock_columns: how the VMs keep time, one beside the other: timers, enlightenments, and what of it is to
 * change at the next start. */
#ifndef MODEL_CLOCK_COLUMNS_H
#define MODEL_CLOCK_COLUMNS_H

#include "model/columns.h"

enum clock_column {
	CLOCK_COL_VM,
	CLOCK_COL_SYSTEM,
	CLOCK_COL_OFFSET,
	CLOCK_COL_RTC,
	CLOCK_COL_PIT,
	CLOCK_COL_HPET,
	CLOCK_COL_KVMCLOCK,
	CLOCK_COL_HYPERVCLOCK,
	CLOCK_COL_STIMER,
	CLOCK_COL_SYNIC,
	CLOCK_COL_VPINDEX,
	CLOCK_COL_VAPIC,
	CLOCK_COL_RELAXED,
	CLOCK_COL_SPINLOCKS,
	CLOCK_COL_FREQUENCIES,
	CLOCK_COL_TLBFLUSH,
	CLOCK_COL_IPI,
	CLOCK_COL_REENLIGHTENMENT,
	CLOCK_COL_PENDING,
	CLOCK_COL_STACK,
	CLOCK_COL__COUNT,
};

/* Rows are struct vm. Where a configuration does not mention a timer, its text is "default"; where it is not
 * known, NULL. */
extern const struct field clock_columns[CLOCK_COL__COUNT];

#endif
