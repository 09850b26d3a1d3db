/* columns: every figure of a VM, a thread, an exit reason or an interrupt line that can be shown, sorted by and written
 * out, in one table each. Header, sorting, JSON names, help, man page and tests derive from them. */
#ifndef MODEL_COLUMNS_H
#define MODEL_COLUMNS_H

#include "core/field.h"
#include "model/exit_rows.h"
#include "model/irq_table.h"
#include "model/model.h"

#define COLUMN_SAMPLED_MARK "~"

/* Title of "%CPU" while shares are of all CPUs together. */
#define COLUMN_OF_HOST_TITLE "%HOST"

enum vm_column {
	VM_COL_NAME,
	VM_COL_PID,
	VM_COL_VCPUS,
	VM_COL_CPU,
	VM_COL_GUEST,
	VM_COL_USER,
	VM_COL_SYSTEM,
	VM_COL_WAIT,
	VM_COL_EXITS,
	VM_COL_TOP_EXIT, /* "IO_INSTRUCTION 78.7%": HLT, which is idling, left out unless alone */
	/* From here on what libvirt tells of devices: read only where it is shown, and hidden at first. */
	VM_COL_DEVICES,
	VM_COL_RD_BYTES = VM_COL_DEVICES,
	VM_COL_RD,
	VM_COL_WR_BYTES,
	VM_COL_WR,
	VM_COL_RD_US,
	VM_COL_WR_US,
	VM_COL_RX_BYTES,
	VM_COL_TX_BYTES,
	VM_COL_RX,
	VM_COL_TX,
	VM_COL_MEMORY,
	VM_COL_RSS,
	VM_COL__COUNT,
};

enum thread_column {
	THREAD_COL_VM,   /* where threads of several VMs stand together */
	THREAD_COL_NAME, /* from here on: of one VM's threads */
	THREAD_COL_TID,
	THREAD_COL_CPU,
	THREAD_COL_GUEST,
	THREAD_COL_USER,
	THREAD_COL_SYSTEM,
	THREAD_COL_WAIT,
	THREAD_COL_EXITS,
	THREAD_COL__COUNT,
};

/* perf kvm stat's columns in perf's order, then kvmtop's own. */
enum exit_column {
	EXIT_COL_REASON,
	EXIT_COL_SAMPLES,
	EXIT_COL_SAMPLES_PCT,
	EXIT_COL_TIME_PCT,
	EXIT_COL_MIN,
	EXIT_COL_MAX,
	EXIT_COL_AVG,
	EXIT_COL_STDERR,
	EXIT_COL_P50,
	EXIT_COL_P99,
	EXIT_COL_RATE,
	EXIT_COL__COUNT,
};

enum irq_column {
	IRQ_COL_NAME,
	IRQ_COL_GSI,
	IRQ_COL_RAISED,
	IRQ_COL_LOWERED,
	IRQ_COL_RATE,
	IRQ_COL__COUNT,
};

extern const struct field vm_columns[VM_COL__COUNT];
extern const struct field thread_columns[THREAD_COL__COUNT];
extern const struct field exit_columns[EXIT_COL__COUNT];
extern const struct field irq_columns[IRQ_COL__COUNT];

#endif
