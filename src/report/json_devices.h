/* json_devices: what libvirt tells of a VM's disks, networks and memory, as JSON. */
#ifndef REPORT_JSON_DEVICES_H
#define REPORT_JSON_DEVICES_H

#include <jansson.h>

#include "model/devices.h"

/* {"disks": [...], "networks": [...], "memory": {...}}; the arrays are null where nothing is known. A new reference. */
json_t *json_devices(const struct vm_devices *d);

#endif
