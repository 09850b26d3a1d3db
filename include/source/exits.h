/* exits: pairs kvm_exit with the next kvm_entry of the same thread and books the time between them,
 * with the semantics of perf kvm stat. Fed in the order of time, from a live ring or a recording. */
#ifndef SOURCE_EXITS_H
#define SOURCE_EXITS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"

struct exits;
struct trace_format;

struct exits *exits_new(void) __attribute__((returns_nonnull));
void exits_free(struct exits *e);

/* A raw record (size bytes) of any event: kvm_exit and kvm_entry are taken, all others and records
 * that are too short are passed over. */
void exits_record(struct exits *e, const struct trace_format *f, const void *record, size_t size,
	uint64_t time_ns);

/* A VM exit of thread tid at time_ns. vcpu is -1 where the event does not tell it. A second exit
 * without an entry replaces the first. */
void exits_exit(struct exits *e, pid_t tid, int vcpu, struct exit_key key, uint64_t time_ns);

/* The next entry: the duration is booked now, under the exit's key. An entry without an exit, or one
 * that is older than its exit, is ignored. */
void exits_entry(struct exits *e, pid_t tid, int vcpu, uint64_t time_ns);

/* Events were lost: every open interval is dropped, so none is booked as one long exit. */
void exits_lost(struct exits *e);

/* Moves all that was booked since the last call into s (s->exit_threads), names from f. Open
 * intervals stay open. A thread that booked nothing for a while is forgotten, one with an open
 * interval only when s has no such thread any more. */
void exits_collect(struct exits *e, struct trace_format *f, struct sample *s);

/* Splits a kvm_exit's fields into a key: an I/O exit carries its port and direction (VMX: info1
 * 31:16 and bit 3; SVM: info1 31:16 and bit 0; Intel SDM vol. 3, table 28-5, AMD APM vol. 2,
 * 15.10.2). VMX' reason is its low 16 bits, the others are flags. */
struct exit_key exits_key(uint32_t reason, uint32_t isa, uint64_t info1);

#endif
