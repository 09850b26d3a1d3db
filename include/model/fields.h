/* fields: the figures of the model and of a VM's configuration that are no columns (columns.h): a row each. The objects of
 * JSON and what its schema says of them are made of these rows. */
#ifndef MODEL_FIELDS_H
#define MODEL_FIELDS_H

#include "core/field.h"

/* What a row is one of. */
enum field_table_id {
	FIELDS_CPU,         /* struct host_cpu */
	FIELDS_HOST,        /* struct host */
	FIELDS_HOST_DETAIL, /* struct host_detail */
	FIELDS_PRESSURE,    /* struct host_pressure */
	FIELDS_NODE,        /* struct host_node */
	FIELDS_OVERCOMMIT,  /* struct host_overcommit */
	FIELDS_PLATFORM,    /* struct sample_platform */
	FIELDS_CGROUP,      /* struct cgroup */
	FIELDS_PLACEMENT,   /* struct placement */
	FIELDS_COUNTERS,    /* struct vm_counters */
	FIELDS_DISK,        /* struct device_block */
	FIELDS_NETWORK,     /* struct device_net */
	FIELDS_MEMORY,      /* struct device_memory */
	FIELDS_CLOCK,       /* struct domain_clock */
	FIELDS_TIMER,       /* struct domain_timer */
	FIELDS_MACHINE,     /* struct domain_machine */
	FIELDS__COUNT,
};

struct field_table {
	const char *object; /* where the JSON Schema has it, below $defs */
	const struct field *fields;
	size_t count;
};

extern const struct field_table field_tables[FIELDS__COUNT];

#endif
