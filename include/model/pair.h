/* pair: two samples, one after the other, and how far totals have come between them. */
#ifndef MODEL_PAIR_H
#define MODEL_PAIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/map.h"
#include "sample/sample.h"

struct sample_pair {
	const struct sample *before; /* NULL: now is the first */
	const struct sample *now;
	double seconds;        /* between them; NAN: unknown, or no time has passed */
	double exit_seconds;   /* that the exits of now cover; NAN: not traced, or unknown */
	struct map vms_before; /* struct sample_vm of before by vm_id_key() */
	struct map exits;      /* struct sample_exit_thread of now by tid, until taken */
	struct map late;       /* the same of before, of threads that no VM had then */
	double late_seconds;   /* that these cover */
	struct map reused; /* of now, of tids that two threads had since before: not attributable */
};

/* What the exits of one VM in now stand for. */
struct exit_scope {
	double seconds; /* that they cover; NAN: they are not known */
	double factor;  /* exits of the guest that one of them stands for: at least 1 */
	bool sampled;   /* traced in a part of the time only */
	double per_s;   /* all exits of the VM, by KVM's own count; NAN: not known */
	bool irqs;      /* are interrupt lines traced? */
	double late_seconds; /* what the exits of the interval before cover, where some are booked, too */
};

/* Seconds from one moment to a later one; NAN when it is none. */
double pair_seconds(uint64_t before_ns, uint64_t now_ns);

/* The samples are borrowed until pair_fini(). */
void pair_init(struct sample_pair *p, const struct sample *before, const struct sample *now);
void pair_fini(struct sample_pair *p);

/* Takes the exits of before that were not attributed then, and the seconds that they cover: a thread first seen in now may
 * have made exits that were traced in before, after its threads were read. */
void pair_set_late(struct sample_pair *p, struct map late, double seconds);

/* The VM as it was before, or NULL. */
const struct sample_vm *pair_vm_before(const struct sample_pair *p, struct vm_id id);

/* A thread's exits, or NULL. Each can be taken once, so that none is booked twice. */
const struct sample_exit_thread *pair_take_exits(struct sample_pair *p, pid_t tid);

/* The same, left where they are. */
const struct sample_exit_thread *pair_exits(const struct sample_pair *p, pid_t tid);

/* The exits in before of a thread that is first seen in now, or NULL; likewise once. */
const struct sample_exit_thread *pair_take_late(struct sample_pair *p, pid_t tid);

/* Whether the tid was reused since before, and has exits: they are of one thread or the other. */
bool pair_is_reused(const struct sample_pair *p, pid_t tid);

/* now - before; NAN when either is unknown or the total went backwards. */
double pair_growth(uint64_t before, uint64_t now);

/* The growth of a total in ns or in USER_HZ ticks as percent of the time between the samples. */
double pair_ns_pct(const struct sample_pair *p, uint64_t before, uint64_t now);
double pair_ticks_pct(const struct sample_pair *p, uint64_t before, uint64_t now);

#endif
