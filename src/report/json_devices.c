#include "report/json_devices.h"

#include <math.h>

#include "report/json_value.h"

json_t *json_devices(const struct vm_devices *d)
{
	json_t *o = json_object(), *disks = json_array(), *networks = json_array();
	const bool known = d->block_count || d->net_count || !isnan(d->memory.current_kib);

	for (size_t i = 0; i < d->block_count; i++)
		json_array_append_new(disks, json_value_row(FIELDS_DISK, &d->blocks[i]));
	for (size_t i = 0; i < d->net_count; i++)
		json_array_append_new(networks, json_value_row(FIELDS_NETWORK, &d->nets[i]));
	json_object_set_new(o, "disks", known ? json_incref(disks) : json_null());
	json_object_set_new(o, "networks", known ? json_incref(networks) : json_null());
	json_object_set_new(o, "memory", json_value_row(FIELDS_MEMORY, &d->memory));
	json_decref(disks);
	json_decref(networks);
	return o;
}
