/* libvirt_counters: what is asked of libvirt again and again: KVM's counters for hosts where debugfs cannot be read
 * (no root is needed, but libvirt 8.9 and QEMU 7.1), disks and networks of VMs, and all there is of VMs on another
 * host. A thread and a connection of their own ask for it: each QEMU has to answer, and one that hangs must not
 * keep names and configurations from coming. One question is for all domains, and a domain that is busy with
 * something else is passed over. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_COUNTERS_H
#define SOURCE_LIBVIRT_LIBVIRT_COUNTERS_H

#include <stdint.h>

#include <libvirt/libvirt.h>

#include "core/clock.h"
#include "sample/sample.h"
#include "source/libvirt/libvirt_host.h"

/* How often all domains are asked, and what is too old to be told. */
#define LIBVIRT_COUNTERS_GAP_MS 3000
#define LIBVIRT_COUNTERS_HOST_GAP_MS 1000           /* where all that is shown comes from here */
#define LIBVIRT_COUNTERS_GAP_MAX_NS (10 * NS_PER_S) /* where the answers take long */
#define LIBVIRT_COUNTERS_STALE_NS (30 * NS_PER_S)

/* What is asked. */
enum {
	LIBVIRT_ASK_COUNTERS = 1, /* KVM's counters */
	LIBVIRT_ASK_DEVICES = 2,  /* disks, networks, memory */
	LIBVIRT_ASK_HOST = 4, /* CPU time of VMs and vCPUs, and the host itself; and the counters */
};

struct libvirt_counters;

/* Gets ready to ask uri (copied), but asks nothing yet. To be called only when libvirt_worker.h has answered from there: it is
 * that which sets libvirt up. */
struct libvirt_counters *libvirt_counters_start(const char *uri) __attribute__((returns_nonnull));

/* Ends the thread as worker_thread.h does. NULL is ignored. */
void libvirt_counters_stop(struct libvirt_counters *c);

/* What to ask from now on: LIBVIRT_ASK_*. */
void libvirt_counters_ask(struct libvirt_counters *c, unsigned what);

/* Writes the devices of the domain with that UUID to out, their arrays in the arena; nothing when they are not
 * known, or stale. Neither this nor the others ever wait for libvirt. */
void libvirt_counters_devices(struct libvirt_counters *c, const char *uuid, uint64_t now_ns,
	struct arena *arena, struct sample_devices *out);

/* Adds CPU time and vCPUs, as threads, to the VM, which has its UUID; nothing when they are not known, or stale. */
void libvirt_counters_cpu(
	struct libvirt_counters *c, uint64_t now_ns, struct arena *arena, struct sample_vm *vm);

/* Writes what is known of the host to out. Returns when libvirt answered last (CLOCK_MONOTONIC); 0: never. */
uint64_t libvirt_counters_host(struct libvirt_counters *c, struct libvirt_host *out);

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
