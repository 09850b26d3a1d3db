/* libvirt_stats: what virConnectGetAllDomainStats() tells of one domain, as totals. Fields that are not there, or of
 * another type than they should be, are not known. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_STATS_H
#define SOURCE_LIBVIRT_LIBVIRT_STATS_H

#include <libvirt/libvirt.h>

#include "core/arena.h"
#include "sample/sample.h"

/* A vCPU: "vcpu.3.time" and so on. */
struct libvirt_vcpu {
	int number;
	uint64_t cpu_ns, wait_ns;
};

/* What is kept of a domain's statistics. To be freed by libvirt_stats_fini(). */
struct libvirt_stats {
	struct sample_domain_cpu cpu; /* all of the same time_ns */
	struct libvirt_vcpu *vcpus;   /* by number */
	size_t vcpu_count;
	struct sample_devices devices; /* its arrays are its own, not an arena's */
};

/* Fills s from params, as read at now_ns. */
void libvirt_stats_read(
	struct libvirt_stats *s, const virTypedParameter *params, int count, uint64_t now_ns);

void libvirt_stats_fini(struct libvirt_stats *s);

/* Copies the devices into out, their arrays into the arena. */
void libvirt_stats_copy_devices(
	const struct libvirt_stats *s, struct arena *arena, struct sample_devices *out);

/* Makes cpu and vCPUs the VM's, each vCPU a thread without a tid of this host. */
void libvirt_stats_copy_cpu(
	const struct libvirt_stats *s, struct arena *arena, struct sample_vm *vm);

#endif
