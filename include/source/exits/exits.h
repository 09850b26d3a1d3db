/* exits: pairs kvm_exit with the next kvm_entry of the same thread and books the time between them,
 * with the semantics of perf kvm stat, under what the exit was about: kvm_msr and kvm_mmio between
 * the two say it. Fed in the order of time, from a live ring or a recording. */
#ifndef SOURCE_EXITS_EXITS_H
#define SOURCE_EXITS_EXITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/exit_key.h"
#include "sample/sample.h"
#include "sample/sums.h"
#include "source/tracefs/trace_ring.h"

struct exits;
struct trace_format;

/* What a host can have at most, and a damaged recording may exceed: events of further threads, and
 * further interrupt lines of a thread between two collects, are passed over. */
#define EXITS_THREADS_MAX 65536
#define EXITS_IRQS_MAX 64

struct exits *exits_new(void) __attribute__((returns_nonnull));
void exits_free(struct exits *e);

/* A raw record (size bytes) of any event: kvm_exit, kvm_entry, kvm_msr, kvm_mmio and kvm_set_irq are
 * taken as the calls below; all others, records that are too short, and those of no thread (pid 0 or
 * less) are passed over. */
void exits_record(struct exits *e, const struct trace_format *f, const void *record, size_t size,
	uint64_t time_ns);

/* A VM exit of thread tid at time_ns. vcpu is -1 where the event does not tell it. A second exit
 * without an entry replaces the first. */
void exits_exit(struct exits *e, pid_t tid, int vcpu, struct exit_key key, uint64_t time_ns);

/* The next entry: the duration is booked now, under the exit's key. An entry without an exit, or one
 * that is older than its exit, is ignored. */
void exits_entry(struct exits *e, pid_t tid, int vcpu, uint64_t time_ns);

/* What the open exit of the thread is about: the MSR or the guest-physical address it accesses. An
 * exit that knows it already - a port, or an access before - keeps that; without an open exit there is
 * nothing to do. */
void exits_detail(struct exits *e, pid_t tid, enum exit_detail detail, uint64_t number);

/* Thread tid, of whatever kind, raised or lowered an interrupt line. */
void exits_irq(struct exits *e, pid_t tid, uint32_t gsi, bool raised);

/* The same as many intervals of one kind that are over, and as many changes of a line. */
void exits_add(struct exits *e, pid_t tid, int vcpu, struct exit_key key, const struct sums *sums,
	const uint32_t *buckets);
void exits_irqs(struct exits *e, pid_t tid, uint32_t gsi, uint64_t raised, uint64_t lowered);

/* Events were lost: every open interval is dropped, so none is booked as one long exit. */
void exits_lost(struct exits *e);

/* Events were lost, and the records of some CPU are missing from now on (open), or no CPU's any more.
 * The exit before and the entry after a pair that is missing may both have been recorded, on other
 * CPUs: nothing is booked while a gap is open, and what was open at its begin or opened in it is
 * dropped. */
void exits_gap(struct exits *e, bool open);

/* The way of the records from a ring to an engine, and what came that way so far. */
struct exits_intake {
	struct exits *exits;
	const struct trace_format *format;
	uint64_t events; /* of any kind */
	uint64_t lost;
	bool lost_unknown;          /* and others, nobody knows how many */
	uint64_t first_ns, last_ns; /* of the events */
};

/* Hands all to in->exits, which is borrowed and so is in. */
struct trace_sink exits_intake_sink(struct exits_intake *in);

/* Moves all that was booked since the last call into s (s->exit_threads), names from f. Open
 * intervals stay open, except those of threads that are no longer in s: tids are reused. A thread that
 * did nothing for a while is forgotten, one with an open interval only when s has no such thread. */
void exits_collect(struct exits *e, struct trace_format *f, struct sample *s);

#endif
