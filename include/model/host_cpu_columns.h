/* host_cpu_columns: what each CPU of the host does. */
#ifndef MODEL_HOST_CPU_COLUMNS_H
#define MODEL_HOST_CPU_COLUMNS_H

#include "model/columns.h"

enum host_cpu_column {
	HOST_CPU_COL_NUMBER,
	HOST_CPU_COL_USER,
	HOST_CPU_COL_SYSTEM,
	HOST_CPU_COL_GUEST,
	HOST_CPU_COL_IDLE,
	HOST_CPU_COL_IOWAIT,
	HOST_CPU_COL_STEAL,
	HOST_CPU_COL__COUNT,
};

/* Rows are struct host_cpu. */
extern const struct field host_cpu_columns[HOST_CPU_COL__COUNT];

#endif
