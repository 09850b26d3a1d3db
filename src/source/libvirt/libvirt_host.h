/* libvirt_host: a host as a connection to its libvirt tells it. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_HOST_H
#define SOURCE_LIBVIRT_LIBVIRT_HOST_H

#include <stdbool.h>

#include <libvirt/libvirt.h>

#include "sample/sample.h"

/* Totals as in struct sample_host, SAMPLE_UNKNOWN where the driver does not tell them. */
struct libvirt_host {
	bool known;    /* it was asked */
	char name[65]; /* its host name, cleaned; "" when not told */
	int cpus;
	uint64_t time_ns; /* when the CPU time was read, CLOCK_MONOTONIC */
	uint64_t user_ns; /* guest time included */
	uint64_t system_ns, idle_ns, iowait_ns;
	uint64_t memory_kib, memory_available_kib;
};

/* Asks; blocks as long as libvirt does. */
void libvirt_host_read(struct libvirt_host *h, virConnectPtr connection);

/* Puts what is known into a sample's host. */
void libvirt_host_put(const struct libvirt_host *h, struct sample_host *out);

#endif
