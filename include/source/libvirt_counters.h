/* libvirt_counters: KVM's counters as libvirt tells them, for hosts where debugfs cannot be read: no root
 * is needed, but libvirt 8.9 and QEMU 7.1. A thread and a connection of their own ask for them: each QEMU
 * has to answer, and one that hangs must not keep names and configurations from coming. */
#ifndef SOURCE_LIBVIRT_COUNTERS_H
#define SOURCE_LIBVIRT_COUNTERS_H

#include <stdint.h>

#include <libvirt/libvirt.h>

#include "core/clock.h"
#include "sample/sample.h"

/* How often all domains are asked, and what is too old to be told. */
#define LIBVIRT_COUNTERS_GAP_MS 3000
#define LIBVIRT_COUNTERS_STALE_NS (15 * NS_PER_S)

struct libvirt_counters;

/* Starts asking uri (copied). To be called only when libvirt_worker.h has answered from there: it is
 * that which sets libvirt up. */
struct libvirt_counters *libvirt_counters_start(const char *uri) __attribute__((returns_nonnull));

/* Ends the thread as libvirt_thread.h does. NULL is ignored. */
void libvirt_counters_stop(struct libvirt_counters *c);

/* Writes the counters of the domain with that UUID to out; nothing when they are not known, or stale at
 * now_ns. Never waits for libvirt. */
void libvirt_counters_get(
	struct libvirt_counters *c, const char *uuid, uint64_t now_ns, struct sample_counters *out);

/* Writes what each vCPU of it did in its halts to out, in memory of arena; likewise. */
void libvirt_counters_get_halts(struct libvirt_counters *c, const char *uuid, uint64_t now_ns,
	struct arena *arena, struct sample_halts *out);

/* Sums up a domain's statistics: vcpu.N.exits.sum and the like over all vCPUs, vm.nx_lpage_splits.cur.
 * Returns false, with out as it was, when there is no counter among them; out's time is the caller's. */
bool libvirt_counters_read(struct sample_counters *out, const virTypedParameter *params, int count);

/* Reads what each vCPU did in its halts from the same statistics: vcpu.N.halt_wait_ns.sum and the like. The vCPUs are
 * the caller's to free, time_ns is the caller's to set. None where none is told. */
struct sample_halts libvirt_counters_read_halts(const virTypedParameter *params, int count);

#endif
